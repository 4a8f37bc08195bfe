"""How Open311 is described in the OpenAPI document of the API, beside which it stands: one hook adds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.functional import Promise

from complaints.kinds import Kind
from complaints.open311.asked import MOST, MOST_IDS, STATUSES
from complaints.open311.shape import attributes_of
from complaints.open311.taking import ADDRESS_LENGTH, DESCRIPTION_LENGTH, FORM_TYPES
from complaints.open311.written import Form

Described = dict[str, Any]
BASE: Final = "/open311/v2"
TAGS: Final = ["open311"]
TEXT: Final[Described] = {"type": "string"}
OR_NOTHING: Final[Described] = {"type": "string", "nullable": True}
EMPTY: Final[Described] = {"type": "string", "nullable": True, "description": "Always empty here."}
TRUTH: Final[Described] = {"type": "boolean"}
CODE: Final[Described] = {"type": "string", "enum": Kind.values}
MIDNIGHT: Final[Described] = {
    "type": "string",
    "format": "date-time",
    "description": "A day; midnight in Asia/Shanghai.",
}
REFUSALS: Final = {
    400: "What is asked or posted cannot be taken; one error for each thing that is wrong.",
    403: "api_key is missing, not valid, or not good for handing complaints over.",
    404: "There is nothing like that, or it is not listed: the same answer for both.",
    405: "The address does not take this method.",
    429: "Too many requests; Retry-After says how long to wait.",
}


def thing(properties: Described) -> Described:
    """An object in which every field is there."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def list_of(items: Described) -> Described:
    """An array."""
    return {"type": "array", "items": items}


