"""An officer's steps across the wall: send to an institution, return its reply, take it back, release the contact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.doors import StaffRequest, staff_only
from complaints.cells import is_ever_for, may_forward
from complaints.evidence_section import shown_name
from complaints.forms_forwarded import ForwardForm, StepForm, WordsForm
from complaints.forwarding_section import STEPS, fits
from complaints.models import Complaint, Forwarding, Handling
from complaints.parties import buttons, parties_of
from complaints.refusals import StaleVersion, Unsound
from complaints.services.forwarding import forward, recall, release_contact, return_reply
from complaints.strands import evidence_of
from complaints.views_evidence import RAIL
from complaints.views_staff import READERS
from complaints.workflow import Action, HandlingState, NotAllowed
from directory.models import Institution
from edge.address import client_address
from registry.refusals import OutOfScope, WrongRole
from registry.views_application import other_duty, see, typed_version

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

OTHER_WAS_FIRST = gettext_lazy(
    "Somebody took another step meanwhile. What you wrote is kept; look at the case, then try again."
)
NOT_NOW = gettext_lazy("As the case stands now, this step is not possible.")


@dataclass(frozen=True)
class Doing:
    """A step with one text: its service, the name of the text there, label, hint, and what is said afterwards."""

    do: Callable[..., object]
    field: str
    label: _StrOrPromise
    hint: _StrOrPromise
    said: _StrOrPromise


DOINGS: dict[str, Doing] = {
    "return": Doing(
        return_reply,
        "note",
        gettext_lazy("What is missing in the reply"),
        gettext_lazy("The institution reads it, and its term begins anew. Name nobody who complained."),
        gettext_lazy("The reply is returned. The institution is told."),
    ),
    "recall": Doing(
        recall,
        "reason",
        gettext_lazy("Why it is taken back"),
        gettext_lazy("The institution reads this, and nothing else of it any more. Name nobody who complained."),
        gettext_lazy("Taken back. The institution is told."),
    ),
    "release": Doing(
        release_contact,
        "reason",
        gettext_lazy("Why the institution needs the contact"),
        gettext_lazy(
            "Name, phone and e-mail are shown to the institution, as the complainant agreed; the complainant is told."
        ),
        gettext_lazy("The contact is released. The complainant is told."),
    ),
}
"""By the name in the address, as `forwarding_section.STEPS`."""


def the_part(request: StaffRequest, pk: int, part_pk: int) -> Handling:
    """A part of this case, if the person sees it; otherwise 404. Two queries."""
    visible = Handling.objects.visible_to(request.user.scope).filter(complaint__pk=pk)
    related = visible.select_related("authority", "complaint__institution", "complaint__twin_of")
    return get_object_or_404(related.prefetch_related("referrals"), pk=part_pk)


def back_to(complaint: Complaint) -> str:
    """The page of the case."""
    return reverse("cases:case", args=[complaint.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*READERS)
def forward_page(request: StaffRequest, pk: int, part_pk: int) -> HttpResponse:
    """Write what an institution is told, and choose the files it may see."""
    part = the_part(request, pk, part_pk)
    if not is_ever_for(Action.FORWARD, parties_of(request.user.scope, part)):
        return other_duty(request, back_to(part.complaint))
    if request.method != "POST":
        return forward_form(request, part, ForwardForm(files=named_files(part.complaint)))
    form = ForwardForm(request.POST, files=named_files(part.complaint))
    if not form.is_valid():
        return forward_form(request, part, form, status=422)
    given = form.cleaned_data
    try:
        sent = forward(
            handling=part,
            version=typed_version(request),
            summary=given["summary"],
            institution=other_institution(given["credit_code"]),
            shown_files=[int(key) for key in given.get("shown_files", [])],
            has_several_departments=given["has_several_departments"],
            actor=request.user,
            now=timezone.now(),
            address=client_address(request),
        )
    except (OutOfScope, WrongRole, StaleVersion, NotAllowed, Unsound) as error:
        return refused(
            request,
            part.complaint,
            form,
            error,
            lambda code, words: forward_form(request, the_part(request, pk, part_pk), form, status=code, words=words),
        )
    messages.success(request, _("Sent as %(number)s. The institution is told.") % {"number": sent.number})
    return see(back_to(part.complaint))


def named_files(complaint: Complaint) -> list[tuple[str, str]]:
    """The complainant's files to choose from: key, and what it is called. One query."""
    return [
        (str(each.pk), f"{each.get_media_display()} · {shown_name(each, complaint)}") for each in evidence_of(complaint)
    ]


