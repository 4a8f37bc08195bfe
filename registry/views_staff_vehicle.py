"""One vehicle at the desk: its page, and what is done there after asking once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import StaffRequest, staff_only
from edge.address import client_address
from registry.choices import PUBLIC_STATUSES, RevokeReason
from registry.models import Ambulance, Marking
from registry.refusals import ApplicationInvalid, NotAllowed, OutOfScope, WrongRole
from registry.services.fleet import change_free_fields
from registry.services.markings import mark_mounted, reissue_marking, revoke_marking
from registry.services.suspension import retire_orphan, return_to_service, suspend_ambulance
from registry.staff_forms import ConfirmForm, FreeFieldsForm, ReasonForm, ReissueForm, RevokeForm
from registry.vehicle_actions import (
    REGISTERED,
    CodeAction,
    VehicleAction,
    applications_offered,
    code_actions,
    has_part,
    vehicle_actions,
)
from registry.vehicle_page import codes_of, crew_gaps, facts_of, story_of
from registry.views_staff import BODIES, refused


def vehicle_or_404(request: StaffRequest, pk: int) -> Ambulance:
    """A vehicle in the person's scope; 404 for any other."""
    related = ("institution", "certified_by", "division__parent")
    return get_object_or_404(Ambulance.objects.visible_to(request.user.scope).select_related(*related), pk=pk)


@require_safe
@staff_only(*BODIES)
def ambulance(request: StaffRequest, pk: int) -> HttpResponse:
    """One vehicle: its standing, codes, story, applications, and what this person may do."""
    found, scope, today = vehicle_or_404(request, pk), request.user.scope, timezone.localdate()
    codes = codes_of(found, scope)
    live = next((shown for shown in codes if not shown.marking.revoked_at), None)
    page = {
        "ambulance": found,
        "facts": facts_of(found),
        "codes": codes,
        "gaps": crew_gaps(found, today) if found.status in REGISTERED else None,
        "story": story_of(found, scope, today),
        "actions": vehicle_actions(scope, found),
        "applications_offered": applications_offered(scope, found),
        "public_code": live.marking.code if live and found.status in PUBLIC_STATUSES else "",
        "today": today,
    }
    return render(request, "staff/ambulance.html", page)


VEHICLE_FORMS: dict[VehicleAction, type[forms.Form]] = {
    VehicleAction.CHANGE_FREE: FreeFieldsForm,
    VehicleAction.SUSPEND: ReasonForm,
    VehicleAction.RETURN: ReasonForm,
    VehicleAction.RETIRE: ReasonForm,
}
CODE_FORMS: dict[CodeAction, type[forms.Form]] = {
    CodeAction.MOUNT: ConfirmForm,
    CodeAction.REISSUE: ReissueForm,
    CodeAction.REVOKE: RevokeForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*BODIES)
def act_on_ambulance(request: StaffRequest, pk: int, action_name: str) -> HttpResponse:
    """Ask once more, then do it: suspend, return to service, change what needs no application."""
    found, action = vehicle_or_404(request, pk), VehicleAction(action_name)
    back = reverse("staff:ambulance", kwargs={"pk": pk})
    if action not in vehicle_actions(request.user.scope, found):
        return not_open(request, back, has_part=has_part(request.user.scope, found, action))
    given = {"station": found.station, "positioning_device": found.positioning_device}
    form = VEHICLE_FORMS[action](request.POST or None, initial=given)
    if request.method != "POST" or not form.is_valid():
        return confirm(request, form, found, str(action.label), back, is_grave=action is VehicleAction.SUSPEND)
    return done(request, back, lambda: do_to_ambulance(request, found, action, form.cleaned_data))


def do_to_ambulance(request: StaffRequest, found: Ambulance, action: VehicleAction, typed: dict[str, Any]) -> str:
    """One service call; what it did, in words."""
    who: dict[str, Any] = {"actor": request.user, "now": timezone.now(), "address": client_address(request)}
    if action is VehicleAction.CHANGE_FREE:
        change_free_fields(ambulance=found, **typed, **who)
        return _("The change is in force.")
    if action is VehicleAction.SUSPEND:
        suspend_ambulance(ambulance=found, reason=typed["reason"], **who)
        return _("The vehicle is suspended. A scan says so from now on.")
    if action is VehicleAction.RETIRE:
        retire_orphan(ambulance=found, reason=typed["reason"], **who)
        return _("The vehicle is off the register; its codes are invalid from now on.")
    return_to_service(ambulance=found, reason=typed["reason"], **who)
    return _("The vehicle is back in service.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*BODIES)
def act_on_code(request: StaffRequest, pk: int, marking_pk: int, action_name: str) -> HttpResponse:
    """Ask once more, then do it: note a code as mounted, replace it, revoke it."""
    found, action = vehicle_or_404(request, pk), CodeAction(action_name)
    marking = get_object_or_404(Marking, pk=marking_pk, ambulance=found)
    back = f"{reverse('staff:ambulance', kwargs={'pk': pk})}#codes"
    if action not in code_actions(request.user.scope, found, marking.state):
        return not_open(request, back, has_part=has_part(request.user.scope, found, action))
    form = CODE_FORMS[action](request.POST or None)
    if request.method != "POST" or not (form.is_valid() or not form.fields):
        is_grave = action in {CodeAction.REISSUE, CodeAction.REVOKE}
        return confirm(request, form, found, str(action.label), back, marking=marking, is_grave=is_grave)
    reason = RevokeReason(form.cleaned_data["reason"]) if form.fields else None
    return done(request, back, lambda: do_to_code(request, marking, action, reason))


def do_to_code(request: StaffRequest, marking: Marking, action: CodeAction, reason: RevokeReason | None) -> str:
    """One service call; what it did, in words."""
    who: dict[str, Any] = {"actor": request.user, "now": timezone.now(), "address": client_address(request)}
    if action is CodeAction.MOUNT or reason is None:
        mark_mounted(marking=marking, **who)
        return _("The code is noted as mounted.")
    if action is CodeAction.REISSUE:
        reissue_marking(marking=marking, reason=reason, **who)
        return _("A new code was issued. The old one is invalid from now on.")
    revoke_marking(marking=marking, reason=reason, **who)
    return _("The code is revoked.")


def confirm(
    request: HttpRequest, form: forms.Form, found: Ambulance, words: str, back: str, **more: Any
) -> HttpResponse:
    """The page that asks once more; `is_grave` draws its button as one that takes something away."""
    page = {"form": form, "ambulance": found, "words": words, "back": back, **more}
    return render(request, "staff/confirm.html", page, status=422 if form.errors else 200)


def done(request: HttpRequest, back: str, deed: Callable[[], str]) -> HttpResponse:
    """Do it and go back to the page, which tells what was done; a refusal is told in words."""
    try:
        told = deed()
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return not_open(request, back, has_part=False)
    except NotAllowed:
        return not_open(request, back, has_part=True)
    except ApplicationInvalid as error:
        told = " ".join(str(fault.message) for fault in error.faults.values())
        return refused(request, _("This cannot be kept as it is"), told, status=422, back=back)
    messages.success(request, told)
    return redirect(back)


def not_open(request: HttpRequest, back: str, *, has_part: bool) -> HttpResponse:
    """403 where the step is somebody else's; 409 where the present state does not allow it."""
    if not has_part:
        text = _("Fleet managers of the owner and reviewers of the certifying authority each have their own steps.")
        return refused(request, _("This step is for another duty"), text, status=403, back=back)
    text = _("Somebody may have been faster. Please look at the present state and decide again.")
    return refused(request, _("The present state does not allow this step"), text, status=409, back=back)
