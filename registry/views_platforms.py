"""Partner platforms, for the operator of the service: list, enter, put right, close, their keys and web hooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.api_keys import revoke_api_key
from accounts.doors import StaffRequest, staff_only
from accounts.models import ApiKey
from accounts.roles import BodyKind, Role
from accounts.views_keys import KeyForm, key_lines, key_made
from directory.kinds import PlatformKind
from directory.models import Division, Platform
from edge.address import client_address
from edge.fields import CleanText
from edge.reader import reader_of
from notifications.models import WebhookEndpoint
from registry.refusals import NotAllowed
from registry.services.platforms import NameTaken, add_platform, change_platform, close_platform, reopen_platform
from registry.views_webhooks import WebhookForm, by, hook_lines, webhook_added

MOST_SHOWN = 200
"""Platforms on the page; a country has one of a kind in each city at most, and this service serves a region."""


class PlatformForm(forms.Form):
    """A platform that is to be entered or put right."""

    use_required_attribute = False

    name = CleanText(label=pgettext_lazy("thing", "Name"), max_length=100)
    kind = forms.TypedChoiceField(label=gettext_lazy("Kind"), choices=PlatformKind.choices, coerce=PlatformKind)
    division = forms.ModelChoiceField(
        label=gettext_lazy("Answers for"),
        queryset=Division.objects.open().filter(level__lte=Division.Level.PREFECTURE).order_by("code"),
        required=False,
        empty_label=gettext_lazy("The whole country"),
        help_text=gettext_lazy("A province or city; none for a national platform."),
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("Contact e-mail"), help_text=gettext_lazy("Whom to write to when the connection fails.")
    )

    @classmethod
    def of(cls, platform: Platform, data: QueryDict | None) -> PlatformForm:
        """The form of a platform that is there; its division can be kept though it was closed since."""
        kept = {name: getattr(platform, name) for name in ("name", "kind", "division", "contact_email")}
        form = cls(data, initial=kept)
        own = Q(pk=platform.division_id)
        offered = Q(pk__in=Division.objects.open().filter(level__lte=Division.Level.PREFECTURE).values("pk"))
        field = form.fields["division"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Division.objects.filter(own | offered).order_by("code")
        return form


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Role.SYSTEM_ADMIN)
def platforms(request: StaffRequest) -> HttpResponse:
    """Every platform with its live keys and when it last spoke; a POST enters one."""
    form = PlatformForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_platform(**form.cleaned_data, **by(request))
        except NameTaken:
            form.add_error("name", _("A platform of this name is entered already."))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("platform", pk=added.pk)
    live = Q(api_keys__revoked_at=None, api_keys__expires_at__gt=timezone.now())
    rows = Platform.objects.select_related("division").annotate(
        live_keys=Count("api_keys", filter=live), last_spoke=Max("api_keys__last_used_at")
    )
    context = {"rows": rows.order_by("-is_active", "name")[:MOST_SHOWN], "form": form}
    return render(request, "staff/platforms.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
@staff_only(Role.SYSTEM_ADMIN)
def platform(request: StaffRequest, pk: int) -> HttpResponse:
    """One platform: its facts, keys and web hooks. Nothing of its complaints."""
    return page(request, platform_at(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Role.SYSTEM_ADMIN)
def platform_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """The facts of one platform as a form; a POST puts them right, 400 with what was typed where that will not do."""
    owner = platform_at(pk)
    form = PlatformForm.of(owner, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and changed(request, owner, form):
        return HttpResponseRedirect(address_of(request, owner))
    context = {"platform": owner, "form": form}
    return render(request, "staff/platform_edit.html", context, status=400 if form.errors else 200)


def changed(request: StaffRequest, owner: Platform, form: PlatformForm) -> bool:
    """Put the facts right as the form says; False, with words in the form, where they will not do."""
    try:
        done = change_platform(platform=owner, **form.cleaned_data, **by(request))
    except NameTaken:
        form.add_error("name", _("A platform of this name is entered already."))
    except ValidationError as error:
        form.add_error(None, error)
    else:
        messages.success(request, _("The platform was changed.") if done else _("Nothing was changed."))
    return not form.errors


@require_POST
@staff_only(Role.SYSTEM_ADMIN)
def platform_key(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a key of the platform and show its text this once."""
    owner = platform_at(pk)
    form = KeyForm(request.POST, body=BodyKind.PLATFORM)
    made = key_made(request, form, owner, back=address_of(request, owner)) if form.is_valid() else None
    return made or page(request, owner, key_form=form)


@require_POST
@staff_only(Role.SYSTEM_ADMIN)
def platform_key_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """Revoke a key of a platform; a key of anybody else is not there (404)."""
    keys = ApiKey.objects.visible_to(request.user.scope).select_related("institution", "authority", "platform")
    key = get_object_or_404(keys, pk=pk)
    revoke_api_key(key=key, actor=request.user, now=timezone.now(), address=client_address(request))
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("platform", pk=key.platform_id)


@require_POST
@staff_only(Role.SYSTEM_ADMIN)
def platform_webhook(request: StaffRequest, pk: int) -> HttpResponse:
    """Add a web hook of the platform and show its secret this once."""
    owner = platform_at(pk)
    form = WebhookForm(request.POST)
    back = reverse("platform", args=[owner.pk])
    added = webhook_added(request, form, owner, back=back) if form.is_valid() else None
    return added or page(request, owner, hook_form=form)


@require_POST
@staff_only(Role.SYSTEM_ADMIN)
def platform_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a platform in no more."""
    return switch(request, pk, close_platform, gettext_lazy("The platform is closed: its keys open nothing."))


@require_POST
@staff_only(Role.SYSTEM_ADMIN)
def platform_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a platform in again."""
    return switch(request, pk, reopen_platform, gettext_lazy("The platform is open again."))


def switch(request: StaffRequest, pk: int, service: Callable[..., Platform], done: Promise) -> HttpResponse:
    """Close or open, and back to the page; what somebody else has done meanwhile is told (409)."""
    owner = platform_at(pk)
    try:
        service(platform=owner, **by(request))
    except NotAllowed:
        shown = {
            "heading": _("This was not done"),
            "text": _("Somebody did this a moment ago. Please look at the platform again."),
            "back": address_of(request, owner),
        }
        return render(request, "staff/refused.html", shown, status=409)
    messages.success(request, str(done))
    return HttpResponseRedirect(address_of(request, owner))


def platform_at(pk: int) -> Platform:
    """The platform, or 404. The operator sees all of them."""
    return get_object_or_404(Platform.objects.select_related("division"), pk=pk)


def address_of(request: StaffRequest, owner: Platform) -> str:
    """The platform's page, in the reader's language."""
    return reader_of(request).keep(reverse("platform", args=[owner.pk]))


def page(
    request: StaffRequest,
    owner: Platform,
    *,
    key_form: KeyForm | None = None,
    hook_form: WebhookForm | None = None,
) -> HttpResponse:
    """The page with its forms as they stand; 400 where one of them is wrong."""
    forms_here: dict[str, Any] = {
        "key_form": key_form or KeyForm(body=BodyKind.PLATFORM),
        "hook_form": hook_form or WebhookForm(),
    }
    context = {
        "platform": owner,
        "key_lines": key_lines(ApiKey.objects.visible_to(request.user.scope).filter(platform=owner)),
        "hook_lines": hook_lines(WebhookEndpoint.objects.of_platform(owner.pk)),
        **forms_here,
    }
    is_wrong = any(form.errors for form in forms_here.values())
    return render(request, "staff/platform.html", context, status=400 if is_wrong else 200)
