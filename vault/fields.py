"""Model fields whose content is encrypted in the database."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from vault.keys import seal, unseal


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """Text, encrypted at rest. Cannot be searched; an empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        """Seal on the way to the database."""
        return seal(str(value)) if value else ""

    def from_db_value(self, value: str | None, *_: Any) -> str:
        """Unseal on the way back. Raises CannotUnseal."""
        return unseal(value) if value else ""


class SealedJSONField(models.TextField):  # type: ignore[type-arg]
    """A JSON value, encrypted at rest; `None` and emptiness come back as `{}`."""

    _pyi_private_set_type: Any  # what the type checker lets in and out: any JSON value
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        """Seal on the way to the database."""
        return seal(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)) if value else ""

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        """Unseal on the way back. Raises CannotUnseal."""
        return json.loads(unseal(value)) if value else {}

    def to_python(self, value: Any) -> Any:
        """Leave Python values as they are."""
        return value
