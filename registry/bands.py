"""How each standing looks and what is said under it: the first thing a reader sees. A pure table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from edge.written import written_day
from registry.standing import Standing


class Tone(Enum):
    """The colour of a band. Each has words, and all but the first two a symbol of their own, besides."""

    GOOD = "good"
    KNOWN = "known"
    MIND = "mind"
    STOP = "stop"
    PLAIN = "plain"


@dataclass(frozen=True)
class Band:
    """One line on a coloured ground, its symbol, and a sentence that says what it means."""

    tone: Tone
    line: str
    explanation: str


TONES: dict[Standing, Tone] = {
    Standing.IN_SERVICE_120: Tone.GOOD,
    Standing.IN_SERVICE: Tone.KNOWN,
    Standing.INSPECTION_OVERDUE: Tone.MIND,
    Standing.SCRAP_OVERDUE: Tone.STOP,
    Standing.SUSPENDED: Tone.STOP,
    Standing.RETIRED: Tone.STOP,
    Standing.INSTITUTION_CLOSED: Tone.STOP,
    Standing.CODE_REVOKED: Tone.STOP,
    Standing.CODE_MISTYPED: Tone.MIND,
    Standing.CODE_UNKNOWN: Tone.PLAIN,
}

EXPLANATIONS: dict[Standing, Promise | str] = {
    # Translators: 请核对车牌和车身单位名称是否与本页一致。
    Standing.IN_SERVICE_120: _("Please check that the plate and the name on the vehicle are the same as on this page."),
    # Translators: 本车不属于120急救网络，不得使用“120”标识。
    Standing.IN_SERVICE: _("This vehicle is not part of the 120 emergency network and may not show “120”."),
    # Translators: 本车登记的强制报废期已过，不应继续使用。需要急救请拨打120。
    Standing.SCRAP_OVERDUE: _(
        "The registered compulsory scrapping date of this vehicle has passed; it should no longer be used. "
        "For an emergency call 120."
    ),
    # Translators: 主管部门已暂停本车使用。需要急救请拨打120。
    Standing.SUSPENDED: _("The authority has suspended this vehicle from use. For an emergency call 120."),
    # Translators: 本车已不再登记为救护车。如仍在使用，请举报。
    Standing.RETIRED: _(
        "This vehicle is no longer registered as an ambulance. If it is still in use, please report it."
    ),
    # Translators: 本车登记在已停业单位名下。如仍在使用，请举报。
    Standing.INSTITUTION_CLOSED: _(
        "This vehicle is registered to an institution that has closed down. If it is still in use, please report it."
    ),
    # Translators: 此码已更换；本车当前状态如下。
    Standing.CODE_REVOKED: _("This code is no longer valid. The present state of the vehicle follows below."),
    # Translators: 请对照车身印刷的编码重新输入（某处可能抄错）。
    Standing.CODE_MISTYPED: _(
        "Please type the code again, comparing it with the one printed on the vehicle: a character may be wrong."
    ),
    # Translators: 登记库中没有这个编码，可能是伪造或尚未登记。人身安全受到威胁请拨打110，需要急救请拨打120。
    Standing.CODE_UNKNOWN: _(
        "No ambulance is registered under this code. It may be forged, or not registered yet. If you feel threatened "
        "call 110; for an emergency call 120."
    ),
}


def band_of(standing: Standing, inspection_valid_until: date | None = None) -> Band:
    """The band of a standing, in the language of the moment. The date is told when the inspection has expired."""
    if standing is Standing.INSPECTION_OVERDUE:
        explanation = inspection_explanation(inspection_valid_until)
    else:
        explanation = str(EXPLANATIONS[standing])
    return Band(TONES[standing], str(standing.label), explanation)


def inspection_explanation(valid_until: date | None) -> str:
    """What is said of an expired inspection, or of one that was never registered."""
    if valid_until is None:
        # Translators: 没有登记有效的检验。可向主管部门反映。
        return gettext("No valid inspection is registered. You can tell the authority.")
    # Translators: 登记的检验有效期止于%(day)s。可向主管部门反映。
    return gettext("The registered inspection was valid until %(day)s. You can tell the authority.") % {
        "day": written_day(valid_until)
    }
