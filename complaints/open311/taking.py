"""A request posted by a partner platform, read into what the core takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.entry import Entry, Invalid
from complaints.kinds import Kind
from complaints.open311.errors import Refusal, Text
from complaints.open311.shape import attributes_of
from complaints.serializers import PlatformComplaintSerializer
from edge.problems import flat_errors
from edge.text import cleaned

DESCRIPTION_LENGTH: Final = 4000
"""Characters of a description: the specification's."""
ADDRESS_LENGTH: Final = 160
"""Characters of an address in words; a position in numbers stands behind it."""
ATTRIBUTE: Final = re.compile(r"attribute\[([a-z_]{1,40})\](?:\[\])?")
HAN: Final = re.compile(r"[\u3400-\u9fff]")
SPOKEN: Final = {
    "kind": "service_code",
    "division": "address_id",
    "place": "address_string",
    "narrative": "description",
    "contact_name": "first_name, last_name",
    "contact_phone": "phone",
    "contact_email": "email",
}
"""Our names → those of the specification; all others are attributes."""
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Posted:
    """A request as it was posted: what is filed, and the platform's own number of it."""

    entry: Entry
    platform_reference: str


def posted_in(request: HttpRequest) -> Posted:
    """What a form posts. Raises Refusal with everything that is wrong."""
    form = request.POST
    kind = kind_in(form)
    refuse(*strays_in(request))
    given = {**attributes_in(form, kind), **of_the_specification(form, kind)}
    serializer = PlatformComplaintSerializer(data={name: value for name, value in given.items() if value != ""})
    if not serializer.is_valid():
        refuse(*(told(error["field"], error["message"]) for error in flat_errors(serializer.errors)))
    reference = serializer.validated_data["platform_reference"]
    return Posted(serializer.entry(), reference)


def refuse(*descriptions: Text) -> None:
    """Raise Refusal (400) if anything is wrong."""
    if descriptions:
        raise Refusal(400, *descriptions)


def told(field: str, message: Any) -> str:
    """What is wrong with a field, under the name the platform knows it by."""
    return f"{SPOKEN.get(field, f'attribute[{field}]')}: {message}"


def refusal_of(error: Invalid) -> Refusal:
    """The faults that the core finds, told as the specification has it."""
    return Refusal(400, *(told(fault.field, fault.message) for fault in error.faults))


def kind_in(form: QueryDict) -> Kind:
    """The service that is asked for. Raises Refusal: 400 for none, 404 for an unknown one."""
    code = form.get("service_code", "").strip()
    if not code:
        raise Refusal(400, _("service_code was not provided."))
    if code not in Kind.values:
        raise Refusal(404, _("service_code was not found. GET services lists them."))
    return Kind(code)


def strays_in(request: HttpRequest) -> Iterable[Text]:
    """What is sent and cannot be taken: it would be lost without a word."""
    if request.FILES or request.POST.get("media_url", "").strip():
        yield _("media_url: nothing is fetched from elsewhere. Send files by POST /api/v1/platform/complaints/.")
    if len(request.POST.get("description", "")) > DESCRIPTION_LENGTH:
        yield _("description: use at most %(count)d characters.") % {"count": DESCRIPTION_LENGTH}
    if not any(request.POST.get(name, "").strip() for name in ("lat", "long", "address_string", "address_id")):
        yield _("A location is needed: address_id (six digits of the division), address_string, or lat and long.")


def of_the_specification(form: QueryDict, kind: Kind) -> dict[str, Any]:
    """The fields of the specification under our names. Device and account are not read: nobody needs them."""
    return {
        "kind": kind.value,
        "division": form.get("address_id", "").strip(),
        "place": place_in(form),
        "narrative": form.get("description", ""),
        "contact_name": name_in(form),
        "contact_phone": form.get("phone", "").strip(),
        "contact_email": form.get("email", "").strip(),
    }


def place_in(form: QueryDict) -> str:
    """The place in words. A position stands behind them as it was given: there is no map to look it up on.

    Raises Refusal.
    """
    words = cleaned(form.get("address_string", ""))
    if len(words) > ADDRESS_LENGTH:
        raise Refusal(400, _("address_string: use at most %(count)d characters.") % {"count": ADDRESS_LENGTH})
    latitude, longitude = (form.get(name, "").strip() for name in ("lat", "long"))
    if not latitude and not longitude:
        return words
    position = f"WGS-84 {degrees(latitude, 90)}, {degrees(longitude, 180)}"
    return f"{words} ({position})" if words else position


def degrees(text: str, most: int) -> str:
    """Degrees with five decimals, which is a metre. Raises Refusal."""
    try:
        value = Decimal(text) if len(text) <= 30 else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > most:
        raise Refusal(400, _("lat, long: send both, in decimal degrees (WGS-84)."))
    return f"{value:.5f}"


def name_in(form: QueryDict) -> str:
    """The name of the person: in Chinese the family name first, and no space."""
    first, last = (cleaned(form.get(name, "")) for name in ("first_name", "last_name"))
    return f"{last}{first}" if HAN.search(first + last) else f"{first} {last}".strip()


def attributes_in(form: QueryDict, kind: Kind) -> dict[str, Any]:
    """The answers to the questions of the service. Raises Refusal for answers to others, and for several to one."""
    known = {one.code: one for one in attributes_of(kind)}
    found: dict[str, Any] = {}
    for name, values in form.lists():
        if not name.startswith("attribute"):
            continue
        match = ATTRIBUTE.fullmatch(name)
        if match is None or match[1] not in known:
            raise Refusal(400, _("attribute: this service asks for others. GET services/<service_code> lists them."))
        if len(values) != 1 or match[1] in found:
            raise Refusal(400, told(match[1], _("Give one answer.")))
        found[match[1]] = answer(values[0].strip(), known[match[1]].choices, match[1])
    return found


def answer(text: str, choices: tuple[tuple[str, Any], ...], code: str) -> Any:
    """An answer as the core takes it: a choice between yes and no is true or false. Raises Refusal."""
    if not choices or not text:
        return text
    if text not in dict(choices):
        raise Refusal(400, told(code, _("Choose one of the listed values.")))
    return text == "yes"
