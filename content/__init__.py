"""What the campaign says: models, loader and the texts."""
