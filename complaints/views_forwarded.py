"""The institution's side: what authorities sent it, its files, its reply. It reads `Forwarding` and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints import forwarded_page as pages
from complaints.file_answers import ranged_file
from complaints.files import discard, store_upload
from complaints.forms_forwarded import ReplyForm
from complaints.models import Evidence, Forwarding
from complaints.refusals import StaleVersion, Unsound
from complaints.services.looking import files_for_institution, open_contact, open_forwarded_file
from complaints.services.replying import reply, require_reply_possible
from complaints.workflow import NotAllowed
from edge.address import client_address
from evidence.refusals import Refused
from registry.keyset import BadPlace
from registry.lists import changed, listed
from registry.refusals import OutOfScope
from registry.views_application import see, typed_version
from vault.files import StorageFull

OFFICERS = (Role.COMPLAINT_OFFICER,)
RAIL = "forwarded:list"
CHANGED_MEANWHILE = gettext_lazy(
    "Something has changed since you opened this page. It is shown below as it stands now; what you wrote is kept."
)
NO_REPLY_TAKEN = gettext_lazy("No reply is taken any more. Read below how it stands.")
NO_ROOM = gettext_lazy("There is no room to keep files at this moment. What you wrote is kept; try again later.")


@require_safe
@staff_only(*OFFICERS)
def forwarded(request: StaffRequest) -> HttpResponse:
    """What waits for a reply, what was replied to, or all of it."""
    tab = request.GET.get("tab", pages.WAITING)
    if tab not in pages.TABS:
        return redirect(reverse("forwarded:list"))
    rows = pages.with_lines(pages.chosen(Forwarding.objects.visible_to(request.user.scope), tab))
    order = pages.OLDEST_FIRST if tab == pages.WAITING else pages.NEWEST_FIRST
    try:
        found = listed(rows, order, request.GET)
    except BadPlace:
        return redirect(request.path + changed(request.GET))
    tabs = [
        {"href": changed(request.GET, tab=name), "words": words, "is_here": name == tab}
        for name, words in pages.TABS.items()
    ]
    page = {"page": found, "lines": [pages.line_of(each) for each in found.rows], "tabs": tabs, "rail_current": RAIL}
    return render(request, "staff/forwarded/list.html", page)


def the_forwarding(request: StaffRequest, pk: int) -> Forwarding:
    """What was sent to the person's institution; anything else does not exist. One query."""
    visible = Forwarding.objects.visible_to(request.user.scope)
    return get_object_or_404(visible.select_related("handling__authority", "institution"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*OFFICERS)
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """What the institution is told, and its reply."""
    forwarding = the_forwarding(request, pk)
    if request.method != "POST":
        return shown(request, forwarding, ReplyForm())
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return shown(request, forwarding, form, status=422)
    return replied(request, forwarding, form)


def shown(
    request: StaffRequest, forwarding: Forwarding, form: ReplyForm, *, status: int = 200, words: Promise | str = ""
) -> HttpResponse:
    """The page as it stands now. That a released contact is seen is recorded each time."""
    now, today = timezone.now(), timezone.localdate()
    contact = open_contact(forwarding=forwarding, actor=request.user, now=now, address=client_address(request))
    state_words, tone = pages.standing(forwarding)
    page: dict[str, Any] = {
        "forwarding": forwarding,
        "is_recalled": forwarding.state == Forwarding.State.RECALLED,
        "state_words": state_words,
        "tone": tone,
        "sent_on": pages.day_of(forwarding.forwarded_at),
        "explanation": pages.explanation_of(forwarding, today),
        "files": pages.shown_files(forwarding),
        "contact": contact,
        "exchange": pages.exchanged(forwarding),
        "takes_reply": pages.takes_reply(forwarding),
        "form": form,
        "notice": words,
        "today": today,
        "room": settings.ENV.EVIDENCE_MAX_FILES,
        "rail_current": RAIL,
    }
    return render(request, "staff/forwarded/one.html", page, status=status)


def replied(request: StaffRequest, forwarding: Forwarding, form: ReplyForm) -> HttpResponse:
    """Take the files, then the reply; whatever is refused leaves no file behind and what was typed in its place."""
    now, stored, files = timezone.now(), list[Evidence](), request.FILES.getlist("files")
    common: dict[str, Any] = {"forwarding": forwarding, "version": typed_version(request), "actor": request.user}
    try:
        require_reply_possible(**common, files=len(files))
        for each in files:
            stored.append(store_upload(upload=each, name=each.name or "", now=now))  # type: ignore[arg-type]  # reads and seeks
        reply(**common, **form.cleaned_data, evidence=stored, now=now, address=client_address(request))
    except REFUSALS as error:
        discard(stored)
        return refused(request, forwarding.pk, form, error)
    except BaseException:
        discard(stored)
        raise
    messages.success(request, _("Your reply is sent. The authority is told."))
    return see(reverse("forwarded:one", args=[forwarding.pk]))


REFUSALS = (OutOfScope, StaleVersion, NotAllowed, Refused, Unsound, StorageFull)


def refused(request: StaffRequest, pk: int, form: ReplyForm, error: Exception) -> HttpResponse:
    """The page anew with what was typed, and what is to be said of each way in which a reply is refused."""
    if isinstance(error, OutOfScope):
        raise Http404 from error
    status, words = 422, ""
    match error:
        case StaleVersion():
            status, words = 409, str(CHANGED_MEANWHILE)
        case NotAllowed():
            status, words = 409, str(NO_REPLY_TAKEN)
        case StorageFull():
            status, words = 507, str(NO_ROOM)
        case Unsound():
            form.tell(error.faults)
        case _:
            form.tell({"files": str(error)})
    return shown(request, the_forwarding(request, pk), form, status=status, words=words)


@require_safe
@staff_only(*OFFICERS)
def file(request: StaffRequest, pk: int, number: int) -> HttpResponseBase:
    """The cleaned copy of a shown file, by its number, under a name that tells nothing; never an original."""
    forwarding = the_forwarding(request, pk)
    files = files_for_institution(forwarding)
    if not 0 < number <= len(files):
        raise Http404
    wanted = files[number - 1]
    is_own = wanted.forwarding_id == forwarding.pk

    def opened(start: int) -> Iterator[bytes]:
        return open_forwarded_file(
            forwarding=forwarding,
            evidence=wanted,
            actor=request.user,
            now=timezone.now(),
            address=client_address(request),
            start=start,
        )

    return ranged_file(
        request,
        opened,
        name=wanted.name if is_own else f"{forwarding.number}-{number}",
        content_type=wanted.cleaned_type,
        size=wanted.cleaned_size,
    )
