"""The written forms of the field: plates, VINs, credit codes, licence numbers, telephone numbers.

Pure tables and functions. A `check_…` function returns the one normalised form that is stored and compared,
or raises `BadFormat`, which says what is wrong and, where it can be guessed, what was probably meant. What
only deserves a warning is a separate question (`vin_check_digit_is_right`, `licence_number_is_usual`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

LONGEST_INPUT = 64
"""Characters, separators included, beyond which nothing of these forms can be meant."""

# One table for all forms: full width becomes half width, letters become capitals, spaces and invisible marks
# vanish. Character by character, so that doing it twice changes nothing (NFKC, which looks at neighbours that
# dropping brings together, would not promise that).
_SPACES = [code for code in range(0x3001) if chr(code).isspace()]
_INVISIBLE = [0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
_PLAIN: dict[int, str | None] = {
    **{code: chr(code - 0xFEE0).upper() for code in range(0xFF01, 0xFF5F)},
    **{code: chr(code).upper() for code in range(ord("a"), ord("z") + 1)},
    **dict.fromkeys([*_SPACES, *_INVISIBLE]),
}
_DASHES = [0xFF0D, 0x2212, 0xFE63, *range(0x2010, 0x2016)]
_DOTS = "·•・･‧∙⋅●ㆍ．。_"
_COMPACT = {**_PLAIN, **dict.fromkeys([ord("-"), ord("."), *_DASHES, *map(ord, _DOTS)])}
"""For forms in which dashes and dots are only there to be read more easily."""


class BadFormat(ValueError):
    """A text that is not of the form asked for.

    `code` is stable and meant for programs, `message` is a translatable sentence that says what to do, and
    `suggestion` is the well-formed text that was probably meant, or empty.
    """

    def __init__(self, code: str, message: _StrOrPromise, suggestion: str = "") -> None:
        super().__init__(code, message, suggestion)
        self.code = code
        self.message = message
        self.suggestion = suggestion

    def __str__(self) -> str:
        return str(self.message)


def _prepared(text: str) -> str:
    """The text without space around it. Refuses what is empty, over-long or holds control characters."""
    text = text.strip()
    if not text:
        raise BadFormat("empty", _("Nothing was entered."))
    if len(text) > LONGEST_INPUT:
        raise BadFormat("too_long", _("This is too long. Enter the number alone, without other text."))
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise BadFormat(
            "control_character",
            _("This holds a line break or a hidden character. Type it by hand, on one line."),
        )
    return text


# --- Plates (GA 36) -----------------------------------------------------------------------------


class PlateKind(TextChoices):
    """Kinds of plates an ambulance can carry, by the police code. A plate is only unique with its kind."""

    LARGE = "01", _("Large vehicle (yellow plate)")
    SMALL = "02", _("Small vehicle (blue plate)")
    LARGE_NEW_ENERGY = "51", _("Large new energy vehicle (yellow and green plate)")
    SMALL_NEW_ENERGY = "52", _("Small new energy vehicle (green plate)")


PLATE_HEADS = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""The first characters of civil plates: the provinces. The armed forces' plates are outside the registry."""

_PLATE_SHAPES: tuple[tuple[re.Pattern[str], tuple[PlateKind, ...]], ...] = (
    (
        re.compile(rf"[{PLATE_HEADS}][A-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9警学]"),
        (PlateKind.LARGE, PlateKind.SMALL),
    ),
    (
        re.compile(rf"[{PLATE_HEADS}][A-Z][A-HJK][A-HJ-NP-Z0-9][0-9]{{4}}"),
        (PlateKind.SMALL_NEW_ENERGY,),
    ),
    (
        re.compile(rf"[{PLATE_HEADS}][A-Z][0-9]{{5}}[A-HJK]"),
        (PlateKind.LARGE_NEW_ENERGY,),
    ),
)
_PLATE_LOOK_ALIKES = str.maketrans("IO", "10")


def normalise_plate(text: str) -> str:
    """The text in half width and capitals, without spaces, dots and dashes. Checks nothing, never raises."""
    return text.translate(_COMPACT)


def plate_kinds_of(plate: str) -> tuple[PlateKind, ...]:
    """The kinds a normalised plate can be of, by GA 36; empty when it is no plate.

    The seven characters of a large and of a small vehicle look the same, so both are named, large first; the
    eight characters of new energy tell large and small apart.
    """
    return next((kinds for shape, kinds in _PLATE_SHAPES if shape.fullmatch(plate)), ())


