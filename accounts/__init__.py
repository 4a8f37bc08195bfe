"""Who is asking: users and their bodies."""
