"""The pages of a forgotten password: the library's, behind our forms and with our words."""

from __future__ import annotations

from typing import Any

from allauth.account.views import (
    PasswordResetDoneView,
    PasswordResetFromKeyDoneView,
    PasswordResetFromKeyView,
    PasswordResetView,
)
from django.conf import settings
from django.http import HttpResponse

from accounts.refusals import Refused
from accounts.views_sign_in import page
from accounts.waiting import status_of


class ForgottenView(PasswordResetView):  # type: ignore[misc]  # the library has no types
    """Ask for a link."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again; 429 for somebody who must wait."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=status_of(form))
        return response


class LinkSentView(PasswordResetDoneView):  # type: ignore[misc]
    """What happens next, in the same words for everybody."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How long the link holds."""
        return {**super().get_context_data(**kwargs), "minutes": settings.ENV.RESET_LINK_MINUTES}


class ChoosePasswordView(PasswordResetFromKeyView):  # type: ignore[misc]
    """The link: at first it moves its token out of the address, then it takes the new password. 410 once it is over."""

    def form_valid(self, form: Any) -> HttpResponse:
        """On to the end; or the page of a link that was used meanwhile."""
        try:
            response: HttpResponse = super().form_valid(form)
        except Refused:
            return self.render_to_response(self.get_context_data(form=form, token_fail=True))
        return response

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        """The page; gone if the link holds no more."""
        if context.get("token_fail"):
            options["status"] = 410
        response: HttpResponse = super().render_to_response(context, **options)
        return response


forgotten = page(ForgottenView)
link_sent = page(LinkSentView)
choose_password = page(ChoosePasswordView)
password_chosen = page(PasswordResetFromKeyDoneView)