def other_institution(credit_code: str) -> Institution | None:
    """The institution that was typed; None where nothing was. Raises Unsound for a code that nobody has."""
    if not credit_code:
        return None
    found = Institution.objects.filter(credit_code=credit_code.upper().replace(" ", "")).first()
    if found is None:
        raise Unsound(
            {"credit_code": _("No institution has this code. Copy it from the page of the institution.")},
            code="no-institution",
        )
    return found


def refused(
    request: StaffRequest,
    complaint: Complaint,
    form: StepForm,
    error: Exception,
    again: Callable[[int, Promise | str], HttpResponse],
) -> HttpResponse:
    """The answer to each way in which a service refuses a step."""
    match error:
        case OutOfScope():
            raise Http404 from error
        case WrongRole():
            return other_duty(request, back_to(complaint))
        case StaleVersion():
            return again(409, OTHER_WAS_FIRST)
        case Unsound():
            form.tell({"credit_code" if name == "institution" else name: words for name, words in error.faults.items()})
            return again(422, "")
        case _:
            return again(409, NOT_NOW)


def forward_form(
    request: StaffRequest, part: Handling, form: ForwardForm, *, status: int = 200, words: Promise | str = ""
) -> HttpResponse:
    """The page with the form; where nothing can be sent it says why."""
    complaint = part.complaint
    is_offered = Action.FORWARD in buttons(request.user, part)
    page: dict[str, Any] = {
        "complaint": complaint,
        "part": part,
        "form": form,
        "notice": words,
        "is_offered": is_offered and may_forward(HandlingState(part.state), is_report=complaint.is_report),
        "is_barred": complaint.is_report and not may_forward(HandlingState(part.state), is_report=True),
        "rail_current": RAIL,
    }
    return render(request, "staff/cases/forward.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*READERS)
def step(request: StaffRequest, pk: int, forwarding_pk: int, step_name: str) -> HttpResponse:
    """Return the reply, take it back, or release the contact: one text, one button."""
    doing = DOINGS.get(step_name)
    visible = Forwarding.objects.visible_to(request.user.scope).select_related("institution")
    forwarding = get_object_or_404(visible, pk=forwarding_pk, handling__complaint__pk=pk)
    if doing is None:
        raise Http404
    part = the_part(request, pk, forwarding.handling_id)
    forwarding.handling = part
    if not is_ever_for(STEPS[step_name][0], parties_of(request.user.scope, part)):
        return other_duty(request, back_to(part.complaint))
    form = WordsForm(request.POST or None, field=doing.field, label=doing.label, hint=doing.hint)
    if request.method != "POST":
        return step_form(request, step_name, forwarding, form)
    if not form.is_valid():
        return step_form(request, step_name, forwarding, form, status=422)
    try:
        doing.do(
            forwarding=forwarding,
            version=typed_version(request),
            actor=request.user,
            now=timezone.now(),
            address=client_address(request),
            **form.cleaned_data,
        )
    except (OutOfScope, WrongRole, StaleVersion, NotAllowed, Unsound) as error:
        forwarding.handling = the_part(request, pk, forwarding.handling_id)
        return refused(
            request,
            part.complaint,
            form,
            error,
            lambda code, words: step_form(request, step_name, forwarding, form, status=code, words=words),
        )
    messages.success(request, str(doing.said))
    return see(back_to(part.complaint))


def step_form(
    request: StaffRequest,
    step_name: str,
    forwarding: Forwarding,
    form: WordsForm,
    *,
    status: int = 200,
    words: Promise | str = "",
) -> HttpResponse:
    """The page of one step."""
    part = forwarding.handling
    action, heading = STEPS[step_name]
    is_offered = action in buttons(request.user, part) and fits(forwarding, part.complaint, action)
    page = {
        "complaint": part.complaint,
        "part": part,
        "forwarding": forwarding,
        "form": form,
        "heading": heading,
        "notice": words or ("" if is_offered else NOT_NOW),
        "is_offered": is_offered,
        "rail_current": RAIL,
    }
    return render(request, "staff/cases/cross.html", page, status=status)
