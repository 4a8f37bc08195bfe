"""The institution's side of an application: begin, save as typed, attach, submit, withdraw; answer a transfer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import StaffRequest, is_institution_open, staff_only
from directory.models import Institution
from edge.address import client_address
from edge.text import cleaned
from evidence.refusals import Refused
from registry.application_pages import conflict_of, form_page, may, review_page, today_of, told_of
from registry.applications import ApplicationAction, ApplicationKind
from registry.asked import Told, all_fields, sort_of
from registry.conflicts import RECEIVER_CLOSED
from registry.models import Ambulance, Application, ApplicationDocument
from registry.parties import FLEET_ROLES
from registry.proposals import ASKED, check_field, warning_of
from registry.refusals import ApplicationInvalid, FieldFault, NotAllowed, OutOfScope, WrongRole
from registry.services import (
    agree_transfer,
    attach_document,
    begin_application,
    decline_transfer,
    remove_document,
    save_application,
    submit_application,
    withdraw,
)
from registry.vehicle_actions import applications_offered
from vault.files import StorageFull

Step = Callable[[StaffRequest, Application, int], Any]


def the_application(request: StaffRequest, pk: int) -> Application:
    """The application with everything its pages name, if the person may see it; otherwise 404. One query."""
    visible = Application.objects.visible_to(request.user.scope)
    related = ("ambulance", "institution", "receiving_institution", "authority", "decided_by")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def page_address(application: Application) -> str:
    """Where an application is read."""
    return reverse("staff:application", args=[application.pk])


def refused(request: StaffRequest, status: int, heading: str, text: str, back: str = "") -> HttpResponse:
    """A page that says what was refused and what to do (403, 409)."""
    return render(request, "staff/refused.html", {"heading": heading, "text": text, "back": back}, status=status)


def unknown_button(request: StaffRequest, application: Application) -> HttpResponse:
    """422: the form was not made here, or by an older version of this page."""
    words = _("This button is not known"), _("Go back and try again.")
    return refused(request, 422, *words, page_address(application))


def other_duty(request: StaffRequest, back: str = "") -> HttpResponse:
    """403: the person sees it, but the step is somebody else's."""
    text = _(
        "You can read this. Acting on it is the work of another duty: ask your administrator if it should be yours."
    )
    return refused(request, 403, _("This step is not yours"), text, back)


