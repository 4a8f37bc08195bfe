"""What every address answers to every person at the door: the table, and the people it names.

People: `stranger` (nobody at all), `owner` (the browser that began the draft, holds the receipt, follows the
complaint), `other` (a browser with a draft, a receipt and a complaint of its own), `reader` (may look at Django's
admin, has no duty), `admin` (may everything Django's admin allows, has no duty), and staff with a duty, all past
their second factor: of the institution that owns the vehicle (`fleet_manager`, `institution_admin`,
`complaint_officer`) and of another one (`other_fleet_manager`), of the health authority above it (`reviewer`,
`authority_admin`, `supervisor`, `handler`, `hotline_clerk`) and of one in another province (`other_reviewer`), and the
operator's own (`system_admin`).
"""

from __future__ import annotations

PUBLIC = ("stranger", "owner", "other")
WITHOUT_DUTY = ("reader", "admin")
FLEET = ("fleet_manager", "institution_admin")
OF_INSTITUTION = (*FLEET, "complaint_officer")
OF_AUTHORITY = ("reviewer", "authority_admin", "supervisor", "handler", "hotline_clerk")
ELSEWHERE = ("other_fleet_manager", "other_reviewer")
STAFF = (*OF_INSTITUTION, *OF_AUTHORITY, *ELSEWHERE, "system_admin")
PEOPLE = (*PUBLIC, *WITHOUT_DUTY, *STAFF)
OK, MOVED, GONE, FORBIDDEN, MISSING, NOT_ALLOWED = 200, 302, 410, 403, 404, 405
SEE_OTHER, NO_KEY = 303, 401


def everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(PEOPLE, status)


def only_owner(status: int, others: int) -> dict[str, int]:
    return {**everybody(others), "owner": status}


def with_duty(status: int = 200, **others: int) -> dict[str, int]:
    """A staff page: the public is sent to the sign-in, who has no duty is refused, staff get `status` or their own."""
    row = {**dict.fromkeys(PUBLIC, MOVED), **dict.fromkeys(WITHOUT_DUTY, FORBIDDEN), **dict.fromkeys(STAFF, status)}
    assert set(others) <= set(PEOPLE), others
    return {**row, **others}


def keepers(status: int, **others: int) -> dict[str, int]:
    """A page for those who look after the accounts of their body."""
    ours = dict.fromkeys(("institution_admin", "authority_admin", "system_admin"), status)
    return with_duty(FORBIDDEN, **{**ours, **others})


def past_second_factor(status: int = 200) -> dict[str, int]:
    """A page of the own account: whoever is signed in past the second factor, with a duty or without."""
    return {**everybody(status), **dict.fromkeys(PUBLIC, MOVED)}


def fleet(status: int, **others: int) -> dict[str, int]:
    """A page for those who keep the fleet of their institution."""
    return with_duty(FORBIDDEN, **{**dict.fromkeys(FLEET, status), **others})


def in_scope(status: int) -> dict[str, int]:
    """A page about something of the institution: outside of the scope it does not exist."""
    return with_duty(status, **dict.fromkeys((*ELSEWHERE, "system_admin"), MISSING))


def of_authorities(status: int, **others: int) -> dict[str, int]:
    """A page for authorities; of another province, too, unless `others` says what that one gets."""
    return with_duty(FORBIDDEN, **{**dict.fromkeys((*OF_AUTHORITY, "other_reviewer"), status), **others})


def of_cases(status: int, **others: int) -> dict[str, int]:
    """A page about a case, for whoever handles complaints."""
    return with_duty(FORBIDDEN, **{"handler": status, "supervisor": status, **others})


STAFF_API: dict[str, dict[str, str]] = {
    "api:staff_ambulances": {},
    "api:staff_ambulance": {"pk": "1"},
    "api:staff_markings": {"pk": "1"},
    "api:staff_applications": {},
    "api:staff_application": {"pk": "1"},
    "api:staff_documents": {"pk": "1"},
    "api:staff_document": {"pk": "1", "document_pk": "1"},
    "api:staff_submit": {"pk": "1"},
    "api:staff_withdraw": {"pk": "1"},
    "api:staff_agree": {"pk": "1"},
    "api:staff_decline": {"pk": "1"},
}
"""Addresses for hospital systems: whoever is signed in as a person is nobody there."""

