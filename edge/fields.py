"""Fields of forms whose text is made harmless before anything else looks at it."""

from __future__ import annotations

from django import forms

from edge.text import cleaned


class CleanText(forms.CharField):
    """A line of text without control characters and direction marks."""

    def to_python(self, value: object) -> str:
        """The cleaned text."""
        return cleaned(super().to_python(value) or "")
