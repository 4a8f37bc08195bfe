"""What the pages of one application show, for both sides: who may do what, documents, history, findings. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.roles import BodyKind
from accounts.scope import Scope
from directory.clock import SHANGHAI
from edge.written import written_moment
from registry.application_lists import next_in_queue
from registry.applications import ApplicationAction, ApplicationKind, ApplicationState, Party
from registry.asked import PAPERS, AskedField, Section, Told, all_fields, faults_told, sections_of, told_label
from registry.conflicts import document_field
from registry.findings import Severity, findings_of
from registry.models import Application, ApplicationDocument
from registry.parties import cells_for, parties_of
from registry.proposals import NEEDED_DOCUMENTS
from registry.refusals import AlreadyDecided, FieldFault, NotAllowed, StaleVersion
from registry.tones import tone_of

WITH_DECISION = frozenset({ApplicationState.APPROVED, ApplicationState.REFUSED, ApplicationState.RETURNED})


@dataclass(frozen=True)
class Paper:
    """A document as a page lists it."""

    pk: int
    address: str
    words: str
    name: str
    size: int
    is_picture: bool
    sort: str


@dataclass(frozen=True)
class Conflict:
    """Somebody was first: who, when, what, and what to do now."""

    by: str
    at: datetime
    what: str
    advice: str


def today_of(now: datetime) -> date:
    """The day in Asia/Shanghai."""
    return now.astimezone(SHANGHAI).date()


def may(scope: Scope, application: Application, action: ApplicationAction) -> bool:
    """Whether the table lets this person do `action` now."""
    return any(cell.action is action for cell in cells_for(scope, application))


def papers_of(application: Application) -> list[Paper]:
    """The documents, in the order of their purposes. One query."""
    order = ApplicationDocument.Purpose.values
    documents = sorted(application.documents.all(), key=lambda each: (order.index(each.purpose), each.pk))
    return [
        Paper(
            pk=each.pk,
            address=reverse("staff:application_document", args=[application.pk, each.pk]),
            words=each.get_purpose_display(),
            name=each.name,
            size=each.size,
            is_picture=each.cleaned_type.startswith("image/"),
            sort=each.cleaned_type.partition("/")[2].upper(),
        )
        for each in documents
    ]


def needed_papers(application: Application, papers: list[Paper]) -> list[str]:
    """Purposes of documents that must still be attached, in words."""
    held = {paper.words for paper in papers}
    needed = [str(PAPERS[document_field(each)]) for each in NEEDED_DOCUMENTS[ApplicationKind(application.kind)]]
    return [each for each in needed if each not in held]


def papers_section(application: Application, papers: list[Paper]) -> Section:
    """The documents as rows beside the fields, so that each can be returned with a reason of its own."""
    needed = {document_field(each) for each in NEEDED_DOCUMENTS[ApplicationKind(application.kind)]}
    held = Counter(paper.words for paper in papers)
    section = Section("documents", gettext_lazy("Documents"))
    for name, words in PAPERS.items():
        count = held[str(words)]
        if count or name in needed:
            told = ngettext("%(count)d file", "%(count)d files", count) % {"count": count} if count else _("missing")
            reason = str(application.field_reasons.get(name, ""))
            section.fields.append(AskedField(name, str(words), "document", "", told, reason=reason))
    return section


def history_of(application: Application) -> list[dict[str, Any]]:
    """The steps so far, newest first. One query."""
    events = application.events.select_related("actor").order_by("-at", "-pk")
    actions = dict(ApplicationAction.choices)
    return [
        {
            "at": event.at,
            "words": actions.get(event.action, event.action),
            "by": str(event.actor) if event.actor else "",
            "text": event.reason,
        }
        for event in events
    ]


def page_of(application: Application, now: datetime, *, proposed: Mapping[str, object] | None = None) -> dict[str, Any]:
    """What both pages of an application need. About six queries."""
    papers = papers_of(application)
    return {
        "application": application,
        "plate": application.painted_plate,
        "version": application.version,
        "sections": sections_of(application, today=today_of(now), proposed=proposed),
        "documents": papers,
        "needed": needed_papers(application, papers),
        "events": history_of(application),
        "rail_current": "staff:applications",
    }


def form_page(
    application: Application, now: datetime, *, proposed: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """The institution's form. Empty fields of a draft that was never submitted are not told as faults yet."""
    page = page_of(application, now, proposed=proposed)
    if application.submitted_at is None and proposed is None:
        for each in all_fields(page["sections"]):
            if not each.typed:
                each.fault = ""
    needed = page["needed"]
    page["purposes"] = ApplicationDocument.Purpose.choices
    page["purpose_next"] = next((value for value, words in page["purposes"] if words in needed[:1]), "other")
    page["paper_reasons"] = [each for each in papers_section(application, page["documents"]).fields if each.reason]
    page["reason_typed"] = application.reason
    return page


