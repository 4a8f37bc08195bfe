"""Encryption at rest: sealed fields, keyed hashes, the key ring."""
