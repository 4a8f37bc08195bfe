"""Filling `{names}` of a text with values. One pass: what a value says is never read as a name. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z_]*)\}")
BRACES: Final = str.maketrans({"{": "｛", "}": "｝"})


class UnknownPlaceholder(LookupError):
    """A value for a name that the text does not have. Names it."""


class MissingPlaceholder(LookupError):
    """A name of the text that no value was given for. Names it."""


def names_in(text: str) -> frozenset[str]:
    """The names that `text` wants filled. Raises ValueError for a brace that is none of theirs."""
    if stray := re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        raise ValueError(f"a brace that encloses no name ({stray[0]}): {text}")
    return frozenset(PLACEHOLDER.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with its names replaced; braces in a value become full width. Raises MissingPlaceholder.

    Values that the text has no name for are left: whoever knows all names of a whole template refuses them.
    """
    missing = names_in(text) - values.keys()
    if missing:
        raise MissingPlaceholder(", ".join(sorted(missing)))
    return PLACEHOLDER.sub(lambda found: values[found[1]].translate(BRACES), text)
