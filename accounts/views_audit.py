"""The audit record for those who supervise: read, filtered, exported."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.audit_lists import (
    HEADER,
    AuditFilter,
    export_lines,
    last_number,
    number_in,
    page_of,
)
from accounts.audit_reads import READERS
from accounts.deeds import words_of
from accounts.detail_words import detail_words, thing_words
from accounts.doors import StaffRequest, staff_only
from accounts.models import AuditRow
from edge.address import client_address
from edge.exports import stream_csv
from edge.reader import reader_of


@require_safe
@staff_only(*READERS)
def audit_list(request: StaffRequest) -> HttpResponse:
    """A page of the record, as far as the person reaches; with a filter that cannot be, the form says so."""
    form = AuditFilter(request.GET)
    is_valid = form.is_valid()
    rows = AuditRow.objects.visible_to(request.user.scope)
    applied = form.applied() if is_valid else {}
    reader = reader_of(request)
    page = page_of(
        form.rows(rows) if is_valid else rows.none(),
        before=number_in(request.GET.get("before", "")),
        after=number_in(request.GET.get("after", "")),
        applied={**applied, **dict(reader.asked)},
    )
    lines = [
        {
            "row": row,
            "deed": words_of(row.action),
            "thing": thing_words(row.object_type),
            "detail": detail_words(row.detail),
            "href": reader.keep(f"?thing={row.object_type}:{quote(row.object_id)}") if row.object_id else "",
        }
        for row in page.rows
    ]
    context = {"form": form, "page": page, "lines": lines, "applied": applied}
    return render(request, "staff/audit.html", context, status=200 if is_valid else 400)


@require_safe
@staff_only(*READERS)
def audit_export(request: StaffRequest) -> HttpResponseBase:
    """The filtered record as CSV; the export is itself a row of the record. 400 with words if it is too much."""
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return audit_list(request)
    rows = form.rows(AuditRow.objects.visible_to(request.user.scope))
    last = last_number(rows)
    most = settings.ENV.EXPORT_MAX_ROWS
    count = rows.filter(number__lte=last)[: most + 1].count()
    if count > most:
        words = {
            "heading": _("That is more than one file holds"),
            "text": _("At most %(count)s rows are exported at once. Choose fewer days.") % {"count": most},
        }
        return render(request, "staff/refused.html", words, status=400)
    now = timezone.now()
    with transaction.atomic():
        audit.record(
            action="audit.exported",
            actor=request.user,
            address=client_address(request),
            detail={"rows": count, "filters": sorted(form.applied())},
            now=now,
        )
    name = f"audit-{timezone.localtime(now):%Y%m%d-%H%M}.csv"
    return stream_csv(HEADER, export_lines(rows, last), name)
