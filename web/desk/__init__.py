"""The organiser's desk, behind a login of its own: how the quiz goes, and what staff decide about it."""
