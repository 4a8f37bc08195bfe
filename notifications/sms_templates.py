"""Text messages of a provider that sends approved templates only. Pure: no Django, no database, so settings can ask.

A setting says which code of the provider stands for which of our templates, and which parameters it has:

    {"complaints/received": ["SMS_100 reference due", "SMS_101 reference"], "complaints/withdrawn.en": ["SMS_102"]}

The key is a template, or a template in one language, which comes first. Of the codes behind it the first is taken
whose parameters are all filled: providers refuse an empty one. Parameters are those of our own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ENDING: Final = ".sms.txt"
CODE: Final = re.compile(r"[A-Za-z0-9_]{1,60}")
TAG: Final = re.compile(r"{[{%](.*?)[%}]}")
NAME: Final = re.compile(r"[a-z_]+")

CodeTable = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Filled:
    """An approved template of the provider, and what it says this time."""

    code: str
    parameters: dict[str, str]


def filled(table: CodeTable, template: str, language: str, context: Mapping[str, Any]) -> Filled | None:
    """The code to send for a message; None where no code has all its parameters."""
    for line in table.get(f"{template}.{language}") or table.get(template) or ():
        code, *names = line.split()
        values = {name: str(context.get(name) or "") for name in names}
        if all(values.values()):
            return Filled(code, values)
    return None


def texts_in(base: Path) -> dict[str, set[str]]:
    """Every text message of the product, as `app/name.language`, with the names that its text uses."""
    found: dict[str, set[str]] = {}
    for path in sorted(base.glob(f"*/templates/messages/**/*{ENDING}")):
        name = path.relative_to(next(parent for parent in path.parents if parent.name == "messages")).as_posix()
        words = " ".join(TAG.findall(path.read_text(encoding="utf-8")))
        found[name.removesuffix(ENDING)] = set(NAME.findall(words))
    return found


def faults(table: CodeTable, texts: Mapping[str, set[str]]) -> Iterator[str]:
    """What is wrong with a table for these texts, one line each: a text without a code above all."""
    for text in texts:
        if not table.get(text) and not table.get(text.rpartition(".")[0]):
            yield f"{text} has no code"
    for key, lines in table.items():
        known = {name for text, names in texts.items() if key in {text, text.rpartition(".")[0]} for name in names}
        if not known and not any(key in {text, text.rpartition(".")[0]} for text in texts):
            yield f"{key} is no text message of this product"
            continue
        for line in lines:
            code, *names = line.split() or [""]
            if not CODE.fullmatch(code):
                yield f"{key}: {line!r} does not begin with a code"
            yield from (f"{key}: {name} is no word of its text" for name in names if name not in known)
