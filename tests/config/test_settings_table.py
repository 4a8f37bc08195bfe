"""docs/settings.md is made from the settings."""

from __future__ import annotations

from config.environment import BASE_DIR, Environment
from config.management.commands.settings_table import settings_table


def test_the_document_is_what_the_settings_say():
    written = (BASE_DIR / "docs" / "settings.md").read_text(encoding="utf-8")
    assert written == settings_table(), "run `make docs`"


def test_every_setting_has_a_meaning():
    assert not [name for name, field in Environment.model_fields.items() if not field.description]


def test_the_table_reads_the_same_on_every_machine(monkeypatch):
    before = settings_table()
    monkeypatch.setenv("VAR_DIR", "/elsewhere")
    monkeypatch.setenv("PORT", "9999")
    assert settings_table() == before
    assert str(BASE_DIR) not in before
