"""One step of an authority's part, asked for on a small page of its own and done by one service call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import StaffRequest, staff_only
from complaints.case_actions import DOINGS, Doing, offers
from complaints.case_forms import StepForm, add_faults
from complaints.case_replies import reply_for
from complaints.case_words import BY_NOBODY, SIDES, TONES, desk_words
from complaints.cells import is_ever_for
from complaints.models import Handling
from complaints.parties import parties_of
from complaints.querysets import SEALED_OF_COMPLAINT
from complaints.refusals import StaleVersion, Unsound
from complaints.views_staff import READERS
from complaints.workflow import Action, Actor, NotAllowed
from edge.address import client_address
from registry.refusals import OutOfScope, WrongRole
from registry.views_application import other_duty, see, typed_version


def the_part(request: StaffRequest, pk: int, part_pk: int) -> Handling:
    """The part with what its forms name, if the person sees the case; otherwise 404."""
    visible = Handling.objects.visible_to(request.user.scope).filter(complaint__pk=pk)
    related = ("authority", "assignee", "complaint__institution")
    parts = visible.select_related(*related).defer(*SEALED_OF_COMPLAINT)
    return get_object_or_404(parts.prefetch_related("referrals__proposed", "conclusions"), pk=part_pk)


def case_address(part: Handling) -> str:
    """The page of the case, at this part."""
    return f"{reverse('cases:case', args=[part.complaint_id])}#part-{part.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*READERS)
def act(request: StaffRequest, pk: int, part_pk: int, step_name: str) -> HttpResponse:
    """Ask for what a step needs, then take it. 403 for another's step, 409 where the state forbids it or moved on."""
    part = the_part(request, pk, part_pk)
    if (doing := DOINGS.get(step_name)) is None:
        raise Http404
    if not is_ever_for(doing.action, parties_of(request.user.scope, part)):
        return other_duty(request, case_address(part))
    find = request.GET.get("find", "")
    if request.method != "POST":
        reply = reply_for(doing.action, part, request.GET)
        text = {doing.form.text_field: reply.text} if reply and reply.text else {}
        form = doing.form(part=part, user=request.user, find=find, initial=text)
        is_offered = step_name in {offer.name for offer in offers(request.user, part)}
        return shown(request, part, step_name, form, status=200 if is_offered else 409)
    form = doing.form(request.POST, part=part, user=request.user, find=find)
    if not form.is_valid():
        return shown(request, part, step_name, form, status=422)
    return taken(request, part, step_name, form)


def taken(request: StaffRequest, part: Handling, name: str, form: StepForm) -> HttpResponse:
    """The service call, and each way in which it can be refused."""
    doing = DOINGS[name]
    try:
        doing.do(
            handling=part,
            version=typed_version(request),
            actor=request.user,
            now=timezone.now(),
            address=client_address(request),
            **form.arguments(),
            **doing.fixed,
        )
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return other_duty(request, case_address(part))
    except StaleVersion as error:
        return shown(request, the_part(request, part.complaint_id, part.pk), name, form, status=409, stale=error)
    except NotAllowed:
        return shown(request, the_part(request, part.complaint_id, part.pk), name, form, status=409)
    except Unsound as error:
        add_faults(form, error.faults.items())
        return shown(request, part, name, form, status=422)
    messages.success(request, str(doing.said))
    return see(reverse("cases:cases") if doing.leaves else case_address(part))


def shown(
    request: StaffRequest, part: Handling, name: str, form: StepForm, *, status: int, stale: StaleVersion | None = None
) -> HttpResponse:
    """The page of a step. What was typed stays, whatever was refused; the version is the one that stands now."""
    doing = DOINGS[name]
    return render(
        request,
        "staff/cases/act.html",
        {
            "part": part,
            "complaint": part.complaint,
            "doing": doing,
            "form": form,
            "tone": TONES.get(part.state, "plain"),
            "version": part.version,
            "is_possible": name in {offer.name for offer in offers(request.user, part)},
            "conflict": conflict_of(stale) if stale else None,
            "has_authorities": any(field in form.fields for field in ("to", "proposed")) and name != "assign",
            "proposal": waiting_proposal(part, doing),
            "reply": reply_for(doing.action, part, request.GET),
            "back": case_address(part),
            "rail_current": "cases:cases",
        },
        status=status,
    )


def conflict_of(stale: StaleVersion) -> dict[str, Any]:
    """Who was first, with what, and what to do now."""
    return {
        "by": stale.by or SIDES[BY_NOBODY.get(stale.what, Actor.SYSTEM).value],
        "at": stale.at,
        "what": desk_words(stale.what),
        "advice": _("What you typed is still below. Read what has changed, then go on or go back."),
    }


def waiting_proposal(part: Handling, doing: Doing) -> Any:
    """The conclusion that the supervisor decides on, beside the form."""
    if doing.action not in {Action.CONCLUDE, Action.SEND_BACK}:
        return None
    return next((one for one in part.conclusions.all() if one.is_approved is None), None)
