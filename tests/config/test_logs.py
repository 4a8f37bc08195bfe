"""What a log line may hold."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest
from django.conf import settings

from config.logs import CleanFormatter, clean


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Not Found: /complaints/track/?reference=C1&code=ABCD", "Not Found: /complaints/track/?…"),
        ("GET /?q=京A12345 404", "GET /?… 404"),
        ('"GET /a/X?lang=en HTTP/1.1"', '"GET /a/X?… HTTP/1.1"'),
        ("call 13812345678 back", "call …phone… back"),
        ("call +86 138-1234-5678 back", "call …phone… back"),
        ("call 010-12345678 back", "call …phone… back"),
        ("refused: 张三 <zhang.san@example.com>", "refused: 张三 <…@…>"),
        ("id 11010519491231002X.", "id …id…."),
        ("cannot reach redis://:geheim@h/0 or postgres://u:geheim@h/d", None),
        ("DETAIL:  Failing row contains (1, 李四, secret).", "DETAIL:  …"),
        ("DETAIL:  Key (phone)=(x) already exists.", "DETAIL:  …"),
    ],
)
def test_what_could_name_a_person_or_open_a_case_is_left_out(line, left):
    cleaned = clean(line)
    assert "geheim" not in cleaned
    assert left is None or cleaned == left


@pytest.mark.parametrize(
    "line",
    [
        "Sweep took 1234 ms, 20261123 rows",
        "Is it there? Yes",
        "2026-11-23T18:05:12+0800 INFO celery.worker ready",
        "Internal Server Error: /a/ABCD-EFGH-JKMN/",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_what_an_administrator_needs_stays(line):
    assert clean(line) == line


def test_a_traceback_is_cleaned_too():
    try:
        raise ValueError("13812345678 is taken")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed for %s", ("a@b.cn",), sys.exc_info())
    text = CleanFormatter("{message}", style="{").format(record)
    assert "ValueError: …phone… is taken" in text
    assert "failed for …@…" in text


def test_every_handler_writes_cleaned_lines():
    logs: Any = settings.LOGGING
    formatters = logs["formatters"]
    for handler in logs["handlers"].values():
        assert formatters[handler["formatter"]]["()"] == "config.logs.CleanFormatter"
    assert logs["loggers"]["django"]["handlers"] == []
