"""A letter as placed rows on pages: what stands in it, in which order, where its lines break. No drawing here.

Order and measures follow the usual letter of an authority (A4, 14 points, paragraphs indented by two characters, name
and date at the lower right). Lengths in points; a row's `x` counts from the left edge of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from complaints.letters.characters import paragraphs
from complaints.letters.letter import CHINESE, ENGLISH, Letter
from complaints.letters.lines import Measure, broken
from complaints.letters.placeholders import filled
from complaints.letters.words import KindWords, Words

PAGE_WIDTH: Final = A4[0]
PAGE_HEIGHT: Final = A4[1]
SIDE: Final = (PAGE_WIDTH - 448) / 2
"""Left and right margin: 32 characters of 14 points stand between them."""

WIDTH: Final = PAGE_WIDTH - 2 * SIDE
TOP: Final = 30 * mm
BOTTOM: Final = 30 * mm
CLOSE: Final = 0.86
"""A line of Chinese is spread to the full width if its text fills at least this part of it."""


@dataclass(frozen=True)
class Style:
    """How a row is set."""

    size: float
    leading: float
    is_heavy: bool = False
    is_centred: bool = False


BODY: Final = {CHINESE: Style(14, 25), ENGLISH: Style(11.5, 17.5)}
HEAD: Final = {
    CHINESE: (
        Style(16, 26, is_centred=True),
        Style(22, 34, is_heavy=True, is_centred=True),
        Style(12, 20, is_centred=True),
    ),
    ENGLISH: (
        Style(13, 20, is_centred=True),
        Style(19, 28, is_heavy=True, is_centred=True),
        Style(10.5, 20, is_centred=True),
    ),
}
"""Name of the authority, title, number."""


@dataclass(frozen=True)
class Row:
    """One line of text at its place."""

    text: str
    x: float
    style: Style
    spread: float = 0
    """Added after every character, so that the line ends at the margin."""

    gap_before: float = 0
    keeps_next: bool = False
    """Whether it may not be the last row of a page: a heading."""

    @property
    def height(self) -> float:
        """What it takes of the page."""
        return self.gap_before + self.style.leading


@dataclass
class Sheet:
    """One page: rows with the height of their baselines above the lower edge, and perhaps the signature."""

    rows: list[tuple[float, Row]] = field(default_factory=list)
    signature_top: float | None = None


@dataclass(frozen=True)
class Setter:
    """Sets one letter in the words of its language."""

    letter: Letter
    words: Words
    measure: Measure
    """The width of a text in em."""

    clean: Callable[[str], str]
    """A text with only what the font can draw."""

    @property
    def is_chinese(self) -> bool:
        """Whether it follows Chinese habits: two characters indented, lines of full width."""
        return self.letter.language == CHINESE

    @property
    def kind(self) -> KindWords:
        """The words of its kind."""
        return self.words.kinds[self.letter.kind]

    @property
    def body(self) -> Style:
        """The style of paragraphs."""
        return BODY[self.letter.language]

    # --- in the order of the page ---

    def rows(self) -> Iterator[Row]:
        """All rows, from the title to the closing words."""
        letter = self.letter
        name, title, number = HEAD[letter.language]
        yield from self.block(letter.authority_name, name)
        yield from self.block(self.kind.title, title, gap=2)
        yield from self.block(letter.number, number, gap=4)
        yield from self.block(self.addressee(), self.body, gap=16)
        yield from self.paragraph(filled(self.kind.opening, self.facts()), gap=0 if self.is_chinese else 6)
        yield from self.headed() if self.kind.has_headings else self.plain()
        if letter.contact:
            yield from self.paragraph(filled(self.words.contact, {"contact": letter.contact}), keeps_next=True)
        yield from self.paragraph(self.kind.closing)

    def addressee(self) -> str:
        """The line that addresses the person."""
        if self.letter.is_anonymous:
            return self.words.anonymous
        return filled(self.words.addressee, {"name": self.letter.addressee})

    def facts(self) -> dict[str, str]:
        """What the fixed sentences of a kind may name."""
        letter, day = self.letter, self.words.day
        due = {"due_on": day(letter.due_on)} if letter.due_on else {}
        return {"received_on": day(letter.received_on), "about": letter.about, "reference": letter.reference, **due}

    def headed(self) -> Iterator[Row]:
        """The sections of a decision under numbered headings."""
        letter = self.letter
        sections = (
            (self.kind.claim, paragraphs(letter.claim)),
            (self.kind.facts, paragraphs(letter.facts)),
            (self.kind.reasons, paragraphs(letter.reasons)),
            (self.kind.legal_basis, self.citations()),
            (self.kind.decision, paragraphs(letter.decision)),
            (self.kind.measures, self.measures()),
            (self.kind.remedies, list(self.remedies())),
        )
        for position, (heading, said) in enumerate((heading, said) for heading, said in sections if said):
            style = Style(self.body.size, self.body.leading, is_heavy=True)
            gap = 0 if self.is_chinese else 6
            yield from self.paragraph(self.words.heading(position, heading), style, gap=gap, keeps_next=True)
            for text in said:
                yield from self.paragraph(text)

    def plain(self) -> Iterator[Row]:
        """The sections of a notice as sentences, one paragraph each."""
        letter, kind = self.letter, self.kind
        led = (
            (kind.claim, paragraphs(letter.claim)),
            (kind.facts, paragraphs(letter.facts)),
            (kind.reasons, paragraphs(letter.reasons)),
            (kind.decision, paragraphs(letter.decision)),
        )
        for lead, said in led:
            for text in [filled(lead, {"text": said[0]}), *said[1:]] if said else []:
                yield from self.paragraph(text)
        if kind.due and letter.due_on:
            yield from self.paragraph(filled(kind.due, self.facts()))
        if letter.measures:
            yield from self.paragraph(kind.measures, keeps_next=True)
        cited = [filled(kind.legal_basis, {"text": self.words.list_separator.join(letter.legal_basis)})]
        for text in [*self.measures(), *self.remedies(), *(cited if letter.legal_basis else [])]:
            yield from self.paragraph(text)

    def citations(self) -> list[str]:
        """The law, as one sentence."""
        cited = self.words.list_separator.join(self.letter.legal_basis)
        return [f"{cited}{'。' if self.is_chinese else '.'}"] if cited else []

    def measures(self) -> list[str]:
        """What is done, numbered where there is more than one thing."""
        said = [" ".join(paragraphs(measure)) for measure in self.letter.measures]
        return said if len(said) == 1 else [self.words.item(place, text) for place, text in enumerate(said)]

    def remedies(self) -> Iterator[str]:
        """What the person may do who does not agree."""
        for remedy in self.letter.remedies:
            basis = filled(self.words.remedies["basis"], {"law": remedy.basis}) if remedy.basis else ""
            values = {"limit": self.words.length(remedy.limit), "body": remedy.body, "basis": basis}
            yield filled(self.words.remedies[remedy.step.value], values)
            if remedy.until:
                yield filled(self.words.remedies["until"], {"until": self.words.day(remedy.until)})

    # --- lines and pages ---

    def paragraph(
        self, text: str, style: Style | None = None, *, gap: float = 0, keeps_next: bool = False
    ) -> Iterator[Row]:
        """A paragraph of the body: indented and spread in Chinese, with air before it in English."""
        style = style or self.body
        indent = 2 * style.size if self.is_chinese else 0
        gap = gap if self.is_chinese else max(gap, 5)
        yield from self.block(text, style, indent=indent, gap=gap, keeps_next=keeps_next)

    def block(
        self, text: str, style: Style, *, indent: float = 0, gap: float = 0, keeps_next: bool = False
    ) -> Iterator[Row]:
        """Any text as rows; `gap` stands before the first."""
        em = style.size
        for said in paragraphs(text):
            lines = broken(self.clean(said), self.measure, WIDTH / em, (WIDTH - indent) / em)
            for place, line in enumerate(lines):
                start = indent if place == 0 else 0
                free = WIDTH - start - self.measure(line) * em
                x = SIDE + (free / 2 if style.is_centred else start)
                is_last = place == len(lines) - 1
                spread = 0.0 if is_last or style.is_centred else self.spread(line, free, WIDTH - start)
                yield Row(line, x, style, spread, gap if place == 0 else 0, keeps_next)

    def spread(self, line: str, free: float, width: float) -> float:
        """What each character of a full line takes of the free room at its end."""
        if not self.is_chinese or len(line) < 2 or free > (1 - CLOSE) * width:
            return 0.0
        return free / (len(line) - 1)


def sheets(rows: list[Row], signature: float) -> list[Sheet]:
    """The rows on pages, a signature of that height after the last: never alone, the closing words go with it."""
    found = [Sheet()]
    y = PAGE_HEIGHT - TOP
    for place, row in enumerate(rows):
        if found[-1].rows and y - needed(rows, place, signature) < BOTTOM:
            found.append(Sheet())
            y = PAGE_HEIGHT - TOP
        y -= row.height if found[-1].rows else row.style.leading
        found[-1].rows.append((y + (row.style.leading - row.style.size) / 2, row))
    found[-1].signature_top = y
    return found


def needed(rows: list[Row], place: int, signature: float) -> float:
    """The room a row wants: its own, what it must not be parted from, and for the last the signature's.

    What would fill more than a page together may be parted.
    """
    last = place
    while rows[last].keeps_next and last + 1 < len(rows):
        last += 1
    height = sum(row.height for row in rows[place : last + 1])
    if last == len(rows) - 1:
        height += signature
    return height if height <= PAGE_HEIGHT - TOP - BOTTOM else rows[place].height
