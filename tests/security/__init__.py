"""The product under attack."""