CASE_STEPS = (
    *("assign", "accept", "decline", "object", "hand_over", "note", "ask", "take_back", "forward"),
    *("investigate", "propose"),
)
"""Steps of a case that a system takes."""

CASE_API: dict[str, dict[str, str]] = {
    "api:staff_cases": {},
    "api:staff_case": {"pk": "1"},
    **{f"api:staff_case_{step}": {"pk": "1", "part_pk": "1"} for step in CASE_STEPS},
    "api:staff_case_step": {"pk": "1", "part_pk": "1", "step": "conclude"},
    "api:staff_forwarded": {},
    "api:staff_forwarded_one": {"pk": "1"},
    "api:staff_forwarded_reply": {"pk": "1"},
}
"""Addresses for systems of authorities and institutions, by key only; tests/complaints/test_staff_api_*.py."""

OPEN311: dict[str, dict[str, str]] = {
    "open311:discovery": {"form": "json"},
    "open311:discovery_v2": {"form": "xml"},
    "open311:services": {"form": "json"},
    "open311:service": {"form": "xml", "service_code": "other"},
    "open311:requests": {"form": "json"},
    "open311:request": {"form": "xml", "service_request_id": "1"},
    "open311:token": {"form": "json", "token": "1"},
}
"""Open311: the same for everybody; tests/complaints/test_open311_*.py hold the rest."""

PLATFORM_PAGES = (
    "platform",
    "platform_edit",
    "platform_key",
    "platform_key_revoke",
    "platform_webhook",
    "platform_close",
    "platform_reopen",
)

