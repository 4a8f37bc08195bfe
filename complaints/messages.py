"""Who is told what: one function per occasion. No message carries the content of a complaint.

The complainant, if a contact was left, and the desks of the authorities are told. An institution is told only that
something waits at its desk, after an officer has sent it there. Which step tells whom is said by the workflow table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Role
from complaints.cells import Cell, Told
from complaints.clock import Step
from complaints.merged import joined_to
from complaints.models import Complaint, ComplaintEvent, Deadline, Forwarding, Handling
from complaints.receipts import printed_receipt_code
from complaints.superiors import superior_of
from complaints.workflow import Action, HandlingState
from directory.formats import is_mobile
from directory.models import Authority
from notifications.services import forget_all, queue_message
from notifications.states import Medium

CHINESE = "zh-hans"

PERSONAL: Final = frozenset({Action.ASK, Action.RELEASE_CONTACT, Action.SPLIT, Action.MERGE})
"""Steps that concern the complainant of one case alone: whoever was merged with it is not asked, nor passed on."""


def complaint_received(complaint: Complaint, handlings: Iterable[Handling]) -> None:
    """Acknowledge to the complainant; tell every authority's desk that a case waits."""
    _tell_complainant(complaint, "received", "received")
    _tell_desks(complaint, handlings, "new_case", "received")


def twin_opened(complaint: Complaint, handlings: Iterable[Handling]) -> None:
    """Tell the desks of a second half; the complainant was told of the whole."""
    _tell_desks(complaint, handlings, "new_case", "received")


def material_added(complaint: Complaint, event: ComplaintEvent) -> None:
    """Tell the desks that there is more to read."""
    _tell_desks(complaint, _open_parts(complaint), "material_added", f"event-{event.pk}")


def complaint_withdrawn(complaint: Complaint, event: ComplaintEvent) -> None:
    """Confirm to the complainant; tell the desks."""
    _tell_complainant(complaint, "withdrawn", f"event-{event.pk}")
    _tell_desks(complaint, complaint.handlings.select_related("authority"), "case_withdrawn", f"event-{event.pk}")


def question_answered(handling: Handling, event: ComplaintEvent) -> None:
    """Tell the desk, and the officer in charge, that the complainant has answered."""
    occasion = f"event-{event.pk}"
    _tell_desks(handling.complaint, [handling], "case_step", occasion, event)
    if handling.assignee is not None:
        _tell_officers([handling.assignee], handling.complaint, "case_step", occasion, event)


def review_opened(review: Handling, event: ComplaintEvent) -> None:
    """Tell the desk of the reviewing authority that a review has come to it, and confirm it to the complainant."""
    part_opened(review, event)
    _tell_complainant(review.complaint, "step", f"event-{event.pk}", Action(event.action))


def data_changed(complaint: Complaint, event: ComplaintEvent) -> None:
    """Tell the contact left so far, before it is changed: a stranger with the receipt code would be noticed."""
    _tell_complainant(complaint, "step", f"event-{event.pk}", Action(event.action))


def forget_contact(cases: Sequence[Complaint], medium: Medium | None = None) -> None:
    """Take back whatever waits for the complainant of these cases, and every copy of the contact in the outbox.

    `cases` are those of one submission, locked; `medium` where only the contact of one medium was deleted.
    """
    for one in cases:
        forget_all(about=f"complaint-{one.pk}-", channel=medium)


def review_has_no_superior(part: Handling) -> None:
    """Tell the operator that a review was asked for and nobody above the authority is in this service. Told once."""
    queue_message(
        event_key=f"handling-{part.pk}-no-superior-{part.version}",
        channel=Medium.EMAIL,
        template="complaints/no_superior",
        language=CHINESE,
        recipient=settings.ENV.OPERATOR_EMAIL,
        context={"reference": part.complaint.reference, "authority": part.authority.name if part.authority else ""},
    )


