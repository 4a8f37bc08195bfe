"""The administrator of another body: invited by the authority above an institution, by the operator into an authority.

Where the only administrator has left without making somebody else one, the account is closed here first.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.doors import StaffRequest, staff_only
from accounts.forms_people import FirstAdminForm
from accounts.inviting import FIRST_ROLE
from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.services.institutions import brings_admins_into
from accounts.services.invitations import body_kind, open_to_admins
from accounts.views_people import deed, invited, put_errors, refused_page
from directory.models import Authority, Institution

ABOVE = (Role.AUTHORITY_ADMIN, Role.SYSTEM_ADMIN)
Bodies = tuple[Institution | None, Authority | None]


def body_at(request: StaffRequest, kind: str, pk: int) -> Bodies:
    """The institution or the authority, if the person gives it its administrator; 404 for any other."""
    institution = get_object_or_404(Institution, pk=pk) if kind == "institution" else None
    authority = get_object_or_404(Authority, pk=pk) if kind == "authority" else None
    if not brings_admins_into(request.user.scope, institution, authority):
        raise Http404
    return institution, authority


@staff_only(*ABOVE)
@require_http_methods(["GET", "HEAD", "POST"])
def invite_admin(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Who administers the body now, or is invited to; where nobody is, the form that invites somebody."""
    institution, authority = body_at(request, kind, pk)
    sort = body_kind(institution, authority)
    form = FirstAdminForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                roles=[FIRST_ROLE[sort]],
                institution=institution,
                authority=authority,
                **deed(request),
            )
        except (Refused, ValidationError) as error:
            put_errors(form, error)
        else:
            return invited(request, form.cleaned_data["email"])
    people = User.objects.holding(FIRST_ROLE[sort]).filter(institution=institution, authority=authority)
    context = {
        "form": form,
        "heading": _("Invite the administrator of %(body)s") % {"body": institution or authority},
        "kind": kind,
        "pk": pk,
        "may_close": institution is None or request.user.scope.reviews_registrations,
        "admins": list(people.order_by("name", "pk")),
        "invitations": open_to_admins(sort, institution, authority, timezone.now()),
    }
    return render(request, "accounts/invite_admin.html", context)


@require_POST
@staff_only(*ABOVE)
def close_left(request: StaffRequest, kind: str, pk: int, person_pk: int) -> HttpResponse:
    """Close the account of the only administrator, who has left; then somebody else is invited."""
    institution, authority = body_at(request, kind, pk)
    who = get_object_or_404(User, pk=person_pk, institution=institution, authority=authority)
    try:
        services.close_left_admin(person=who, **deed(request))
    except Refused as refused:
        return refused_page(request, refused)
    messages.success(request, _("The account is closed. Please invite the next administrator."))
    return redirect("accounts:invite_admin", kind=kind, pk=pk)
