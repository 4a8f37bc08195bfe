"""Secrets of second factors, sealed."""

from __future__ import annotations

from django.db import models

from vault.fields import SealedTextField


class SealedSecret(models.Model):
    """One secret that the sign-in library hands us to keep. It keeps our number; a rotation of keys finds the text."""

    text = SealedTextField()

    def __str__(self) -> str:
        return str(self.pk)
