"""Letters for tests: one that says everything a kind can say, and what a PDF of it says to a reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pypdfium2

from complaints.letters import Letter, LetterKind
from complaints.letters.letter import CHINESE, ENGLISH, legal_basis_of, remedies_of
from directory.kinds import AuthorityKind

WITH_FINDINGS = frozenset({LetterKind.DECISION, LetterKind.REVIEW, LetterKind.SECOND_REVIEW})

SAID: dict[str, dict[str, Any]] = {
    CHINESE: {
        "authority_name": "示范市卫生健康委员会",
        "about": "救护车转运超出公示价格收费",
        "number": "示卫诉〔2026〕第12号",
        "addressee": "李女士",
        "claim": "2026年11月18日由示范市第一人民医院救护车（车牌豫A00000）转运86公里，收费2600元。",
        "decision": "经审查，本机关决定如下。",
        "contact": "示范市卫生健康委员会投诉处理处，电话010-12345678",
    },
    ENGLISH: {
        "authority_name": "Shifan Municipal Health Commission",
        "about": "an ambulance charging more than the posted price",
        "number": "SWS (2026) No. 12",
        "addressee": "Ms Li",
        "claim": "On 18 November 2026 an ambulance (plate 豫A00000) drove you 86 km for 2,600 yuan.",
        "decision": "We have decided as follows.",
        "contact": "Complaints office, telephone 010-12345678",
    },
}

FINDINGS: dict[str, dict[str, Any]] = {
    CHINESE: {
        "facts": "按公示价格应收573.61元，实收2600元。\n医院称差额为“夜间服务费”，未能提供公示依据。",
        "reasons": "收费应当与公示价格一致。",
        "measures": ("责令医院退还多收的2026.39元。", "将价格违法线索移送市场监督管理部门处理。"),
    },
    ENGLISH: {
        "facts": "By the posted prices 573.61 yuan are due.\nThe hospital speaks of a “night fee” that’s not posted.",
        "reasons": "What is charged has to be what is posted.",
        "measures": ("The hospital refunds 2,026.39 yuan.", "The matter of prices is passed on."),
    },
}

ABOVE = {CHINESE: "示范省卫生健康委员会", ENGLISH: "the Shifan Provincial Health Commission"}


def full_letter(kind: LetterKind = LetterKind.DECISION, language: str = CHINESE, **changed: Any) -> Letter:
    """A letter of this kind with everything in it."""
    letter = Letter(
        kind=kind,
        reference="AB12-3456",
        received_on=date(2026, 11, 20),
        signed_on=date(2026, 11, 25),
        due_on=date(2027, 1, 24),
        legal_basis=legal_basis_of(kind, AuthorityKind.HEALTH, language),
        remedies=remedies_of(kind, AuthorityKind.HEALTH, ABOVE[language], until=date(2026, 12, 25), language=language),
        language=language,
        **SAID[language],
    )
    findings = FINDINGS[language] if kind in WITH_FINDINGS else {}
    return replace(letter, **{**findings, **changed})


def pages_of(document: bytes) -> list[str]:
    """What search and a screen reader find on each page, line ends taken out."""
    with pypdfium2.PdfDocument(document) as pdf:
        return ["".join(page.get_textpage().get_text_range().split("\r\n")) for page in pdf]


def text_of(document: bytes) -> str:
    """What search finds in the whole document, spaces taken out: where a line breaks is not what was said."""
    return "".join("".join(pages_of(document)).split())
