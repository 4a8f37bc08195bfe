"""`manage.py settings_table`: the table of all settings, made from the settings themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from django.core.management.base import BaseCommand, CommandParser
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from config.environment import BASE_DIR, SECRETS, Environment

TARGET = BASE_DIR / "docs" / "settings.md"
LONGEST_DEFAULT = 60

OPENING = """# Settings

Made by `manage.py settings_table --write` (`make docs`) from `config/environment.py`; a test compares the two.
Every setting is an environment variable. Lists are separated by commas, dictionaries are JSON. A value of the wrong
type stops the start (exit code 78) with one line per fault. ⚿ marks a secret: in development it is made on first
use and kept in `VAR_DIR/secrets.json`; in production a missing one refuses to start.

| setting | type | default | meaning |
|---|---|---|---|
"""


class Command(BaseCommand):
    """Print the table of settings, or write it to docs/settings.md."""

    help = "The table of all settings, made from the settings themselves."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """`--write` replaces docs/settings.md."""
        parser.add_argument("--write", action="store_true", help="Write docs/settings.md instead of printing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or write."""
        if options["write"]:
            TARGET.write_text(settings_table(), encoding="utf-8")
            self.stdout.write(f"Written: {TARGET.relative_to(BASE_DIR)}")
        else:
            self.stdout.write(settings_table(), ending="")


def settings_table() -> str:
    """The whole of docs/settings.md, one row per field of `Environment`, in the order of the file."""
    rows = [row(name, field) for name, field in Environment.model_fields.items()]
    return OPENING + "\n".join(rows) + "\n"


def row(name: str, field: FieldInfo) -> str:
    """One line of the table."""
    mark = " ⚿" if name in SECRETS else ""
    meaning = (field.description or "").replace("|", "\\|")
    return f"| `{name}`{mark} | {type_in_words(field)} | {default_in_words(field)} | {meaning} |"


def type_in_words(field: FieldInfo) -> str:
    """The type as an administrator would say it, with its bounds."""
    kind = field.annotation
    if get_origin(kind) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(kind))
    words = {bool: "true or false", int: "whole number", Path: "folder", str: "text"}
    if get_origin(kind) is None and kind in words:
        return words[kind] + bounds(field)
    return "list" if kind == list[str] else "JSON"


def bounds(field: FieldInfo) -> str:
    """Lower and upper limit of a number, where there are any."""
    low = next((rule.ge for rule in field.metadata if hasattr(rule, "ge")), None)
    high = next((rule.le for rule in field.metadata if hasattr(rule, "le")), None)
    if low is None:
        return ""
    return f", {low}…{high}" if high is not None else f", {low} or more"


def default_in_words(field: FieldInfo) -> str:
    """The default, the same on every machine: paths are relative, long values are not repeated."""
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        return "required"
    if value in ("", [], {}):
        return "empty"
    if isinstance(value, Path):
        value = value.relative_to(BASE_DIR)
    text = ",".join(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return f"`{text}`" if len(re.sub(r"\s", " ", text)) <= LONGEST_DEFAULT else "see `config/environment.py`"
