"""Which columns of the whole product are sealed, and how to reach their sealed text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps.registry import Apps
from django.db.models import F, Model, QuerySet, TextField
from django.db.models.functions import Cast

from vault.fields import SealedJSONField, SealedTextField


@dataclass(frozen=True)
class SealedColumn:
    """One sealed field of one table."""

    model: type[Model]
    field: str

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.field}"

    def tokens(self) -> QuerySet[Any]:
        """All rows that hold something, with the sealed text itself as `token`: the cast steps round the unsealing."""
        rows = self.model._base_manager.annotate(token=Cast(F(self.field), TextField()))
        return rows.exclude(token="").exclude(token=None)


def sealed_columns(registry: Apps) -> Iterator[SealedColumn]:
    """Every sealed column of the managed models in `registry`; the key checks are not data and stay out."""
    for model in registry.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed or model._meta.label == "vault.KeyCheck":
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, (SealedTextField, SealedJSONField)):
                yield SealedColumn(model, field.name)
