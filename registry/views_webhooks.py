"""Web hooks, for the administrator of the institution: list, add (the secret is shown once), try, resume, remove.

The operator keeps those of platforms on the platform's page (`registry.views_platforms`) by the same steps.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import StaffRequest, staff_only
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from directory.models import Institution
from edge.address import client_address
from edge.reader import reader_of
from notifications.models import HookOwner, WebhookEndpoint
from notifications.querysets import WebhookEndpointQuerySet
from notifications.webhook_address import LONGEST_URL
from notifications.webhooks import MOST_ENDPOINTS, BadAddress, TooManyEndpoints
from registry.refusals import NotAllowed
from registry.services.webhooks import add_webhook, remove_webhook, resume_webhook, try_webhook


class WebhookForm(forms.Form):
    """A web hook that is to be added."""

    use_required_attribute = False

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST_URL,
        help_text=gettext_lazy("Of your own system, by https, such as https://his.example.org/hooks."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )


KEEPERS = (Role.INSTITUTION_ADMIN, Role.SYSTEM_ADMIN)
"""Who keeps web hooks: of the own institution; of platforms."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Role.INSTITUTION_ADMIN)
def webhooks(request: StaffRequest) -> HttpResponse:
    """The web hooks of the institution; a POST adds one and shows its secret this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        institution = Institution.objects.get(pk=request.user.scope.institution_id)
        added = webhook_added(request, form, institution, back=reverse("webhooks"))
        if added is not None:
            return added
    own = WebhookEndpoint.objects.of(request.user.scope.institution_id)
    status = 400 if form.errors else 200
    return render(request, "staff/webhooks.html", {"lines": hook_lines(own), "form": form}, status=status)


def webhook_added(request: StaffRequest, form: WebhookForm, owner: HookOwner, *, back: str) -> HttpResponse | None:
    """Add the web hook of a valid form and show its secret this once; None if refused, with words in the form."""
    try:
        endpoint, secret = add_webhook(owner=owner, url=form.cleaned_data["url"], **by(request))
    except BadAddress as error:
        form.add_error("url", str(error.message))
    except TooManyEndpoints:
        words = _("There are %(count)d web hooks already. Remove one first.")
        form.add_error(None, words % {"count": MOST_ENDPOINTS})
    else:
        shown = {"host": host_of(endpoint), "secret": secret, "back": reader_of(request).keep(back)}
        return render(request, "staff/webhook_added.html", shown)
    return None


@require_POST
@staff_only(*KEEPERS)
def try_one(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a trial event; what became of it stands in the list a moment later."""
    return act(request, pk, try_webhook, gettext_lazy("A trial is on its way. Load this page again in a moment."))


@require_POST
@staff_only(*KEEPERS)
def resume(request: StaffRequest, pk: int) -> HttpResponse:
    """Use a web hook again that had stopped."""
    return act(request, pk, resume_webhook, gettext_lazy("The web hook is in use again."))


@require_POST
@staff_only(*KEEPERS)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a web hook."""
    return act(request, pk, remove_webhook, gettext_lazy("The web hook was removed."))


def act(request: StaffRequest, pk: int, service: Callable[..., Any], done: Promise) -> HttpResponse:
    """One step on one web hook that the person keeps; another institution's is not there (404)."""
    kept = kept_by(request.user.scope).select_related("institution", "platform")
    endpoint = get_object_or_404(kept, pk=pk)
    back = reverse("platform", args=[endpoint.platform_id]) if endpoint.platform_id else reverse("webhooks")
    try:
        service(endpoint=endpoint, **by(request))
    except NotAllowed:
        shown = {
            "heading": _("This web hook has stopped"),
            "text": _("Your system answered that it wants no more. Resume the web hook first."),
            "back": back,
        }
        return render(request, "staff/refused.html", shown, status=409)
    messages.success(request, str(done))
    return HttpResponseRedirect(back)


def by(request: StaffRequest) -> dict[str, Any]:
    """What every write is told of who does it."""
    return {"actor": request.user, "now": timezone.now(), "address": client_address(request)}


def kept_by(scope: Scope) -> WebhookEndpointQuerySet:
    """The web hooks a person keeps: those of platforms for the operator, else those of the own institution."""
    if scope.body is BodyKind.SYSTEM:
        return WebhookEndpoint.objects.filter(platform__isnull=False)
    return WebhookEndpoint.objects.of(scope.institution_id)


def hook_lines(hooks: WebhookEndpointQuerySet) -> list[dict[str, Any]]:
    """The web hooks as the page shows them."""
    return [{"endpoint": endpoint, "host": host_of(endpoint), "tone": tone_of(endpoint)} for endpoint in hooks]


def host_of(endpoint: WebhookEndpoint) -> str:
    """What of an address is shown: the rest may hold a password."""
    url: str = endpoint.url
    return urlsplit(url).netloc


def tone_of(endpoint: WebhookEndpoint) -> str:
    """How the last sending went: good, bad (mind), or none yet (plain)."""
    if endpoint.tried_at is None:
        return "plain"
    delivered: datetime | None = endpoint.delivered_at
    return "good" if delivered == endpoint.tried_at else "mind"