def receipt_code_sent(
    complaint: Complaint, code: str, *, medium: Medium, recipient: str, occasion: str, is_new: bool
) -> None:
    """Send a receipt code to the contact of the complaint: the only message with one. `is_new`: the old one is void."""
    link = settings.ENV.PUBLIC_BASE_URL + reverse("short_track")
    queue_message(
        event_key=f"complaint-{complaint.pk}-code-{occasion}-{medium}",
        channel=medium,
        template="complaints/receipt_code",
        language=complaint.language,
        recipient=recipient,
        context={
            "reference": complaint.reference,
            "code": printed_receipt_code(code),
            "is_new": is_new,
            "link": link,
            "short_link": link.removeprefix("https://").removeprefix("http://").rstrip("/"),
        },
    )


def part_opened(handling: Handling, event: ComplaintEvent) -> None:
    """Tell an authority's desk that a part has come to it."""
    _tell_desks(handling.complaint, [handling], "new_case", f"event-{event.pk}")


def case_joined(handling: Handling, event: ComplaintEvent) -> None:
    """Tell the desk of a main case, and its officer, that another case was merged into it or separated from it."""
    _tell_desks(handling.complaint, [handling], "case_step", f"event-{event.pk}", event)
    assignee = handling.assignee
    if assignee is not None and assignee.pk != event.actor_id:
        _tell_officers([assignee], handling.complaint, "case_step", f"event-{event.pk}", event)


def step_taken(handling: Handling, cell: Cell, event: ComplaintEvent) -> None:
    """Tell whoever the table names. What it is about is read where one has signed in, or with the receipt code."""
    complaint, occasion = handling.complaint, f"event-{event.pk}"
    if Told.COMPLAINANT in cell.told:
        for one in (complaint, *_handled_together(handling, event)):
            _tell_complainant(one, "step", occasion, Action(event.action))
    if Told.OTHER_DESKS in cell.told:
        # A part that this very step opened is told by `part_opened`.
        others = [part for part in _open_parts(complaint) if part.pk != handling.pk and part.opened_at < event.at]
        _tell_desks(complaint, others, "case_step", occasion, event)
    if Told.DESK in cell.told:
        _tell_desks(complaint, [handling], "case_step", occasion, event)
        assignee = handling.assignee
        if assignee is not None and assignee.pk != event.actor_id:
            _tell_officers([assignee], complaint, "case_step", occasion, event)
    if Told.SUPERVISORS in cell.told and handling.authority is not None:
        _tell_officers(supervisors_of(handling.authority), complaint, "case_decide", occasion, event)
    if Told.SUPERIOR in cell.told and (superior := _who_decides(handling)) is not None:
        _tell_officers(supervisors_of(superior), complaint, "case_decide", occasion, event)


def institution_told(forwarding: Forwarding, event: ComplaintEvent) -> None:
    """Tell the complaint officers of an institution that something waits for them; nothing of what it is."""
    link = forwarded_link(forwarding)
    for person in complaint_officers(forwarding.institution_id):
        queue_message(
            event_key=f"forwarding-{forwarding.pk}-event-{event.pk}-{person.pk}",
            channel=Medium.EMAIL,
            template="complaints/forwarded",
            language=CHINESE,
            recipient=person.email,
            context={
                "number": forwarding.number,
                "institution": forwarding.institution.name,
                "is_recalled": forwarding.state == Forwarding.State.RECALLED,
                "is_returned": forwarding.state == Forwarding.State.RETURNED,
                "link": link,
            },
        )


def complaint_officers(institution_id: int) -> list[User]:
    """Who answers complaints at an institution and can be written to; without one, its administrators."""
    people = User.objects.filter(institution_id=institution_id).exclude(email="")
    return list(people.holding(Role.COMPLAINT_OFFICER)) or list(people.holding(Role.INSTITUTION_ADMIN))


def forwarded_link(forwarding: Forwarding) -> str:
    """The page at the institution's desk of what was sent to it."""
    return settings.ENV.PUBLIC_BASE_URL + reverse("forwarded:one", args=[forwarding.pk])


def supervisors_of(authority: Authority) -> list[User]:
    """The supervisors of an authority who can be written to."""
    return list(User.objects.filter(authority=authority).exclude(email="").holding(Role.SUPERVISOR))


def person_of(complaint: Complaint) -> Complaint:
    """The row that holds the person's contact: of two halves of one submission, the first."""
    return complaint.twin_of or complaint


