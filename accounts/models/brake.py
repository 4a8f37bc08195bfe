"""Failed attempts to sign in, and how long who must wait."""

from __future__ import annotations

from django.db import models


class Brake(models.Model):
    """Attempts of one account, one address, or one person's codes. `key` is a keyed hash: nothing typed is kept."""

    key = models.CharField(max_length=80, unique=True)
    attempts = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    wait_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.key[:16]}: {self.attempts}"
