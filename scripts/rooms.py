"""The picture of the rooms, drawn from the imports themselves: `python -m scripts.rooms --write` (`make docs`).

An arrow goes from a room to each room it imports from or whose tables its own tables point at. A test draws the
picture again and compares, so that it cannot grow old.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "images" / "rooms.svg"

ROOMS = ("config", "complaints", "registry", "accounts", "notifications", "directory", "evidence", "vault", "edge")
"""From the top down. The last two stand side by side: neither imports the other."""

GROUND = ("vault", "edge")
COLOURS = {
    "config": "#9aa5ae",
    "complaints": "#0b5cad",
    "registry": "#0a7a3d",
    "notifications": "#8a5200",
    "accounts": "#6a3fa0",
    "directory": "#4a5763",
    "evidence": "#a0363a",
    "vault": "#4a5763",
    "edge": "#4a5763",
}
WIDTH, LEFT, TOP = 920, 40, 40
BOX_WIDTH, BOX_HEIGHT, STEP = 590, 62, 84
BULGE = 40

Arrow = tuple[str, str]


def arrows() -> list[Arrow]:
    """(from, to) for every pair of rooms where the first one needs the second, in the order of ROOMS."""
    needed = {room: set(needs(room)) for room in ROOMS}
    return [(room, other) for room in ROOMS for other in ROOMS if other in needed[room]]


def needs(room: str) -> Iterator[str]:
    """Every other room that a file of this room names, as often as it does. Migrations do not count."""
    for path in sorted((ROOT / room).rglob("*.py")):
        if "migrations" not in path.parts:
            yield from (name for name in named(ast.parse(path.read_text(encoding="utf-8"))) if name != room)


def named(tree: ast.AST) -> Iterator[str]:
    """Rooms named by an import, or by a table given as text (`"directory.Authority"`)."""
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            modules = re.findall(r"^([a-z]+\.[A-Z]\w+)$", node.value)
        yield from (room for module in modules if (room := module.partition(".")[0]) in ROOMS)


def purposes() -> dict[str, str]:
    """What each room says of itself: the first sentence of its package's docstring."""
    found = {}
    for room in ROOMS:
        words = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))) or ""
        found[room] = words.partition(". ")[0].rstrip(".") + "."
    return found


def in_words(pairs: Sequence[Arrow]) -> str:
    """The arrows as sentences, for whoever does not see the picture."""
    sentences = []
    for room in ROOMS:
        others = [other for start, other in pairs if start == room]
        sentences.append(f"{room} needs {', '.join(others)}." if others else f"{room} needs no other room.")
    return " ".join(sentences)


def picture(pairs: Sequence[Arrow], words: Mapping[str, str]) -> str:
    """The whole SVG."""
    height = TOP * 2 + STEP * (len(ROOMS) - 1) + BOX_HEIGHT
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
            ' aria-labelledby="title story" font-family="system-ui, sans-serif">'
        ),
        '<title id="title">The rooms of the house, and which one needs which</title>',
        f'<desc id="story">{escape(in_words(pairs))}</desc>',
        f'<rect width="{WIDTH}" height="{height}" rx="12" fill="#ffffff"/>',
        "<defs>",
        *(head(room) for room in ROOMS if any(start == room for start, _ in pairs)),
        "</defs>",
        *ground(),
        *(arrow(number, pairs) for number in range(len(pairs))),
        *(box(room, words[room]) for room in ROOMS),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def head(room: str) -> str:
    """The head of a room's arrows."""
    return (
        f'<marker id="head-{room}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"'
        f' orient="auto"><path d="M0 0 10 5 0 10z" fill="{COLOURS[room]}"/></marker>'
    )


def ground() -> list[str]:
    """The frame round the two rooms of the ground floor."""
    top = box_top(GROUND[0]) - 12
    height = box_top(GROUND[1]) + BOX_HEIGHT + 12 - top
    return [
        (
            f'<rect x="{LEFT - 14}" y="{top}" width="{BOX_WIDTH + 28}" height="{height}" rx="10"'
            ' fill="#f4f6f8" stroke="#d5dce3"/>'
        )
    ]


def box_top(room: str) -> int:
    """Where a room's box begins."""
    return TOP + ROOMS.index(room) * STEP


def box(room: str, words: str) -> str:
    """One room: its name and what it says of itself."""
    top = box_top(room)
    colour = COLOURS[room]
    return (
        f'<g><rect x="{LEFT}" y="{top}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8" fill="#ffffff"'
        f' stroke="#d5dce3"/><rect x="{LEFT}" y="{top}" width="6" height="{BOX_HEIGHT}" rx="3" fill="{colour}"/>'
        f'<text x="{LEFT + 24}" y="{top + 26}" font-size="18" font-weight="600" fill="#1b2733">{room}</text>'
        f'<text x="{LEFT + 24}" y="{top + 48}" font-size="12.5" fill="#4a5763">{escape(words)}</text></g>'
    )


def arrow(number: int, pairs: Sequence[Arrow]) -> str:
    """One arrow, bulging the further the longer its way is; each has a place of its own at both ends."""
    start, end = pairs[number]
    distance = ROOMS.index(end) - ROOMS.index(start)
    leaving = [pair for pair in pairs if pair[0] == start]
    coming = [pair for pair in pairs if pair[1] == end]
    x, far = LEFT + BOX_WIDTH, LEFT + BOX_WIDTH + 26 + distance * BULGE
    y1 = place(start, low=True, number=leaving.index(pairs[number]), of=len(leaving))
    y2 = place(end, low=False, number=coming.index(pairs[number]), of=len(coming))
    return (
        f'<path d="M{x} {y1:.1f}C{far} {y1:.1f} {far} {y2:.1f} {x + 2} {y2:.1f}" fill="none"'
        f' stroke="{COLOURS[start]}" stroke-width="1.6" marker-end="url(#head-{start})"/>'
    )


def place(room: str, *, low: bool, number: int, of: int) -> float:
    """Height of one end: arrows leave in the lower half of a box and come in the upper half, longest outermost."""
    half = BOX_HEIGHT / 2 - 8
    share = (number + 1) / (of + 1)
    middle = box_top(room) + BOX_HEIGHT / 2
    return middle + half * (1 - share) + 3 if low else middle - half * share - 3


def drawn() -> str:
    """The picture as it should be now."""
    return picture(arrows(), purposes())


def main() -> None:
    """Print the picture, or write it into its place with `--write`."""
    if "--write" in sys.argv[1:]:
        TARGET.write_text(drawn(), encoding="utf-8")
        sys.stdout.write(f"Written: {TARGET.relative_to(ROOT)}\n")
    else:
        sys.stdout.write(drawn())


if __name__ == "__main__":
    main()
