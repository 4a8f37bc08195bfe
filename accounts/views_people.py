"""The people of the own body: who they are, inviting, changing, closing. For its administrator."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.doors import StaffRequest, staff_only
from accounts.forms_people import AcceptForm, CloseForm, InstitutionForm, InviteForm, RolesForm
from accounts.handover import open_work
from accounts.models import ApiKey, Invitation, Language, User
from accounts.querysets import UserQuerySet
from accounts.refusals import NotAllowed, Refused
from accounts.roles import ROLES_OF, BodyKind, Role
from accounts.scope import Scope
from accounts.second_factor import PRIMARY
from accounts.services.invitations import body_kind, may_revoke
from accounts.services.people import may_look_after
from directory.kinds import InstitutionKind
from edge.address import client_address
from edge.reader import reader_of
from edge.text import cleaned

KEEPERS = (Role.INSTITUTION_ADMIN, Role.AUTHORITY_ADMIN, Role.SYSTEM_ADMIN)
MOST = 200
"""People shown at once; more are found by name."""


def deed(request: StaffRequest) -> dict[str, Any]:
    """What every service wants to know about who does it, when and from where."""
    return {"actor": request.user, "now": timezone.now(), "address": client_address(request)}


def people_for(request: StaffRequest) -> UserQuerySet:
    """Whose accounts the person looks after: the own body; the operator also those of authorities."""
    scope = request.user.scope
    people: UserQuerySet = User.objects.all()
    if scope.body is BodyKind.SYSTEM:
        return people.filter(institution=None).exclude(authority=None, user_roles=None)
    return people.in_body_of(scope)


def refused_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Why it was not done: 403 for whoever may not, 409 for what could be put right first."""
    status = 403 if isinstance(refused, NotAllowed) else 409
    words = {"heading": _("This was not done"), "text": refused.message, "back": reverse("accounts:people")}
    return render(request, "staff/refused.html", words, status=status)


def put_errors(form: Form, error: ValidationError | Refused, fields: dict[str, str] | None = None) -> None:
    """Show what a service refused beside the field it is about, or above the form."""
    if isinstance(error, Refused):
        form.add_error(None, error.message)
        return
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, words in by_field.items():
        target = (fields or {}).get(name, name)
        for word in words:
            form.add_error(target if target in form.fields else None, word)


@staff_only(*KEEPERS)
def people(request: StaffRequest) -> HttpResponse:
    """Everybody of the own body, with duties, last sign-in and second factor; open invitations."""
    wanted = cleaned(request.GET.get("q", ""))[:50]
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=PRIMARY)
    rows = people_for(request).select_related("authority", "institution").prefetch_related("user_roles")
    if wanted:
        rows = rows.filter(name__icontains=wanted) | rows.filter(email__icontains=wanted)
    rows = rows.annotate(has_factor=Exists(factors)).order_by("-is_active", "authority", "name", "pk").distinct()
    now = timezone.now()
    invitations = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
    mine = invitations.filter(invited_by=request.user) | invitations.filter(
        institution=request.user.institution, authority=request.user.authority
    )
    context = {
        "people": rows[:MOST],
        "most": MOST,
        "wanted": wanted,
        "invitations": mine.select_related("institution", "authority").distinct(),
        "role_words": {role.value: role.label for role in Role},
        "opens_institutions": request.user.scope.has(Role.AUTHORITY_ADMIN),
        "invites_authorities": request.user.scope.has(Role.SYSTEM_ADMIN),
    }
    return render(request, "accounts/people.html", context)


@staff_only(*KEEPERS)
@require_http_methods(["GET", "POST"])
def invite(request: StaffRequest) -> HttpResponse:
    """Invite somebody into the own body."""
    kind = request.user.scope.body or BodyKind.SYSTEM
    form = InviteForm(request.POST or None, roles=ROLES_OF[kind])
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                roles=form.chosen_roles(),
                institution=request.user.institution,
                authority=request.user.authority,
                **deed(request),
            )
        except (Refused, ValidationError) as error:
            put_errors(form, error)
        else:
            return invited(request, form.cleaned_data["email"])
    return render(request, "accounts/invite.html", {"form": form, "heading": _("Invite somebody")})


def invited(request: StaffRequest, email: str) -> HttpResponseRedirect:
    """Back to the list, with what happens next."""
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": email})
    return HttpResponseRedirect(reverse("accounts:people"))


def places_of(scope: Scope) -> str | None:
    """The beginning of the codes of divisions in which an authority may enter institutions; empty for all of them."""
    return "" if scope.own_code else scope.division_prefix


