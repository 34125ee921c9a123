"""A WeChat platform on this machine, for trying and testing; it knows the product only through HTTP."""