def review_page(application: Application, scope: Scope, now: datetime) -> dict[str, Any]:
    """Everything beside each other, for whoever decides, answers or only reads."""
    page = page_of(application, now)
    papers = papers_section(application, page["documents"])
    page["sections"] = [*changes_first(page["sections"]), *([papers] if papers.fields else [])]
    is_reviewer = Party.REVIEWER in parties_of(scope, application)
    may_decide = may(scope, application, ApplicationAction.APPROVE)
    shows_findings = scope.body is BodyKind.AUTHORITY and application.state == ApplicationState.SUBMITTED
    has_reasons = any(each.reason for each in all_fields(page["sections"]))
    waiting = next_in_queue(scope, beside=application.pk) if is_reviewer and not may_decide else None
    page |= {
        "is_reviewer": is_reviewer,
        "findings": findings_told(application, scope, now) if shows_findings else [],
        "shows_findings": shows_findings,
        "may_decide": may_decide,
        "may_return": may_decide,
        "may_answer": may(scope, application, ApplicationAction.AGREE),
        "may_withdraw": may(scope, application, ApplicationAction.WITHDRAW),
        "has_reasons": has_reasons,
        "columns": 2 + bool(application.ambulance) + (may_decide or has_reasons),
        "decided": decision_of(application),
        "next": waiting,
        "next_plate": waiting.painted_plate if waiting else "",
    }
    return page


def changes_first(sections: list[Section]) -> list[Section]:
    """What differs from what is registered in a group of its own before all others."""
    changed = [each for each in all_fields(sections) if each.is_changed]
    if not changed:
        return sections
    rest = [Section(part.name, part.words, [each for each in part.fields if not each.is_changed]) for part in sections]
    return [Section("changes", gettext_lazy("What changes"), changed), *(part for part in rest if part.fields)]


def findings_told(application: Application, scope: Scope, now: datetime) -> list[dict[str, Any]]:
    """What the program found, the gravest first, with links to the fields. Eight queries."""
    tones = {Severity.STOP: "stop", Severity.LOOK: "mind", Severity.NOTE: "known"}
    words = {Severity.STOP: _("Stops"), Severity.LOOK: _("Look twice"), Severity.NOTE: _("Note")}
    return [
        {
            "tone": tones[each.severity],
            "severity_words": words[each.severity],
            "message": each.message,
            "fields": [{"name": name, "label": told_label(name)} for name in each.fields],
        }
        for each in findings_of(application, today=today_of(now), scope=scope)
    ]


def decision_of(application: Application) -> dict[str, str] | None:
    """The last decision in words; None while there is none or it waits again."""
    if application.state not in WITH_DECISION or application.decided_at is None:
        return None
    words = _("%(state)s by %(by)s, %(at)s.") % {
        "state": application.get_state_display(),
        "by": str(application.decided_by or ""),
        "at": written_moment(application.decided_at),
    }
    return {"words": words, "tone": tone_of(application.state)}


def conflict_of(error: NotAllowed, application: Application) -> Conflict:
    """Who was first, in words, for a page that answers 409."""
    if isinstance(error, StaleVersion):
        return Conflict(
            by=str(error.by or _("the service")),
            at=error.at,
            what=str(error.what.label),
            advice=_("Nothing you typed is lost: it stands below. Compare it, then press the same button again."),
        )
    if isinstance(error, AlreadyDecided):
        return Conflict(
            by=str(error.by or _("the service")),
            at=error.at,
            what=str(error.state.label),
            advice=_("What you asked for was not done. Below is how it stands now."),
        )
    last = application.events.select_related("actor").order_by("-at", "-pk").first()
    return Conflict(
        by=str(last.actor) if last and last.actor else _("the service"),
        at=last.at if last else application.updated_at,
        what=application.get_state_display(),
        advice=_("What you asked is not possible in this state. Below is how it stands now."),
    )


def told_of(faults: Mapping[str, FieldFault], sections: list[Section]) -> list[Told]:
    """The faults of a refused step as a list; each also stands beside its field."""
    for each in all_fields(sections):
        if fault := faults.get(each.name):
            each.fault, each.suggestion = str(fault.message), fault.suggestion
    return faults_told(faults)
