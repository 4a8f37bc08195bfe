"""The bodies of the field: divisions, institutions with posted prices, authorities."""
