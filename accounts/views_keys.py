"""Keys of hospital systems, for the administrator of the institution: list, make (shown once), revoke."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.api_keys import LONGEST_DAYS, make_api_key, revoke_api_key
from accounts.doors import StaffRequest, staff_only
from accounts.models import ApiKey, ApiScope
from accounts.refusals import Refused
from accounts.roles import Role
from directory.models import Institution
from edge.address import client_address

MOST_SHOWN = 100
"""Keys on the page, newest first; older ones are revoked or expired long ago."""


class KeyForm(forms.Form):
    """A key that is to be made."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("Which system will use it?")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), choices=ApiScope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=gettext_lazy("Valid for how many days"), min_value=1, max_value=LONGEST_DAYS, initial=180
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Role.INSTITUTION_ADMIN)
def key_list(request: StaffRequest) -> HttpResponse:
    """The keys of the institution; a POST makes one and shows its text this once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key, token = make_api_key(
                institution=Institution.objects.get(pk=request.user.scope.institution_id),
                **form.cleaned_data,
                actor=request.user,
                now=timezone.now(),
                address=client_address(request),
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return render(request, "staff/key_made.html", {"key": key, "token": token})
    return key_page(request, form)


@require_POST
@staff_only(Role.INSTITUTION_ADMIN)
def key_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """Revoke one key of the own institution; another institution's is not there (404)."""
    key = get_object_or_404(ApiKey.objects.visible_to(request.user.scope).select_related("institution"), pk=pk)
    revoke_api_key(key=key, actor=request.user, now=timezone.now(), address=client_address(request))
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return HttpResponseRedirect(reverse("keys"))


def key_page(request: StaffRequest, form: KeyForm) -> HttpResponse:
    """The list, and the form as it stands."""
    now = timezone.now()
    keys = ApiKey.objects.visible_to(request.user.scope).select_related("made_by")[:MOST_SHOWN]
    labels = dict(ApiScope.choices)
    lines = [
        {"key": key, "scopes": [labels.get(scope, scope) for scope in key.scopes], "state": state_of(key, now)}
        for key in keys
    ]
    status = 400 if form.errors else 200
    return render(request, "staff/keys.html", {"lines": lines, "form": form}, status=status)


def state_of(key: ApiKey, now: datetime) -> str:
    """`live`, `revoked` or `expired`."""
    if key.revoked_at:
        return "revoked"
    return "live" if key.expires_at > now else "expired"