def check_plate(text: str, kind: str | None = None) -> str:
    """The normalised plate, of the given kind when one is given (a `PlateKind` or its value).

    Raises BadFormat: `empty`, `too_long`, `control_character`, `plate_letter` (I or O, with a suggestion),
    `plate_length`, `plate_head`, `plate_shape`, `plate_kind`.
    """
    plate = normalise_plate(_prepared(text))
    kinds = plate_kinds_of(plate)
    if not kinds:
        raise _plate_fault(plate)
    if kind is not None and kind not in kinds:
        raise BadFormat(
            "plate_kind",
            _(
                "This plate cannot be of that kind. Plates of new energy vehicles have 8 characters, others "
                "have 7. Check the plate, or choose another kind."
            ),
        )
    return plate


def _plate_fault(plate: str) -> BadFormat:
    """What is wrong with a normalised text that is no plate."""
    corrected = plate[:2] + plate[2:].translate(_PLATE_LOOK_ALIKES)
    if corrected != plate and plate_kinds_of(corrected):
        return BadFormat(
            "plate_letter",
            _("A plate has no letter I or O after its second place: these are the digits 1 and 0."),
            corrected,
        )
    if len(plate) not in {7, 8}:
        return BadFormat(
            "plate_length",
            _("A plate has 7 characters, such as 京A12345, or 8 for new energy, such as 京AD12345."),
        )
    if plate[0] not in PLATE_HEADS:
        return BadFormat(
            "plate_head", _("A plate begins with the character of a province and a letter, such as 京A12345.")
        )
    return BadFormat(
        "plate_shape",
        _(
            "This is not how a plate looks: the character of a province, a letter, then 5 letters or digits "
            "such as 京A12345, or 6 for new energy such as 京AD12345 or 京A12345D."
        ),
    )


def display_plate(plate: str) -> str:
    """The plate as it is painted, with a dot after its second place: `京A·12345`."""
    plate = normalise_plate(plate)
    return f"{plate[:2]}·{plate[2:]}" if len(plate) > 2 else plate


# --- Vehicle identification numbers (GB 16735) --------------------------------------------------

_VIN_SHAPE = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = {
    **{digit: int(digit) for digit in "0123456789"},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_VIN_LOOK_ALIKES = str.maketrans("IOQ", "100")


def check_vin(text: str) -> str:
    """The normalised VIN: 17 letters and digits without I, O and Q. Its check digit is not looked at.

    Raises BadFormat: `empty`, `too_long`, `control_character`, `vin_length`, `vin_letter` (I, O or Q, with a
    suggestion), `vin_shape`.
    """
    vin = _prepared(text).translate(_COMPACT)
    if len(vin) != 17:
        raise BadFormat("vin_length", _("A VIN has 17 letters and digits. Copy it from the vehicle licence."))
    if _VIN_SHAPE.fullmatch(vin):
        return vin
    corrected = vin.translate(_VIN_LOOK_ALIKES)
    if _VIN_SHAPE.fullmatch(corrected):
        raise BadFormat(
            "vin_letter", _("A VIN has no letter I, O or Q: look for the digits 1 and 0 instead."), corrected
        )
    raise BadFormat("vin_shape", _("A VIN has only the digits 0 to 9 and the letters A to Z without I, O and Q."))


def vin_check_digit_is_right(vin: str) -> bool:
    """Whether the ninth place fits the others (GB 16735). A wrong one deserves a warning, never a refusal.

    Raises BadFormat when the text is no VIN at all.
    """
    vin = check_vin(vin)
    remainder = sum(_VIN_VALUES[place] * weight for place, weight in zip(vin, _VIN_WEIGHTS, strict=True)) % 11
    return vin[8] == ("X" if remainder == 10 else str(remainder))


# --- Unified social credit codes (GB 32100) -----------------------------------------------------

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_CODE_LOOK_ALIKES = str.maketrans("IOSZ", "1052")


def credit_code_check_character(body17: str) -> str:
    """The eighteenth character that belongs to seventeen normalised ones (GB 32100).

    Raises BadFormat: `credit_code_length`, `credit_code_letter`.
    """
    if len(body17) != len(_CREDIT_CODE_WEIGHTS):
        raise BadFormat("credit_code_length", _("The check character is made from the first 17 characters."))
    if not set(body17) <= set(CREDIT_CODE_ALPHABET):
        raise _credit_code_letter("")
    total = sum(
        CREDIT_CODE_ALPHABET.index(place) * weight for place, weight in zip(body17, _CREDIT_CODE_WEIGHTS, strict=True)
    )
    return CREDIT_CODE_ALPHABET[-total % 31]


def make_credit_code(body17: str) -> str:
    """The whole code that begins with these 17 characters, for invented data. Raises BadFormat."""
    return body17 + credit_code_check_character(body17)


def check_credit_code(text: str) -> str:
    """The normalised unified social credit code, its check character verified (GB 32100).

    Raises BadFormat: `empty`, `too_long`, `control_character`, `credit_code_length`, `credit_code_letter`
    (with a suggestion when look-alike digits make it right), `credit_code_check`.
    """
    code = _prepared(text).translate(_COMPACT)
    if len(code) != 18:
        raise BadFormat("credit_code_length", _("A unified social credit code has 18 digits and letters."))
    if not set(code) <= set(CREDIT_CODE_ALPHABET):
        corrected = code.translate(_CREDIT_CODE_LOOK_ALIKES)
        raise _credit_code_letter(corrected if _credit_code_is_right(corrected) else "")
    if not _credit_code_is_right(code):
        raise BadFormat(
            "credit_code_check",
            _(
                "The last character of this unified social credit code does not fit the others, so one of "
                "them is wrong. Compare it with the certificate."
            ),
        )
    return code


def _credit_code_is_right(code: str) -> bool:
    """Whether 18 characters are of the alphabet and end in the right one."""
    return set(code) <= set(CREDIT_CODE_ALPHABET) and code[-1] == credit_code_check_character(code[:-1])


def _credit_code_letter(suggestion: str) -> BadFormat:
    """The refusal of a character that credit codes do not have."""
    return BadFormat(
        "credit_code_letter",
        _("A unified social credit code has only digits and capital letters, and none of I, O, S, V and Z."),
        suggestion,
    )


# --- Practice licences of medical institutions --------------------------------------------------

LICENCE_NUMBER_MAX_LENGTH = 32
_USUAL_LICENCE_LENGTHS = frozenset({12, 18, 22})


def check_licence_number(text: str) -> str:
    """The normalised number of a practice licence (医疗机构执业许可证登记号): digits and letters.

    Only the shape is checked, since older clinics keep older numbers; see `licence_number_is_usual`.
    Raises BadFormat: `empty`, `too_long`, `control_character`, `licence_shape`.
    """
    number = _prepared(text).translate(_COMPACT)
    if not re.fullmatch(rf"[0-9A-Z]{{1,{LICENCE_NUMBER_MAX_LENGTH}}}", number):
        raise BadFormat(
            "licence_shape",
            _("A practice licence number has only digits and letters, usually 22. Copy it from the licence."),
        )
    return number


def licence_number_is_usual(number: str) -> bool:
    """Whether a normalised licence number has a usual length: 22, or 12 or 18 of older clinics. Else warn."""
    return len(number) in _USUAL_LICENCE_LENGTHS


# --- Telephone numbers of the mainland ----------------------------------------------------------

_PHONE_WRITTEN = {
    **_PLAIN,
    **dict.fromkeys([*_DASHES, *map(ord, "转轉")], "-"),
    **dict.fromkeys(map(ord, "().·（）．")),
}
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MOBILE_WRITTEN = re.compile(r"(?:86|0)?(1[3-9][0-9]{9})")
# Area codes of three digits are 010 and 02x; all others have four. Knowing that, a number typed without its
# dash gets the same form as one typed with it.
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})-?([0-9]{7,8})(-[0-9]{1,6})?")
_LANDLINE_IN_GROUPS = re.compile(r"0[0-9]{2,3}-[0-9]{3,4}-[0-9]{4}")
_TOLL_FREE = re.compile(r"[48]00[0-9]{7}")
_SHORT = re.compile(r"110|119|120|122|123[0-9]{2}|96[0-9]{3,4}")


