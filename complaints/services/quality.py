"""Quality sampling: concluded parts of a month are drawn by chance, and a supervisor looks at each a second time."""

from __future__ import annotations

from datetime import date, datetime, time
from secrets import SystemRandom

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from accounts.scope import Scope
from complaints.models import Complaint, Handling, QualityCheck
from complaints.querysets import parts_within
from complaints.refusals import Unsound
from complaints.services.case_steps import locked_complaint, named, written
from directory.clock import SHANGHAI
from registry.refusals import OutOfScope, WrongRole
from registry.services.deeds import Deed

LONGEST_NOTE = 2000


def concluded_in(scope: Scope, month: date) -> QuerySet[Handling]:
    """Parts of the own desk and below that were concluded in the month of `month` (days in Asia/Shanghai)."""
    start = datetime.combine(month.replace(day=1), time(), SHANGHAI)
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    end = datetime.combine(following, time(), SHANGHAI)
    return Handling.objects.filter(
        parts_within(scope),
        concluded_at__gte=start,
        concluded_at__lt=end,
        complaint__in=Complaint.objects.visible_to(scope).values("pk"),
        complaint__destroyed_at=None,
    )


def checks_within(scope: Scope) -> QuerySet[QualityCheck]:
    """Checks of parts that the supervisor sees."""
    return QualityCheck.objects.filter(
        parts_within(scope, "handling__"), handling__complaint__in=Complaint.objects.visible_to(scope).values("pk")
    )


def wanted(count: int) -> int:
    """How many of `count` concluded parts are looked at: the share of the setting, rounded up, and a least number."""
    share = -(-count * settings.ENV.QUALITY_PERCENT // 100)
    return min(count, max(share, settings.ENV.QUALITY_MIN))


@transaction.atomic
def draw_sample(*, month: date, actor: User, now: datetime, address: str) -> int:
    """Draw parts of a month by chance until its share is reached; how many were drawn now.

    Drawing again adds nothing until more has been concluded, so that nobody draws until the sample pleases. Raises
    WrongRole, and Unsound for a month that is not over.
    """
    deed = Deed(actor, now, address)
    if not actor.scope.has(Role.SUPERVISOR):
        raise WrongRole("only supervisors draw samples")
    if month.replace(day=1) >= deed.today.replace(day=1):
        raise Unsound({"month": _("Choose a month that is over.")}, code="not-over")
    parts = concluded_in(actor.scope, month)
    rows = list(parts.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    drawn = set(QualityCheck.objects.filter(handling__in=rows).values_list("handling_id", flat=True))
    missing = max(0, wanted(len(rows)) - len(drawn))
    chosen = SystemRandom().sample([pk for pk in rows if pk not in drawn], missing)
    QualityCheck.objects.bulk_create(QualityCheck(handling_id=pk, drawn_at=now) for pk in sorted(chosen))
    division = actor.authority.division_id if actor.authority else None
    if actor.authority is not None:
        deed.record(
            "quality.drawn",
            actor.authority,
            division or "",
            {"month": f"{month:%Y-%m}", "concluded": len(rows), "drawn": len(chosen)},
        )
    return len(chosen)


@transaction.atomic
def check_quality(
    *, check: QualityCheck, verdict: str, note: str, actor: User, now: datetime, address: str
) -> QualityCheck:
    """Write down how well a part was handled; a fault needs words. Once written it stays.

    Raises OutOfScope, WrongRole, and Unsound for who proposed or decided the conclusion, a second check, a fault
    without words.
    """
    deed = Deed(actor, now, address)
    if not checks_within(actor.scope).filter(pk=check.pk).exists():
        raise OutOfScope
    if not actor.scope.has(Role.SUPERVISOR):
        raise WrongRole("only supervisors check quality")
    complaint = locked_complaint(check.handling.complaint_id)
    locked = QualityCheck.objects.select_for_update(of=("self",)).select_related("handling").get(pk=check.pk)
    if locked.checked_at is not None:
        raise Unsound({"verdict": _("This part was checked already.")}, code="checked")
    if verdict not in QualityCheck.Verdict.values:
        raise Unsound({"verdict": _("Choose how well it was handled.")}, code="no-verdict")
    if _had_part(locked.handling, actor):
        raise Unsound(
            {"verdict": _("You had a part in this conclusion. Another supervisor has to check it.")}, code="own-work"
        )
    locked.note = written(note, field="note", is_needed=verdict != QualityCheck.Verdict.GOOD, longest=LONGEST_NOTE)
    locked.verdict, locked.checked_by, locked.checked_at = verdict, actor, now
    locked.save()
    detail = {**named(complaint), "verdict": verdict}
    deed.record("quality.checked", complaint, complaint.division_id, detail)
    return locked


def _had_part(handling: Handling, actor: User) -> bool:
    conclusions = handling.conclusions.values_list("proposed_by_id", "decided_by_id")
    return handling.assignee_id == actor.pk or any(actor.pk in row for row in conclusions)
