"""How long a letter takes, and how large it is.

    python -m benchmarks.letters [--repeat 50]

Needs no database. The first letter of a process opens the font and converts its characters; the others find them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from complaints.letters import Letter, LetterKind, write_letter  # noqa: E402  # after Django is set up
from complaints.letters.letter import MOST_CHARACTERS  # noqa: E402
from registry.fonts import typeface  # noqa: E402
from tests.complaints.letters import full_letter  # noqa: E402


def letters() -> dict[str, Letter]:
    """Label → letter, plain ones first."""
    different = [chr(code) for code in sorted(typeface().characters) if 0x4E00 <= code < 0x9FA6][
        : MOST_CHARACTERS - 200
    ]
    return {
        "notice, Chinese, 1 page": full_letter(LetterKind.ACCEPTANCE),
        "decision, Chinese, 2 pages": full_letter(LetterKind.DECISION),
        "decision, English, 2 pages": full_letter(LetterKind.DECISION, "en"),
        "facts of 20,000 characters": full_letter(facts="经查属实，收费与公示不符。" * 1538),
        "3,800 different characters": full_letter(facts="".join(different)),
    }


def taken(letter: Letter) -> tuple[float, int]:
    """Milliseconds of one letter, and its bytes."""
    began = time.perf_counter()
    size = len(write_letter(letter))
    return (time.perf_counter() - began) * 1000, size


def main() -> None:
    """Print one row a letter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=50)
    repeat = parser.parse_args().repeat
    began = time.perf_counter()
    typeface()
    print(f"opening the font: {(time.perf_counter() - began) * 1000:.0f} ms\n")
    print("| letter | first, ms | again, median ms | kB |\n|---|---|---|---|")
    for label, letter in letters().items():
        first, size = taken(letter)
        again = statistics.median(taken(letter)[0] for _ in range(repeat if first < 1000 else 3))
        print(f"| {label} | {first:.0f} | {again:.0f} | {size / 1000:.0f} |")


if __name__ == "__main__":
    main()