def _handled_together(handling: Handling, event: ComplaintEvent) -> Iterable[Complaint]:
    """Cases whose part was merged into this one, here or before it came here: their complainants are told, too."""
    if event.action in PERSONAL:
        return []
    return handling.complaint.merged.filter(handlings__in=joined_to(handling)).distinct()


def _who_decides(handling: Handling) -> Authority | None:
    if handling.state == HandlingState.OBJECTED:
        referral = handling.referrals.select_related("decider").filter(is_upheld=None).first()
        return referral.decider if referral else None
    superior = superior_of(handling.authority) if handling.authority else None
    # The authority that is complained of is not told, though it stands above.
    return None if superior is None or superior.pk == handling.complaint.about_authority_id else superior


def _open_parts(complaint: Complaint) -> Iterable[Handling]:
    return complaint.handlings.select_related("authority").filter(closed_at=None)


def _tell_complainant(complaint: Complaint, template: str, occasion: str, action: Action | None = None) -> None:
    person = person_of(complaint)
    link = settings.ENV.PUBLIC_BASE_URL + reverse("short_track")
    context = {
        "reference": person.reference,
        "what": _words(action, person.language),
        "link": link,
        "short_link": link.removeprefix("https://").removeprefix("http://").rstrip("/"),
        "due": _acceptance_due(complaint, person.language),
    }
    contacts = [(Medium.EMAIL, person.contact_email)]
    if person.contact_phone and is_mobile(person.contact_phone):
        contacts.append((Medium.SMS, person.contact_phone))
    for medium, recipient in contacts:
        if recipient:
            queue_message(
                event_key=f"complaint-{complaint.pk}-{occasion}-{medium}",
                channel=medium,
                template=f"complaints/{template}",
                language=person.language,
                recipient=recipient,
                context=context,
            )


def _words(action: Action | None, language: str) -> str:
    """The public's words for a step, in one language."""
    if action is None:
        return ""
    with translation.override(language):
        return str(action.label)


def _tell_desks(
    complaint: Complaint,
    handlings: Iterable[Handling],
    template: str,
    occasion: str,
    event: ComplaintEvent | None = None,
) -> None:
    """One mail to each desk; where no authority or no address is known, to the operator of the service."""
    due = _acceptance_due(complaint, CHINESE)
    for handling in handlings:
        authority = handling.authority
        queue_message(
            event_key=f"handling-{handling.pk}-{occasion}",
            channel=Medium.EMAIL,
            template=f"complaints/{template}",
            language=CHINESE,
            recipient=(authority.desk_email if authority else "") or settings.ENV.OPERATOR_EMAIL,
            context={
                "reference": complaint.reference,
                "authority": authority.name if authority else "",
                "is_lead": handling.role == Handling.Role.LEAD,
                "due": due if handling.role == Handling.Role.LEAD else "",
                "what": _words(Action(event.action), CHINESE) if event else "",
                "link": case_link(complaint),
            },
        )


def _tell_officers(
    people: Iterable[User], complaint: Complaint, template: str, occasion: str, event: ComplaintEvent
) -> None:
    """One mail to each of these people, but for those who stepped aside from the case."""
    aside = set(complaint.recusals.values_list("user_id", flat=True))
    for person in people:
        if person.email and person.is_active and person.pk not in aside:
            queue_message(
                event_key=f"case-{complaint.pk}-{occasion}-officer-{person.pk}",
                channel=Medium.EMAIL,
                template=f"complaints/{template}",
                language=CHINESE,
                recipient=person.email,
                context={
                    "reference": complaint.reference,
                    "authority": person.name,
                    "what": _words(Action(event.action), CHINESE),
                    "link": case_link(complaint),
                },
            )


def case_link(complaint: Complaint) -> str:
    """The page of the case at the desk."""
    return settings.ENV.PUBLIC_BASE_URL + reverse("cases:case", args=[complaint.pk])


def _acceptance_due(complaint: Complaint, language: str) -> str:
    """The day by which every lead must have said whether it accepts, in words; empty if there is none."""
    due = Deadline.objects.filter(handling__complaint=complaint, step=Step.ACCEPTANCE).order_by("-due_on").first()
    if due is None:
        return ""
    if language == CHINESE:
        return f"{due.due_on.month}月{due.due_on.day}日"
    with translation.override(language):
        return date_format(due.due_on, "j F Y")
