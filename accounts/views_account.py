"""The own account, beside how one signs in: the language of pages and mails."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.doors import second_factor_only
from accounts.forms_people import LanguageForm
from accounts.models import User
from edge.address import client_address


@second_factor_only
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language in which pages and mails speak to the person."""
    person = request.user
    assert isinstance(person, User)  # whom the decorator lets in
    form = LanguageForm(request.POST or None, initial={"language": person.language})
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen()
        services.choose_language(person=person, language=chosen, now=timezone.now(), address=client_address(request))
        with translation.override(chosen):
            messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("mfa_index"))
    return render(request, "accounts/language.html", {"form": form}, status=422 if form.errors else 200)
