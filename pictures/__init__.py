"""The only Pillow: photos cleaned, pictures drawn."""
