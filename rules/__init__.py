"""What always holds, as pure functions."""