def check_phone(text: str) -> str:
    """The normalised telephone number, one form for each number so that it can be found again.

    Mobile `13800138000`, landline `0791-12345678` or with extension `0791-12345678-123`, 400 and 800 numbers
    `4001234567`, short numbers `120`, `12345`, `96120`. Spaces, brackets, full width, `+86` and `转` are
    understood.

    Raises BadFormat: `empty`, `too_long`, `control_character`, `phone_shape`.
    """
    written = _prepared(text).translate(_PHONE_WRITTEN)
    from_abroad = re.match(r"(?:\+|00)86-?", written)
    number = written[from_abroad.end() :] if from_abroad else written
    found = _known_phone(number)
    if not found and from_abroad:
        found = _known_phone(f"0{number}")  # the 0 of an area code is left out after +86
    if not found:
        raise BadFormat(
            "phone_shape",
            _(
                "This is not a telephone number of the mainland. Enter a mobile number such as 13800138000, "
                "or a landline with its area code such as 010-12345678."
            ),
        )
    return found


def _known_phone(number: str) -> str:
    """The one form of a number without country code, or nothing."""
    digits = number.replace("-", "")
    if mobile := _MOBILE_WRITTEN.fullmatch(digits):
        return mobile[1]
    if _TOLL_FREE.fullmatch(digits):
        return digits
    if _SHORT.fullmatch(number):
        return number
    landline = _LANDLINE.fullmatch(digits if _LANDLINE_IN_GROUPS.fullmatch(number) else number)
    return f"{landline[1]}-{landline[2]}{landline[3] or ''}" if landline else ""


def is_mobile(phone: str) -> bool:
    """Whether a normalised number is that of a mobile telephone, which can receive text messages."""
    return _MOBILE.fullmatch(phone) is not None