def typed_version(request: StaffRequest) -> int:
    """The version the page was made from; 0, which is always stale, for what is no number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def typed_fields(kind: ApplicationKind, posted: QueryDict) -> dict[str, str | bool]:
    """The fields of this kind exactly as typed; a box that is not ticked is not sent, and means no."""
    return {
        name: name in posted if sort_of(name) == "flag" else posted.get(name, "")
        for name in ASKED[kind]
        if sort_of(name) == "flag" or name in posted
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*FLEET_ROLES)
def new(request: StaffRequest) -> HttpResponse:
    """Choose what to ask for; for a vehicle, what its status offers. A transfer names the other institution."""
    ambulance = the_vehicle(request)
    asked = request.POST if request.method == "POST" else request.GET
    kinds = offered(request, ambulance)
    kind = asked.get("kind", "")
    page = {"kinds": kinds, "ambulance": ambulance, "kind": kind, "rail_current": "staff:applications"}
    if request.method != "POST":
        return render(request, "staff/applications/new.html", page)
    if kind not in dict(kinds):
        return render(request, "staff/applications/new.html", {**page, "wrong": _("Choose one of these.")}, status=422)
    receiver = None
    if kind == ApplicationKind.TRANSFER:
        code = cleaned(request.POST.get("receiver", ""))[:40].upper()
        receiver = Institution.objects.filter(credit_code=code).exclude(pk=request.user.scope.institution_id).first()
        if receiver is None or not is_institution_open(receiver):
            words = _("No other institution has this unified social credit code. Copy it from its certificate.")
            words = str(RECEIVER_CLOSED.message) if receiver else words
            return render(
                request, "staff/applications/new.html", {**page, "wrong_receiver": words, "receiver": code}, status=422
            )
    return begun(request, ApplicationKind(kind), ambulance, receiver)


def begun(
    request: StaffRequest, kind: ApplicationKind, ambulance: Ambulance | None, receiver: Institution | None
) -> HttpResponse:
    """Begin it and go to its form."""
    institution = request.user.institution
    if institution is None:
        return other_duty(request)
    try:
        application = begin_application(
            kind=kind,
            institution=institution,
            ambulance=ambulance,
            receiving_institution=receiver,
            actor=request.user,
            now=timezone.now(),
            address=client_address(request),
        )
    except (OutOfScope, WrongRole):
        return other_duty(request)
    except ApplicationInvalid as error:
        text = " ".join(str(fault.message) for fault in error.faults.values())
        return refused(request, 422, _("This cannot be begun now"), text, reverse("staff:applications"))
    except NotAllowed:
        text = _("The vehicle's present state does not allow this application, or another one is open for it.")
        return refused(request, 409, _("This cannot be begun now"), text, reverse("staff:applications"))
    return see(page_address(application))


def see(address: str) -> HttpResponseRedirect:
    """303: what was posted is done, read on there."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def the_vehicle(request: StaffRequest) -> Ambulance | None:
    """The vehicle named in the address, of the own fleet; 404 for a foreign one."""
    text = request.GET.get("ambulance", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Http404
    visible = Ambulance.objects.visible_to(request.user.scope).select_related("institution", "certified_by__division")
    return get_object_or_404(visible, pk=int(text))


def offered(request: StaffRequest, ambulance: Ambulance | None) -> list[tuple[str, str]]:
    """The kinds to choose from: a new vehicle, or what the status of this one allows."""
    if ambulance is None:
        return [(ApplicationKind.NEW.value, str(ApplicationKind.NEW.label))]
    return [(kind.value, str(words)) for kind, words in applications_offered(request.user.scope, ambulance)]


@require_POST
@staff_only(*FLEET_ROLES)
def check(request: StaffRequest) -> HttpResponse:
    """What is to be said of one field as typed: `fault`, `suggestion`, `warning`, empty if nothing. Keeps nothing."""
    kind, name = request.POST.get("kind", ""), request.POST.get("field", "")
    if kind not in ApplicationKind.values or name not in ASKED[ApplicationKind(kind)]:
        return JsonResponse({"fault": _("There is no such field."), "suggestion": "", "warning": ""}, status=422)
    typed = typed_fields(ApplicationKind(kind), request.POST)
    today = today_of(timezone.now())
    found = check_field(name, typed.get(name), others=typed, today=today)
    if isinstance(found, FieldFault):
        return JsonResponse({"fault": str(found.message), "suggestion": found.suggestion, "warning": ""})
    warning = warning_of(name, found, today=today)
    return JsonResponse({"fault": "", "suggestion": "", "warning": str(warning.message) if warning else ""})


def act(request: StaffRequest, application: Application) -> HttpResponse:
    """A POST of the institution's form: what was typed is saved first, then the button's step is done."""
    steps: dict[str, Step] = {"save": nothing_more, "attach": attach, "submit": submit, "withdraw": take_back}
    do = "remove" if "remove" in request.POST else request.POST.get("do", "")
    step = {**steps, "remove": remove}.get(do)
    if step is None:
        return unknown_button(request, application)
    version = typed_version(request)
    try:
        if do == "save" or ("kind" in request.POST and do != "withdraw"):
            version = save(request, application, version)
        said = step(request, application, version)
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return other_duty(request, page_address(application))
    except NotAllowed as error:
        return shown_again(request, application.pk, conflict=error)
    except ApplicationInvalid as error:
        return shown_again(request, application.pk, invalid=error)
    except Refused as error:
        return shown_again(request, application.pk, words=str(error))
    except StorageFull:
        words = _("There is no room to keep files at this moment. Everything else is saved; try the file again later.")
        return shown_again(request, application.pk, words=words, status=507)
    messages.success(request, said)
    return see(page_address(application))


def save(request: StaffRequest, application: Application, version: int) -> int:
    """Store what was typed, right or wrong; the version it has then. Raises what the service raises."""
    kind = ApplicationKind(application.kind)
    saved = save_application(
        application=application,
        proposed=typed_fields(kind, request.POST),
        reason=cleaned(request.POST["reason"]) if "reason" in request.POST else None,
        version=version,
        actor=request.user,
        now=timezone.now(),
        address=client_address(request),
    )
    return saved.version


def nothing_more(_request: StaffRequest, _application: Application, _version: int) -> str:
    """Saving was all."""
    return _("Saved.")


def attach(request: StaffRequest, application: Application, _version: int) -> str:
    """Attach the chosen file. Raises evidence.Refused with words."""
    upload = request.FILES.get("upload")
    purpose = request.POST.get("purpose", "")
    if upload is None:
        fault = FieldFault("empty", _("Choose a file first, then add it."))
        raise ApplicationInvalid({"documents": fault})
    if purpose not in ApplicationDocument.Purpose.values:
        raise ApplicationInvalid({"documents": FieldFault("no_choice", _("Choose what the document shows."))})
    attach_document(
        application=application,
        purpose=ApplicationDocument.Purpose(purpose),
        upload=upload,  # type: ignore[arg-type]  # reads and seeks
        name=upload.name or "",
        actor=request.user,
        now=timezone.now(),
        address=client_address(request),
    )
    return _("The document is attached.")


def remove(request: StaffRequest, application: Application, _version: int) -> str:
    """Remove one document of this very application."""
    text = request.POST["remove"]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Http404
    document = get_object_or_404(application.documents.all(), pk=int(text))
    remove_document(document=document, actor=request.user, now=timezone.now(), address=client_address(request))
    return _("The document is removed.")


def submit(request: StaffRequest, application: Application, version: int) -> str:
    """Hand it in; everything is checked again."""
    submit_application(
        application=application,
        version=version,
        actor=request.user,
        now=timezone.now(),
        address=client_address(request),
    )
    return _("Submitted. You will be told of the decision.")


def take_back(request: StaffRequest, application: Application, _version: int) -> str:
    """Withdraw it."""
    withdraw(
        application=application,
        actor=request.user,
        now=timezone.now(),
        address=client_address(request),
    )
    return _("The application is withdrawn.")


def shown_again(
    request: StaffRequest,
    pk: int,
    *,
    conflict: NotAllowed | None = None,
    invalid: ApplicationInvalid | None = None,
    words: str = "",
    status: int = 422,
) -> HttpResponse:
    """The page as it stands now, with what was typed still in it and what stopped the step above it."""
    application, now, scope = the_application(request, pk), timezone.now(), request.user.scope
    if not may(scope, application, ApplicationAction.SAVE):
        page = review_page(application, scope, now)
        page["conflict"] = conflict_of(conflict, application) if conflict else None
        return render(request, "staff/applications/review.html", page, status=409 if conflict else status)
    typed = typed_fields(ApplicationKind(application.kind), request.POST)
    page = form_page(application, now, proposed={**application.proposed, **typed})
    page["reason_typed"] = request.POST.get("reason", application.reason)
    if conflict:
        page["conflict"] = conflict_of(conflict, application)
        stored = form_page(application, now)
        tell_meanwhile(page, stored)
        status = 409
    if invalid:
        page["faults"] = told_of(invalid.faults, page["sections"])
    if words:
        page["faults"] = [Told("documents", _("Documents"), words)]
    return render(request, "staff/applications/form.html", page, status=status)


def tell_meanwhile(page: dict[str, Any], stored: dict[str, Any]) -> None:
    """Beside each field that another person stored differently: what is stored."""
    for mine, theirs in zip(page["sections"], stored["sections"], strict=True):
        for typed, kept in zip(mine.fields, theirs.fields, strict=True):
            typed.meanwhile = kept.shown or _("empty") if typed.shown != kept.shown else ""


@require_POST
@staff_only()
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """The receiving institution agrees to a transfer or declines it with a reason."""
    application = the_application(request, pk)
    do, reason = request.POST.get("do", ""), cleaned(request.POST.get("reason", ""))
    if do not in {"agree", "decline"}:
        return unknown_button(request, application)
    common: dict[str, Any] = {
        "application": application,
        "version": typed_version(request),
        "actor": request.user,
        "now": timezone.now(),
        "address": client_address(request),
    }
    try:
        if do == "agree":
            agree_transfer(**common)
            said = _("You agreed to the transfer. The authority reviews it now.")
        else:
            decline_transfer(**common, reason=reason)
            said = _("You declined the transfer.")
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return other_duty(request, page_address(application))
    except (NotAllowed, ApplicationInvalid) as error:
        return review_again(request, pk, error)
    messages.success(request, said)
    return see(page_address(application))


def review_again(
    request: StaffRequest,
    pk: int,
    error: NotAllowed | ApplicationInvalid,
    reasons: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The reading page after a refused step, with what was typed (409 somebody was first, 422 something is wrong)."""
    application = the_application(request, pk)
    page = review_page(application, request.user.scope, timezone.now())
    page["reason_typed"] = request.POST.get("reason", "")
    for each in all_fields(page["sections"]):
        each.reason_typed = (reasons or {}).get(each.name, "")
        each.is_ticked = bool(each.reason_typed)
    if isinstance(error, ApplicationInvalid):
        page["faults"] = told_of(error.faults, page["sections"])
        return render(request, "staff/applications/review.html", page, status=422)
    page["conflict"] = conflict_of(error, application)
    return render(request, "staff/applications/review.html", page, status=409)
