"""The mark by which a key is known again."""

from __future__ import annotations

from django.db import models

from vault.fields import SealedTextField


class KeyCheck(models.Model):
    """One key that has sealed data here, and a known text sealed with it. Never the key itself.

    A process whose ring cannot open every one of these texts must not start: it would show nothing of the older data
    and write what nobody else can read.
    """

    key_id = models.CharField(max_length=16, unique=True)
    """`vault.derive.key_name`, 16 hex digits."""
    canary = SealedTextField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "key check"
        verbose_name_plural = "key checks"

    def __str__(self) -> str:
        return self.key_id
