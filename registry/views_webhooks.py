"""Web hooks, for the administrator of the institution: list, add (the secret is shown once), try, resume, remove."""

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
from accounts.roles import Role
from directory.models import Institution
from edge.address import client_address
from notifications.models import WebhookEndpoint
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


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Role.INSTITUTION_ADMIN)
def webhooks(request: StaffRequest) -> HttpResponse:
    """The web hooks of the institution; a POST adds one and shows its secret this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = add_webhook(
                institution=Institution.objects.get(pk=request.user.scope.institution_id),
                url=form.cleaned_data["url"],
                **by(request),
            )
        except BadAddress as error:
            form.add_error("url", str(error.message))
        except TooManyEndpoints:
            words = _("There are %(count)d web hooks already. Remove one first.")
            form.add_error(None, words % {"count": MOST_ENDPOINTS})
        else:
            shown = {"host": host_of(endpoint), "secret": secret}
            return render(request, "staff/webhook_added.html", shown)
    return page(request, form)


@require_POST
@staff_only(Role.INSTITUTION_ADMIN)
def try_one(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a trial event; what became of it stands in the list a moment later."""
    return act(request, pk, try_webhook, gettext_lazy("A trial is on its way. Load this page again in a moment."))


@require_POST
@staff_only(Role.INSTITUTION_ADMIN)
def resume(request: StaffRequest, pk: int) -> HttpResponse:
    """Use a web hook again that had stopped."""
    return act(request, pk, resume_webhook, gettext_lazy("The web hook is in use again."))


@require_POST
@staff_only(Role.INSTITUTION_ADMIN)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a web hook."""
    return act(request, pk, remove_webhook, gettext_lazy("The web hook was removed."))


def act(request: StaffRequest, pk: int, service: Callable[..., Any], done: Promise) -> HttpResponse:
    """One step on one web hook of the own institution; another institution's is not there (404)."""
    own = WebhookEndpoint.objects.of(request.user.scope.institution_id).select_related("institution")
    endpoint = get_object_or_404(own, pk=pk)
    try:
        service(endpoint=endpoint, **by(request))
    except NotAllowed:
        shown = {
            "heading": _("This web hook has stopped"),
            "text": _("Your system answered that it wants no more. Resume the web hook first."),
            "back": reverse("webhooks"),
        }
        return render(request, "staff/refused.html", shown, status=409)
    messages.success(request, str(done))
    return HttpResponseRedirect(reverse("webhooks"))


def by(request: StaffRequest) -> dict[str, Any]:
    """What every write is told of who does it."""
    return {"actor": request.user, "now": timezone.now(), "address": client_address(request)}


def page(request: StaffRequest, form: WebhookForm) -> HttpResponse:
    """The list, and the form as it stands."""
    own = WebhookEndpoint.objects.of(request.user.scope.institution_id)
    lines = [{"endpoint": endpoint, "host": host_of(endpoint), "tone": tone_of(endpoint)} for endpoint in own]
    status = 400 if form.errors else 200
    return render(request, "staff/webhooks.html", {"lines": lines, "form": form}, status=status)


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
