"""The platform, wrapped once."""
