"""The page on which an officer begins a reply with a template. It reads only; the text is taken from here."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints.duplicates import SEALED
from complaints.letters import ReplyTemplate
from complaints.letters.letter import CHINESE
from complaints.linked import own_part
from complaints.messages import person_of
from complaints.models import Complaint
from complaints.reply_forms import known_values, reply_draft


@require_safe
@staff_only(Role.HANDLER, Role.SUPERVISOR)
def reply(request: StaffRequest, pk: int) -> HttpResponse:
    """Template, paragraphs, text. To the complainant in that person's language, to an institution in Chinese."""
    seen = Complaint.objects.visible_to(request.user.scope).select_related("institution").defer(*SEALED)
    complaint = get_object_or_404(seen.prefetch_related("handlings__authority"), pk=pk)
    part = own_part(request.user, complaint)
    asked = request.GET.get("reply", "")
    name = ReplyTemplate(asked) if asked in ReplyTemplate.values else ReplyTemplate.ACCEPTANCE
    language = CHINESE if name is ReplyTemplate.FORWARDING else complaint.language
    draft = reply_draft(
        request.GET,
        tuple(ReplyTemplate),
        language,
        known_values(complaint, part, name, language),
        forbidden=frozenset({complaint.reference, person_of(complaint).reference}),
    )
    page = {"complaint": complaint, "draft": draft, "language": language, "rail_current": "cases:cases"}
    return render(request, "staff/cases/reply.html", page, status=422 if draft.form and draft.form.errors else 200)
