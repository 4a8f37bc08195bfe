"""The styles of public pages: what an old telephone's browser (Chromium 70) understands, and nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted((Path(settings.BASE_DIR) / "config" / "static").glob("*.css"))
TOO_NEW = {
    "gap between flex items": r"(?<![-\w])(?:row-|column-)?gap\s*:",
    "inset": r"(?<![-\w])inset\s*:",
    "aspect-ratio": r"aspect-ratio",
    "clamp() or max()": r"(?<![-\w])(?:clamp|max)\(",
    ":is() or :where()": r":(?:is|where|has)\(",
    "small and dynamic viewport units": r"\d(?:dvh|svh|lvh|dvw)",
    "logical shorthands": r"(?:margin|padding)-(?:inline|block)\s*:",
    "nesting": r"\{[^{}]*&",
    "media ranges": r"@media[^{]*[<>]",
}


def rules(sheet):
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_uses_only_what_an_old_browser_understands(sheet):
    text = rules(sheet)
    assert [name for name, pattern in TOO_NEW.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_loads_nothing_from_elsewhere(sheet):
    assert not re.search(r"url\(|@import|@font-face|expression\(", rules(sheet))


def test_min_always_follows_a_plain_size():
    for sheet in SHEETS:
        for block in re.findall(r"\{([^{}]*)\}", rules(sheet)):
            for prop in re.findall(r"([\w-]+)\s*:[^;]*\bmin\(", block):
                before = block[: block.index("min(")]
                assert re.search(rf"(?:^|;)\s*(?:{prop}|font)\s*:(?![^;]*\bmin\()", before), f"{sheet.name}: {prop}"
