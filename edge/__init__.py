"""The edge: who is at the door (address, limits, language), before any business rule. No tables."""
