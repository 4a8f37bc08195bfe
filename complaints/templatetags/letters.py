"""The letters of a complaint on the page of whoever follows it."""

from __future__ import annotations

from django import template

from complaints.letter_of import LetterLine, letter_events, letter_lines
from complaints.models import Complaint

register = template.Library()


@register.simple_tag
def letters_of(complaint: Complaint) -> list[LetterLine]:
    """`{% letters_of complaint as letters %}`: the letters there are, oldest first. One query."""
    return letter_lines(letter_events(complaint).defer("text"))
