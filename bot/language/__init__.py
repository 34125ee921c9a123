"""Free text to meaning."""
