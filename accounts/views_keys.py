"""Keys of other systems, for the administrator of the institution or authority: list, make (shown once), revoke."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.api_keys import LONGEST_DAYS, make_api_key, revoke_api_key
from accounts.doors import StaffRequest, staff_only
from accounts.key_reads import ApiKeyQuerySet
from accounts.key_scopes import SCOPES_OF, ApiScope
from accounts.models import ApiKey, KeyOwner
from accounts.models.api_key import body_of
from accounts.refusals import Refused
from accounts.roles import BodyKind, Role
from edge.address import client_address
from edge.fields import CleanText
from edge.reader import reader_of

MOST_SHOWN = 100
"""Keys on the page, newest first; older ones are revoked or expired long ago."""


class KeyForm(forms.Form):
    """A key that is to be made."""

    use_required_attribute = False

    name = CleanText(
        label=pgettext_lazy("thing", "Name"), max_length=60, help_text=gettext_lazy("Which system will use it?")
    )
    scopes = forms.MultipleChoiceField(label=gettext_lazy("What it may do"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=gettext_lazy("Valid for how many days"), min_value=1, max_value=LONGEST_DAYS, initial=180
    )

    def __init__(self, data: Any = None, *, body: BodyKind) -> None:
        """A form that offers what keys of this sort of body can be good for."""
        super().__init__(data)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [(scope.value, scope.label) for scope in SCOPES_OF[body]]


KEEPERS = (Role.INSTITUTION_ADMIN, Role.AUTHORITY_ADMIN)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*KEEPERS)
def key_list(request: StaffRequest) -> HttpResponse:
    """The keys of the own body; a POST makes one and shows its text this once."""
    owner = own_body(request)
    form = KeyForm(request.POST or None, body=body_of(owner))
    if request.method == "POST" and form.is_valid():
        made = key_made(request, form, owner, back=reader_of(request).keep(reverse("keys")))
        if made is not None:
            return made
    keys = ApiKey.objects.visible_to(request.user.scope)
    status = 400 if form.errors else 200
    context = {"lines": key_lines(keys), "form": form, "body": body_of(owner).value}
    return render(request, "staff/keys.html", context, status=status)


@require_POST
@staff_only(*KEEPERS)
def key_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """Revoke one key of the own body; another body's is not there (404)."""
    keys = ApiKey.objects.visible_to(request.user.scope).select_related("institution", "authority", "platform")
    key = get_object_or_404(keys, pk=pk)
    revoke_api_key(key=key, actor=request.user, now=timezone.now(), address=client_address(request))
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return HttpResponseRedirect(reverse("keys"))


def own_body(request: StaffRequest) -> KeyOwner:
    """The institution or authority of whoever asks; the door lets nobody else in."""
    body = request.user.institution or request.user.authority
    assert body is not None
    return body


def key_made(request: StaffRequest, form: KeyForm, owner: KeyOwner, *, back: str) -> HttpResponse | None:
    """Make the key of a valid form and show its text this once; None if it was refused, with words in the form."""
    try:
        key, token = make_api_key(
            owner=owner,
            **form.cleaned_data,
            actor=request.user,
            now=timezone.now(),
            address=client_address(request),
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return None
    return render(request, "staff/key_made.html", {"key": key, "token": token, "back": back})


def key_lines(keys: ApiKeyQuerySet) -> list[dict[str, Any]]:
    """The newest keys as the page shows them. One query."""
    now = timezone.now()
    labels = dict(ApiScope.choices)
    return [
        {"key": key, "scopes": [labels.get(scope, scope) for scope in key.scopes], "state": state_of(key, now)}
        for key in keys.select_related("made_by")[:MOST_SHOWN]
    ]


def state_of(key: ApiKey, now: datetime) -> str:
    """`live`, `revoked` or `expired`."""
    if key.revoked_at:
        return "revoked"
    return "live" if key.expires_at > now else "expired"
