"""Commands that fill the directory."""
