"""Divisions, institutions with their posted prices, authorities."""
