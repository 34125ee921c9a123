"""Flask blueprints and templates."""
