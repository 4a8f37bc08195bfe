"""Invented data on real divisions, to try the product with. Never loaded in production."""
