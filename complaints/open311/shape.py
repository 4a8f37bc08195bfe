"""What is answered, field by field in the names and the order of the specification. Pure but for settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.kinds import FACTS, Kind
from complaints.open311.reads import Listed, midnight

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
CHANGESET: Final = "2026-11-25 00:00"
"""When services or definitions changed last: clients read them anew. A test fails when they change without it."""
FORMATS: Final = ["text/xml", "application/json"]
YES_OR_NO: Final[tuple[tuple[str, Promise], ...]] = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


@dataclass(frozen=True)
class Attribute:
    """A question of a service besides those of the specification. `choices` make it a list with one answer."""

    code: str
    datatype: str
    description: Promise
    hint: Promise | str = ""
    required: bool = False
    choices: tuple[tuple[str, Promise], ...] = ()


REFERENCE: Final = Attribute(
    "platform_reference",
    "string",
    gettext_lazy("Your own number of this request"),
    gettext_lazy("1 to 60 characters without slashes, unique at your platform. A repeat makes no second request."),
    required=True,
)
OF_ALL: Final = (
    REFERENCE,
    Attribute(
        "occurred_at",
        "datetime",
        gettext_lazy("When it happened"),
        gettext_lazy("With its time zone, such as 2026-11-23T18:05:00+08:00"),
    ),
    Attribute("ambulance_code", "string", gettext_lazy("Code painted on the vehicle"), gettext_lazy("12 characters")),
    Attribute("plate", "string", gettext_lazy("Number plate as seen, even in part")),
    Attribute(
        "consent_sensitive",
        "singlevaluelist",
        gettext_lazy("The person agrees that sensitive data (health, whereabouts) is used for handling this case"),
        choices=YES_OR_NO,
    ),
)
OF_MONEY: Final = (
    Attribute("distance_km", "number", gettext_lazy("Distance driven"), gettext_lazy("Kilometres, one decimal")),
    Attribute("amount_charged", "number", gettext_lazy("Amount that was charged"), gettext_lazy("Yuan, two decimals")),
)
OF_SHARING: Final = (
    Attribute(
        "consent_share_contact",
        "singlevaluelist",
        gettext_lazy("The person agrees that the institution may learn the contact"),
        choices=YES_OR_NO,
    ),
)


def attributes_of(kind: Kind) -> tuple[Attribute, ...]:
    """The questions of a kind, in order."""
    facts = FACTS[kind]
    return (
        *OF_ALL,
        *(OF_MONEY if facts.asks_money else ()),
        *(OF_SHARING if facts.may_share_contact else ()),
    )


def discovery() -> dict[str, Any]:
    """Where the endpoint is, and whom to ask."""
    env = settings.ENV
    service = _("Ambulance complaints")
    return {
        "changeset": CHANGESET,
        "contact": " · ".join(filter(None, (service, env.OPERATOR_NAME, env.PUBLIC_BASE_URL))),
        "key_service": _("Keys are for partner platforms. The operator of this service makes them; please ask there."),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{env.PUBLIC_BASE_URL}/open311/v2",
                "changeset": CHANGESET,
                "type": "test" if env.DEMO else "production",
                "formats": FORMATS,
            }
        ],
    }


def services() -> list[dict[str, Any]]:
    """Every kind as a service, in the order of the form."""
    return [
        {
            "service_code": kind.value,
            "service_name": str(kind.label),
            "description": str(FACTS[kind].description),
            "metadata": True,
            "type": "batch",
            "keywords": ", ".join((_("ambulance"), str(FACTS[kind].nature.label))),
            "group": str(FACTS[kind].nature.label),
        }
        for kind in FACTS
    ]


def definition(kind: Kind) -> dict[str, Any]:
    """The questions of a service."""
    return {
        "service_code": kind.value,
        "attributes": [_attribute(one, order) for order, one in enumerate(attributes_of(kind), start=1)],
    }


def _attribute(one: Attribute, order: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "variable": True,
        "code": one.code,
        "datatype": one.datatype,
        "required": one.required,
        "datatype_description": str(one.hint) or None,
        "order": order,
        "description": str(one.description),
    }
    if one.choices:
        told["values"] = [{"key": key, "name": str(name)} for key, name in one.choices]
    return told


def request_row(row: Listed) -> dict[str, Any]:
    """A listed case. What the specification has beside kind and days is there, and empty."""
    return {
        "service_request_id": row.service_request_id,
        "status": "closed",
        "status_notes": None,
        "service_name": str(row.kind.label),
        "service_code": row.kind.value,
        "description": str(FACTS[row.kind].description),
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": midnight(row.requested_on).isoformat(),
        "updated_datetime": midnight(row.concluded_on).isoformat(),
        "expected_datetime": None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