TABLE: dict[str, dict[str, int]] = {
    "registry:home": everybody(OK),
    "registry:card": everybody(OK),
    "registry:lookup": everybody(OK),
    "registry:institution": everybody(OK),
    "registry:photo": everybody(MISSING),  # no photo is stored in this test; the photo tests hold the rest
    "complaints:new": everybody(OK),
    "complaints:step": only_owner(OK, MISSING),
    "complaints:receipt": only_owner(OK, MISSING),
    "complaints:track": everybody(OK),
    "complaints:material": {**everybody(SEE_OTHER), "owner": OK, "other": OK},
    "complaints:withdraw": {**everybody(SEE_OTHER), "owner": OK, "other": OK},
    "complaints:close": everybody(NOT_ALLOWED),
    "complaints:answer": everybody(NOT_ALLOWED),
    "complaints:rating": everybody(SEE_OTHER),  # nothing is answered in this world; its own tests hold the rest
    "complaints:review": everybody(SEE_OTHER),
    "complaints:conduct": everybody(NOT_ALLOWED),
    "complaints:lost": everybody(OK),
    "complaints:own_data": {**everybody(SEE_OTHER), "owner": OK, "other": OK},
    "short_track": everybody(MOVED),
    "healthz": everybody(OK),
    "readyz": everybody(OK),
    "api:cards": everybody(OK),
    "api:card": everybody(OK),
    "api:complaints": everybody(NOT_ALLOWED),
    "api:complaint": everybody(MISSING),
    "api:complaint_material": everybody(NOT_ALLOWED),
    "api:complaint_answers": everybody(NOT_ALLOWED),
    "api:complaint_withdrawal": everybody(NOT_ALLOWED),
    "api:complaint_rating": everybody(NOT_ALLOWED),
    "api:complaint_review": everybody(NOT_ALLOWED),
    "api:divisions": everybody(OK),
    "api:complaint_kinds": everybody(OK),
    **dict.fromkeys(STAFF_API, everybody(NO_KEY)),  # keys only; with keys: tests/registry/test_staff_api_*.py
    "api:platform_complaints": everybody(NO_KEY),  # with keys: tests/complaints/test_platform_*.py
    "api:platform_complaint": everybody(NO_KEY),
    **dict.fromkeys(CASE_API, everybody(NO_KEY)),
    **dict.fromkeys(OPEN311, everybody(OK)),
    "open311:request": everybody(MISSING),
    "open311:token": everybody(MISSING),
    "api:schema": everybody(OK),
    "api:docs": everybody(OK),
    "account_login": {**everybody(MOVED), **dict.fromkeys(PUBLIC, OK)},
    "account_logout": past_second_factor(),
    "account_inactive": everybody(OK),
    "account_change_password": past_second_factor(),
    "account_reset_password": everybody(OK),
    "account_reset_password_done": everybody(OK),
    "account_reset_password_from_key": everybody(GONE),  # nonsense; tests/accounts/test_forgotten_password.py
    "account_reset_password_from_key_done": everybody(OK),
    "account_reauthenticate": past_second_factor(),
    "mfa_authenticate": everybody(MOVED),  # only in the middle of a sign-in
    "mfa_reauthenticate": past_second_factor(MOVED),  # these have no phone: they are asked for the password
    "mfa_reauthenticate_webauthn": past_second_factor(MOVED),
    "mfa_index": past_second_factor(),
    "mfa_activate_totp": everybody(MOVED),  # password or code first, given a moment ago
    "mfa_add_webauthn": everybody(MOVED),
    "mfa_remove_webauthn": everybody(MOVED),
    "mfa_view_recovery_codes": past_second_factor(MISSING),
    "mfa_generate_recovery_codes": everybody(MOVED),
    "usersessions_list": past_second_factor(),
    "accounts:stay": everybody(NOT_ALLOWED),
    "accounts:language": past_second_factor(),
    "accounts:accept": everybody(MISSING),  # an unknown token; tests/accounts/test_invitations.py holds the rest
    "accounts:people": keepers(OK),
    "accounts:invite": keepers(OK),
    "accounts:invite_institution": with_duty(FORBIDDEN, authority_admin=OK),
    "accounts:invite_admin": with_duty(FORBIDDEN, authority_admin=OK, system_admin=MISSING),
    "accounts:close_left": everybody(NOT_ALLOWED),
    "accounts:revoke": keepers(NOT_ALLOWED),
    "accounts:person": keepers(MISSING, institution_admin=OK),
    "accounts:reset": keepers(NOT_ALLOWED),
    "accounts:close": keepers(NOT_ALLOWED),
    "audit": with_duty(FORBIDDEN, institution_admin=OK, supervisor=OK, system_admin=OK),
    "audit_export": with_duty(FORBIDDEN, institution_admin=OK, supervisor=OK, system_admin=OK),
    "keys": with_duty(FORBIDDEN, institution_admin=OK, authority_admin=OK),
    "platforms": with_duty(FORBIDDEN, system_admin=OK),
    "platform": with_duty(FORBIDDEN, system_admin=OK),
    "platform_edit": with_duty(FORBIDDEN, system_admin=OK),
    "platform_key": everybody(NOT_ALLOWED),
    "platform_key_revoke": everybody(NOT_ALLOWED),
    "platform_webhook": everybody(NOT_ALLOWED),
    "platform_close": everybody(NOT_ALLOWED),
    "platform_reopen": everybody(NOT_ALLOWED),
    "key_revoke": everybody(NOT_ALLOWED),
    "hotline:call": with_duty(FORBIDDEN, hotline_clerk=OK),
    "hotline:receipt": with_duty(FORBIDDEN, hotline_clerk=SEE_OTHER),  # no call was taken
    "hotline:text": everybody(NOT_ALLOWED),
    "hotline:done": everybody(NOT_ALLOWED),
    "cases:cases": with_duty(FORBIDDEN, supervisor=OK, handler=OK),
    "cases:case": with_duty(FORBIDDEN, supervisor=OK, handler=OK),
    "supervision:desk": with_duty(FORBIDDEN, supervisor=OK),
    "supervision:statistics": with_duty(FORBIDDEN, supervisor=OK),
    "supervision:statistics_export": with_duty(FORBIDDEN, supervisor=OK),
    "supervision:quality": with_duty(FORBIDDEN, supervisor=OK),
    "supervision:draw": everybody(NOT_ALLOWED),
    "supervision:check": with_duty(FORBIDDEN, supervisor=OK),
    "supervision:retention": with_duty(FORBIDDEN, supervisor=OK),
    "supervision:batch": with_duty(FORBIDDEN, supervisor=OK),
    "supervision:confirm": everybody(NOT_ALLOWED),
    "supervision:hold": with_duty(FORBIDDEN, supervisor=OK),
    "supervision:ask_extension": with_duty(FORBIDDEN, supervisor=OK, handler=OK),
    "supervision:decide_extension": with_duty(FORBIDDEN, supervisor=OK, handler=OK),
    "cases:act": with_duty(FORBIDDEN, supervisor=OK, handler=OK),
    "cases:bulk": everybody(NOT_ALLOWED),
    "links:linked": with_duty(FORBIDDEN, supervisor=OK, handler=OK),
    **{f"links:{act}": everybody(NOT_ALLOWED) for act in ("link", "unlink", "merge", "unmerge")},
    "links:letter": with_duty(FORBIDDEN, supervisor=MISSING, handler=MISSING),
    "complaints:letter": {**everybody(SEE_OTHER), "owner": MISSING, "other": MISSING},
    "wall:waiting": with_duty(FORBIDDEN, supervisor=OK),
    "wall:decide": everybody(NOT_ALLOWED),
    "wall:person": of_cases(OK),
    "wall:shown": of_cases(MISSING, handler=OK),  # a look is its asker's alone
    "wall:evidence": of_cases(OK),
    "wall:ask_original": of_cases(OK),
    "wall:file": of_cases(OK),
    "wall:original": of_cases(MISSING, handler=OK),
    "wall:forward": of_cases(OK),
    "wall:step": of_cases(OK),
    "forwarded:list": with_duty(FORBIDDEN, complaint_officer=OK),
    "forwarded:one": with_duty(FORBIDDEN, complaint_officer=OK),  # another institution's: tests/complaints/test_wall_*
    "forwarded:file": with_duty(FORBIDDEN, complaint_officer=OK),
    "webhooks": with_duty(FORBIDDEN, institution_admin=OK),
    "webhook_try": everybody(NOT_ALLOWED),
    "webhook_resume": everybody(NOT_ALLOWED),
    "webhook_remove": everybody(NOT_ALLOWED),
    "staff:desk": with_duty(OK),
    "staff:authorities": with_duty(FORBIDDEN, system_admin=OK),
    "staff:search": with_duty(OK, system_admin=FORBIDDEN),
    "staff:ambulances": with_duty(OK, system_admin=FORBIDDEN),
    "staff:ambulances_export": with_duty(OK, system_admin=FORBIDDEN),
    "staff:view_save": everybody(NOT_ALLOWED),
    "staff:view_remove": everybody(NOT_ALLOWED),
    "staff:ambulance": {**in_scope(OK), "system_admin": FORBIDDEN},
    "staff:ambulance_act": {**in_scope(FORBIDDEN), "reviewer": OK, "system_admin": FORBIDDEN},
    "staff:code_act": {**in_scope(FORBIDDEN), "reviewer": OK, "system_admin": FORBIDDEN},
    "staff:institutions": of_authorities(OK),
    "staff:institutions_export": of_authorities(OK),
    "staff:institution": of_authorities(OK, other_reviewer=MISSING),
    "staff:institution_change": with_duty(FORBIDDEN, reviewer=OK, authority_admin=OK, other_reviewer=MISSING),
    "staff:institution_close": with_duty(FORBIDDEN, reviewer=OK, authority_admin=OK, other_reviewer=MISSING),
    "staff:institution_reopen": with_duty(FORBIDDEN, reviewer=OK, authority_admin=OK, other_reviewer=MISSING),
    "staff:prices": fleet(OK, other_fleet_manager=OK, complaint_officer=OK),
    "staff:applications": with_duty(OK),
    "staff:application_new": fleet(OK, other_fleet_manager=OK),
    "staff:application_check": everybody(NOT_ALLOWED),
    "staff:application": in_scope(OK),
    "staff:application_document": in_scope(OK),
    "staff:application_decide": everybody(NOT_ALLOWED),
    "staff:application_answer": everybody(NOT_ALLOWED),
    "staff:crew": fleet(OK, other_fleet_manager=OK),
    "staff:crew_add": fleet(OK, other_fleet_manager=OK),
    "staff:crew_member": fleet(OK, other_fleet_manager=MISSING),
    "staff:crew_left": everybody(NOT_ALLOWED),
}
"""GET by each person. `other` reaches its own complaint under the session's addresses, never the owner's."""

NAMELESS = {"^[aA]/(?P<code>[^/]*)/*$", "^[aA]$", "^api(?:/|$)"}
"""Other spellings of a named address, and the answer to unknown API addresses; both have tests of their own."""
