"""Cases that belong together: the page that shows them, and the four acts of an officer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints.forms_links import ActForm, LinkForm, MergeForm
from complaints.linked import linked_section, own_part
from complaints.models import CaseLink, Complaint, Handling
from complaints.querysets import SEALED
from complaints.refusals import StaleVersion, Unsound
from complaints.services.linking import link, merge, unlink, unmerge
from complaints.workflow import Action, NotAllowed
from edge.address import client_address
from edge.reader import reader_of
from edge.written import written_moment
from registry.refusals import OutOfScope, WrongRole
from registry.views_staff import refused

READERS = (Role.HANDLER, Role.SUPERVISOR)


def case_or_404(request: StaffRequest, pk: int) -> Complaint:
    """A case in the officer's sight, with its parts."""
    seen = Complaint.objects.visible_to(request.user.scope).select_related("institution")
    unread = [column for column in SEALED if column != "narrative"]  # the story is compared with others
    return get_object_or_404(seen.defer(*unread).prefetch_related("handlings__authority"), pk=pk)


@require_safe
@staff_only(*READERS)
def linked(request: StaffRequest, pk: int) -> HttpResponse:
    """What belongs with the case, what may belong with it, and the forms to say so."""
    return show(request, case_or_404(request, pk))


def show(request: StaffRequest, complaint: Complaint, *, status: int = 200, **bound: forms.Form) -> HttpResponse:
    """The page; `bound` are forms that were refused, as typed."""
    part = own_part(request.user, complaint)
    section = linked_section(request.user, complaint, part, timezone.now())
    given = {"version": section["version"], "other": request.GET.get("other", "")[:20], "kind": "duplicate"}
    page: dict[str, Any] = {
        "complaint": complaint,
        "linked": section,
        "link_form": LinkForm(initial=given, auto_id="link_%s"),
        "merge_form": MergeForm(initial=given, auto_id="merge_%s"),
        "unmerge_form": ActForm(initial=given, auto_id="unmerge_%s"),
        "unlink_form": ActForm(initial=given, auto_id="unlink_%s"),
        "rail_current": "cases:cases",
        **bound,
    }
    return render(request, "staff/cases/links.html", page, status=status)


@require_POST
@staff_only(*READERS)
def link_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Link the case with another one."""
    return joined(request, pk, "link_form", LinkForm(request.POST, auto_id="link_%s"), do_link)


@require_POST
@staff_only(*READERS)
def merge_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Handle the case together with another one."""
    return joined(request, pk, "merge_form", MergeForm(request.POST, auto_id="merge_%s"), do_merge)


@require_POST
@staff_only(*READERS)
def unmerge_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Separate the case from its main case."""
    form = ActForm(request.POST, auto_id="unmerge_%s")
    return acted(request, case_or_404(request, pk), "unmerge_form", form, lambda who: do_unmerge(who, form))


@require_POST
@staff_only(*READERS)
def unlink_page(request: StaffRequest, pk: int, link_pk: int) -> HttpResponse:
    """Take a link away."""
    complaint = case_or_404(request, pk)
    case_link = get_object_or_404(CaseLink, pk=link_pk, pk__in=_pks_of_links(complaint))
    form = ActForm(request.POST, auto_id="unlink_%s")

    def deed(who: dict[str, Any]) -> str:
        unlink(case_link=case_link, reason=form.cleaned_data["reason"], **who)
        return _("The link is removed.")

    return acted(request, complaint, "unlink_form", form, deed)


def _pks_of_links(complaint: Complaint) -> list[int]:
    return [link.pk for link in (*complaint.links.all(), *complaint.links_back.all())]


def joined(
    request: StaffRequest,
    pk: int,
    name: str,
    form: LinkForm | MergeForm,
    deed: Callable[[dict[str, Any], forms.Form, Complaint], str],
) -> HttpResponse:
    """An act that needs another case, named by its reference. One out of sight is told like one that is not there."""
    complaint = case_or_404(request, pk)
    other: list[Complaint] = []
    if form.is_valid():
        seen = Complaint.objects.visible_to(request.user.scope).defer(*SEALED)
        other = list(seen.filter(reference=form.cleaned_data["other"]))
        if not other:
            form.add_error("other", _("You have no case with this reference. Compare it with the other page."))
    return acted(request, complaint, name, form, lambda who: deed(who, form, other[0]))


def do_link(who: dict[str, Any], form: forms.Form, other: Complaint) -> str:
    """Link; what was done, in words."""
    link(other=other, kind=form.cleaned_data["kind"], reason=form.cleaned_data["reason"], **who)
    return _("The two cases are linked.")


def do_merge(who: dict[str, Any], form: forms.Form, main: Complaint) -> str:
    """Merge; what was done, in words."""
    merge(main=main, reason=form.cleaned_data["reason"], **who)
    return _("Your part ended here. The event is answered in %(main)s; the complainant is told.") % {
        "main": main.reference
    }


def do_unmerge(who: dict[str, Any], form: forms.Form) -> str:
    """Separate; what was done, in words."""
    unmerge(reason=form.cleaned_data["reason"], **who)
    return _("The case is handled by itself again; the complainant is told.")


def acted(
    request: StaffRequest,
    complaint: Complaint,
    name: str,
    form: forms.Form,
    deed: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    """Do it and show the page again, which says what was done; a refusal is told in words, what was typed stays."""
    part = own_part(request.user, complaint) or complaint.handlings.first()
    if part is None or not form.is_valid():
        return show(request, complaint, status=422, **{name: form})
    try:
        told = deed(doer(request, part, form))
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        text = _("Only officers of an authority with a part in this case take this step, each for the own authority.")
        return refused(request, _("This step is for another duty"), text, status=403, back=back_to(complaint))
    except (StaleVersion, NotAllowed) as error:
        form.add_error(None, too_late(error))
        form.data = {**form.data, "version": Handling.objects.values_list("version", flat=True).get(pk=part.pk)}
        return show(request, case_or_404(request, complaint.pk), status=409, **{name: form})
    except Unsound as unsound:
        for field, fault in unsound.faults.items():
            form.add_error(field if field in form.fields else None, fault)
        return show(request, complaint, status=422, **{name: form})
    messages.success(request, told)
    return redirect(reader_of(request).keep(back_to(complaint)))


def doer(request: StaffRequest, part: Handling, form: forms.Form) -> dict[str, Any]:
    """Who does it, to which part, as it was read."""
    return {
        "handling": part,
        "version": form.cleaned_data["version"],
        "actor": request.user,
        "now": timezone.now(),
        "address": client_address(request),
    }


def too_late(error: StaleVersion | NotAllowed) -> str:
    """That somebody was faster (who, when, what), or that the present state does not allow the step."""
    if isinstance(error, StaleVersion):
        return _("Meanwhile: %(what)s, %(by)s, %(at)s. Nothing of yours was written. Please look again.") % {
            "what": Action(error.what).label,
            "by": error.by or _("the service"),
            "at": written_moment(error.at),
        }
    return _("The present state does not allow this step. Somebody may have been faster; please decide again.")


def back_to(complaint: Complaint) -> str:
    """The page of what belongs with the case."""
    return reverse("links:linked", args=[complaint.pk])
