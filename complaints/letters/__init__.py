"""Letters to the complainant: what an authority says in writing, as a PDF to be sealed, and texts to begin with.

`letter.Letter` holds what is said; `layout` breaks it into placed lines, `pdf.write_letter` draws them. The fixed
words of the letters and the texts of the replies are TOML files in `data`, one per language, for officials to edit.
"""

from complaints.letters.letter import Letter, LetterKind, Remedy, UnfitLetter
from complaints.letters.pdf import write_letter
from complaints.letters.templates import DeclineReason, ReplyTemplate, render, reply_template

__all__ = [
    "DeclineReason",
    "Letter",
    "LetterKind",
    "Remedy",
    "ReplyTemplate",
    "UnfitLetter",
    "render",
    "reply_template",
    "write_letter",
]