@staff_only(Role.AUTHORITY_ADMIN)
@require_http_methods(["GET", "POST"])
def invite_institution(request: StaffRequest) -> HttpResponse:
    """Enter an institution and invite its first administrator."""
    form = InstitutionForm(request.POST or None, prefix_of_divisions=places_of(request.user.scope))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():  # an institution that nobody could be invited into would stand in the way
                institution = services.open_institution(
                    name=data["institution_name"],
                    kind=InstitutionKind(data["kind"]),
                    credit_code=data["credit_code"],
                    division=data["division"],
                    complaint_phone=data["complaint_phone"],
                    **deed(request),
                )
                services.invite(
                    email=data["email"],
                    name=data["name"],
                    roles=[Role.INSTITUTION_ADMIN],
                    institution=institution,
                    **deed(request),
                )
                return invited(request, data["email"])
        except (Refused, ValidationError) as error:
            put_errors(form, error, {"name": "institution_name"})
    return render(request, "accounts/invite.html", {"form": form, "heading": _("Enter an institution")})


@staff_only(*KEEPERS)
@require_POST
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an invitation back: one's own, one into the own body, or a first administrator's of a body below."""
    invitation = get_object_or_404(Invitation.objects.select_related("institution", "authority"), pk=pk)
    if not may_revoke(request.user, invitation):
        raise Http404
    try:
        services.revoke_invitation(invitation=invitation, **deed(request))
    except Refused as refused:
        return refused_page(request, refused)
    messages.success(request, _("The invitation is taken back."))
    return redirect("accounts:people")


@staff_only(*KEEPERS)
@require_http_methods(["GET", "POST"])
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """One account: its duties, and what can be done with it. POST changes the duties."""
    who = get_object_or_404(people_for(request).distinct(), pk=pk)
    kind = body_kind(who.institution, who.authority)
    held = list(who.user_roles.values_list("role", flat=True))
    form = RolesForm(request.POST or None, roles=ROLES_OF[kind], initial={"roles": held})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_roles(person=who, roles=form.chosen_roles(), **deed(request))
        except NotAllowed as refused:
            return refused_page(request, refused)
        except Refused as refused:
            put_errors(form, refused)
        else:
            messages.success(request, _("The duties are changed."))
            return redirect("accounts:person", pk=pk)
    context = {
        "who": who,
        "form": form,
        "close_form": CloseForm(person=who),
        "may_change": may_look_after(request.user, who) and not who.closed_at,
        "open_work": open_work(who).total,
        "live_keys": ApiKey.objects.filter(made_by=who).live(timezone.now()).count(),
        "has_factor": Authenticator.objects.filter(user=who, type__in=PRIMARY).exists(),
    }
    return render(request, "accounts/person.html", context)


@staff_only(*KEEPERS)
@require_POST
def reset(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the second factor away, so that the person can set up a new phone."""
    who = get_object_or_404(people_for(request).distinct(), pk=pk)
    try:
        services.reset_second_factor(person=who, **deed(request))
    except Refused as refused:
        return refused_page(request, refused)
    messages.success(request, _("The second factor is reset. It is set up anew at the next sign-in."))
    return redirect("accounts:person", pk=pk)


@staff_only(*KEEPERS)
@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close the account and hand the open work on."""
    who = get_object_or_404(people_for(request).distinct(), pk=pk)
    form = CloseForm(request.POST, person=who)
    try:
        if not form.is_valid():
            raise Refused("unfit_successor", _("Please choose an open account of the same body."))
        services.close_account(person=who, successor=form.cleaned_data["successor"], **deed(request))
    except Refused as refused:
        return refused_page(request, refused)
    messages.success(request, _("The account is closed."))
    return redirect("accounts:people")


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: name and password, then on to the sign-in. 410 when it holds no more."""
    now = timezone.now()
    try:
        invitation = services.find_invitation(token=token, now=now)
        form = AcceptForm(request.POST or None, initial={"name": invitation.name})
        if request.method == "POST" and form.is_valid():
            try:
                services.accept_invitation(
                    token=token,
                    name=form.cleaned_data["name"],
                    password=form.cleaned_data["password"],
                    now=now,
                    address=client_address(request),
                    language=Language(reader_of(request).language),
                )
            except ValidationError as error:
                for words in error.messages:
                    form.add_error("password", words)
            else:
                messages.success(request, _("Your account is open. Please sign in and set up your second factor."))
                return redirect("account_login")
    except Refused as refused:
        page = {"heading": _("This link opens nothing"), "text": refused.message}
        return render(request, "staff/refused.html", page, status=404 if refused.code == "unknown" else 410)
    return render(request, "accounts/accept.html", {"form": form, "invitation": invitation})
