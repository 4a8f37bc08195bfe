"""Template tags of the complaints app."""