def named(name: str) -> Described:
    """A reference to one of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


CHOICE: Final = thing({"key": TEXT, "name": TEXT})
ATTRIBUTE: Final[Described] = {
    **thing(
        {
            "variable": TRUTH,
            "code": TEXT,
            "datatype": {"type": "string", "enum": ["string", "number", "datetime", "singlevaluelist"]},
            "required": TRUTH,
            "datatype_description": OR_NOTHING,
            "order": {"type": "integer"},
            "description": TEXT,
        }
    )
}
ATTRIBUTE["properties"] = {**ATTRIBUTE["properties"], "values": list_of(CHOICE)}
ENDPOINT: Final = thing(
    {"specification": TEXT, "url": TEXT, "changeset": TEXT, "type": TEXT, "formats": list_of(TEXT)},
)
SCHEMAS: Final[dict[str, Described]] = {
    "Open311Discovery": thing(
        {"changeset": TEXT, "contact": TEXT, "key_service": TEXT, "endpoints": list_of(ENDPOINT)},
    ),
    "Open311Service": thing(
        {
            "service_code": CODE,
            "service_name": TEXT,
            "description": TEXT,
            "metadata": TRUTH,
            "type": {"type": "string", "enum": ["batch"]},
            "keywords": TEXT,
            "group": TEXT,
        }
    ),
    "Open311Definition": thing({"service_code": CODE, "attributes": list_of(ATTRIBUTE)}),
    "Open311Request": thing(
        {
            "service_request_id": TEXT,
            "status": {"type": "string", "enum": ["closed"]},
            "status_notes": EMPTY,
            "service_name": TEXT,
            "service_code": CODE,
            "description": {"type": "string", "description": "Of the service; nothing of what was told."},
            "agency_responsible": EMPTY,
            "service_notice": EMPTY,
            "requested_datetime": MIDNIGHT,
            "updated_datetime": MIDNIGHT,
            **dict.fromkeys(
                ("expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url"), EMPTY
            ),
        }
    ),
    "Open311Token": thing({"service_request_id": TEXT, "token": TEXT}),
    "Open311Posted": thing({"token": TEXT, "service_notice": TEXT}),
    "Open311Error": thing({"code": {"type": "integer"}, "description": TEXT}),
}


def parameter(name: str, schema: Described, description: str = "", place: str = "query") -> Described:
    """Something asked for in the address."""
    told = {"name": name, "in": place, "schema": schema, "description": description}
    return {**told, "required": True} if place == "path" else told


FORM: Final = parameter("form", {"type": "string", "enum": [form.value for form in Form]}, "The format.", "path")
INSTANT: Final[Described] = {"type": "string", "format": "date-time"}
ASKED: Final = (
    parameter("service_request_id", TEXT, f"Separated by commas, at most {MOST_IDS}; nothing else counts then."),
    parameter("service_code", TEXT, "One or more kinds, separated by commas."),
    parameter("start_date", INSTANT, "With its time zone; 90 days before `end_date` if left out."),
    parameter("end_date", INSTANT, "90 days after `start_date` at the latest."),
    parameter("status", {"type": "string", "enum": sorted(STATUSES)}, "Only closed requests are listed."),
    parameter("page", {"type": "integer", "minimum": 1}),
    parameter("page_size", {"type": "integer", "minimum": 1, "maximum": MOST}),
)


def answered(schema: Described, description: str = "") -> Described:
    """An answer in both formats; XML says the same, under the names of the specification."""
    content = {"application/json": {"schema": schema}, "text/xml": {"schema": TEXT}}
    return {"description": description, "content": content}


def operation(
    name: str,
    summary: str,
    schema: Described,
    *refusals: int,
    parameters: Sequence[Described] = (),
    description: str = "",
) -> Described:
    """One operation, with its refusals in the form of the specification."""
    told = {str(status): answered(list_of(named("Open311Error")), REFUSALS[status]) for status in (*refusals, 429)}
    return {
        "operationId": f"open311_{name}",
        "summary": summary,
        "description": description,
        "tags": TAGS,
        "parameters": [FORM, *parameters],
        "responses": {"200": answered(schema), **told},
    }


def posting() -> Described:
    """The operation by which partner platforms post."""
    told = operation(
        "post_request",
        "Post a request (partner platforms)",
        list_of(named("Open311Posted")),
        *(400, 403, 404),
        description=(
            "With a key of a platform in the form (`complaints:write`). `attribute[platform_reference]` is your own: "
            "the same content under it is one request, and a repeat is answered 200. The token gives the identifier "
            "once the case is listed. Nothing is fetched from elsewhere: `media_url` is refused."
        ),
    )
    created = answered(list_of(named("Open311Posted")), "Filed.")
    form = thing({"api_key": TEXT, "service_code": CODE, "attribute[platform_reference]": TEXT})
    form["properties"] = {**form["properties"], **fields()}
    return {
        **told,
        "requestBody": {"content": {kind: {"schema": form} for kind in FORM_TYPES}, "required": True},
        "responses": {"201": created, **told["responses"]},
    }


def fields() -> dict[str, Described]:
    """The other fields of a request: those of the specification, then the questions of all services."""
    return {
        "address_id": {
            "type": "string",
            "description": "Six digits of the division, unless the vehicle is registered.",
        },
        "address_string": {"type": "string", "maxLength": ADDRESS_LENGTH},
        "lat": {"type": "string", "description": "WGS-84, kept as text; with `long`."},
        "long": TEXT,
        "description": {"type": "string", "maxLength": DESCRIPTION_LENGTH},
        **dict.fromkeys(("first_name", "last_name", "phone", "email"), TEXT),
        **{
            f"attribute[{one.code}]": question(one.description, [key for key, _name in one.choices])
            for kind in Kind
            for one in attributes_of(kind)
        },
    }


def question(words: Promise, choices: Sequence[str]) -> Described:
    """A question of a service."""
    told = {"type": "string", "description": str(words)}
    return {**told, "enum": list(choices)} if choices else told


def operations() -> dict[str, Described]:
    """Every address with what it takes."""
    code = parameter("service_code", CODE, place="path")
    about = "Answered cases, as kind and two days; monthly, and only in groups. Nothing tells that an open case exists."
    found, one = named("Open311Discovery"), list_of(named("Open311Request"))
    services = operation("services", "List the services", list_of(named("Open311Service")))
    definition = operation("service", "Read the questions", named("Open311Definition"), 404, parameters=[code])
    listed = operation("requests", "List concluded cases", one, 400, 404, parameters=ASKED, description=about)
    by_id = parameter("service_request_id", TEXT, place="path")
    token = operation(
        "token",
        "Find the identifier of a token",
        list_of(named("Open311Token")),
        404,
        parameters=[parameter("token", TEXT, place="path")],
    )
    return {
        "/open311/discovery.{form}": {"get": operation("discovery", "Find the endpoint", found)},
        f"{BASE}/discovery.{{form}}": {"get": operation("discovery_v2", "Find the endpoint, from within", found)},
        f"{BASE}/services.{{form}}": {"get": services},
        f"{BASE}/services/{{service_code}}.{{form}}": {"get": definition},
        f"{BASE}/requests.{{form}}": {"get": listed, "post": posting()},
        f"{BASE}/requests/{{service_request_id}}.{{form}}": {
            "get": operation("request", "Read a concluded case", one, 404, parameters=[by_id])
        },
        f"{BASE}/tokens/{{token}}.{{form}}": {"get": token},
    }


def with_open311(result: Described, **_told: Any) -> Described:
    """The OpenAPI document with Open311 in it: a hook of the generator, which knows only views of the framework."""
    return {
        **result,
        "paths": {**result["paths"], **operations()},
        "components": {**result["components"], "schemas": {**result["components"]["schemas"], **SCHEMAS}},
    }
