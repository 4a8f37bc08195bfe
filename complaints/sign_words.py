"""What a sign is called and why it is shown, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from complaints.signs import Sign, SignKind


def sign_words(sign: Sign) -> str:
    """What was seen, in a few words."""
    return {
        SignKind.ONE_SIDED: gettext("Many “not substantiated”"),
        SignKind.MISMATCHES: gettext("Codes missing or not matching on one fleet"),
        SignKind.EDITED: gettext("Record of the vehicle changed shortly before the conclusion"),
        SignKind.REFILED: gettext("Declined, then told again"),
        SignKind.FAST: gettext("Unusually fast conclusions"),
    }[sign.kind]


def sign_reason(sign: Sign) -> str:
    """Why it is shown: the figures behind it."""
    figures, total = sign.figures, sign.figures["total"]
    match sign.kind:
        case SignKind.ONE_SIDED:
            words = gettext(
                "%(hits)d of %(total)d conclusions are “not substantiated” (%(percent)d %%), "
                "of the others %(others)d %%. "
                "So large a difference comes about by chance less than once in a hundred times."
            )
        case SignKind.MISMATCHES:
            words = gettext(
                "In %(days)d days %(total)d people reported that a vehicle of this institution does not match its "
                "card; %(missing)d of them that its code is missing or cannot be read."
            )
        case SignKind.EDITED:
            words = ngettext(
                "In %(total)d case the vehicle's record was changed in the %(hours)d hours before the conclusion.",
                "In %(total)d cases the vehicle's record was changed in the %(hours)d hours before the conclusion.",
                total,
            )
        case SignKind.REFILED:
            words = ngettext(
                "%(total)d declined case was told again by the same contact.",
                "%(total)d declined cases were told again by the same contact.",
                total,
            )
        case SignKind.FAST:
            words = gettext(
                "%(total)d parts were concluded within %(hours)d hours of their opening; "
                "the median of all is %(usual)d days."
            )
    return words % figures
