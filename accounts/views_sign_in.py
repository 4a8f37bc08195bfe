"""The pages of signing in and of the own second factor: the library's, behind our doors and with our words."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.views import AccountInactiveView, LoginView, LogoutView, PasswordChangeView, ReauthenticateView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as CodeAgain
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView as PasskeyAgain
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.doors import has_passed_second_factor, pass_second_factor, second_factor_only, to_page_and_back
from accounts.forms_sign_in import EnrolForm
from accounts.models import User
from accounts.second_factor import forget_secret, has_second_factor, remember_step
from accounts.waiting import status_of
from edge.address import client_address

AFTER_ENROLMENT = "after_enrolment"
"""Session key: where a person wanted to go who first had to set up a second factor."""


class SignInView(LoginView):  # type: ignore[misc]  # the library has no types
    """Work e-mail and password."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again; 429 for somebody who must wait."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=status_of(form))
        return response


class SignOutView(LogoutView):  # type: ignore[misc]
    """Sign out, after a click that means it."""


class CodeView(AuthenticateView):  # type: ignore[misc]
    """The second factor at sign-in."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again; 429 for somebody who must wait."""
        response: HttpResponse = self.render_to_response(self.get_context_data(), status=status_of(form))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a passkey can be used at all."""
        user = self.stage.login.user
        has = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
        return {**super().get_context_data(**kwargs), "has_passkey": has}


def only_own(request: HttpRequest) -> HttpResponseBase | None:
    """Turn away whoever may not set up a second factor in this session; None for whoever may.

    A session that began before the person enrolled elsewhere must show that factor first: otherwise a stolen
    password could replace it.
    """
    user = request.user
    if not isinstance(user, User):
        return to_page_and_back(request, "account_login")
    if has_second_factor(user) and not has_passed_second_factor(request):
        logout(request)
        return to_page_and_back(request, "account_login")
    return None


def keep_aim(request: HttpRequest) -> None:
    """Remember where the person wanted to go, if it is one of our own addresses."""
    aim = request.GET.get("next", "")
    if aim and url_has_allowed_host_and_scheme(aim, {request.get_host()}, require_https=request.is_secure()):
        request.session[AFTER_ENROLMENT] = aim


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class EnrolView(ActivateTOTPView):  # type: ignore[misc]
    """Set up a phone as second factor, or replace the one that is set up."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Anybody with a password whose account has no second factor yet; others only past their second factor."""
        keep_aim(request)
        # Past the library's own dispatch, which refuses to replace a phone in one step.
        answer: HttpResponseBase = only_own(request) or super(ActivateTOTPView, self).dispatch(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same secret again, so that the phone need not scan twice; 429 for somebody who must wait."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=status_of(form))
        return response

    def form_valid(self, form: EnrolForm) -> HttpResponse:
        """The new phone in place of the old one, whole or not at all."""
        user = form.user
        with transaction.atomic():
            for old in Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP):
                forget_secret(old)
                old.delete()
            response: HttpResponse = super().form_valid(form)
            remember_step(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP), form.step)
        pass_second_factor(self.request, user)
        self.request.session.cycle_key()
        return response


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class AddPasskeyView(AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey or a security key. Needs a script: the browser talks to the key."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As for a phone."""
        keep_aim(request)
        answer: HttpResponseBase = only_own(request) or super().dispatch(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        """A key that was just shown is a second factor passed."""
        response: HttpResponse = super().form_valid(form)
        pass_second_factor(self.request, form.user)
        self.request.session.cycle_key()
        return response


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]
    """Take a key away, unless it is the only second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or say why not."""
        key = self.get_object()
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(key):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(reverse("mfa_index"))
        response: HttpResponse = super().form_valid(form)
        return response

    def get_success_url(self) -> str:
        """Back to the overview."""
        return reverse("mfa_index")


class RecoveryCodesView(ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes: once, right after they were made."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where to go on."""
        aim = self.request.session.pop(AFTER_ENROLMENT, "") or reverse("mfa_index")
        return {**super().get_context_data(**kwargs), "go_on": aim}


class OwnSessionsView(ListUserSessionsView):  # type: ignore[misc]
    """Where the person is signed in, and the way out everywhere else."""

    def form_valid(self, form: Any) -> HttpResponse:
        """End the other sessions, on record; then back to the list."""
        services.end_other_sessions(
            person=self.request.user,
            kept=self.request.session.session_key or "",
            now=timezone.now(),
            address=client_address(self.request),
        )
        get_account_adapter().add_message(self.request, messages.INFO, "usersessions/messages/sessions_logged_out.txt")
        return HttpResponseRedirect(self.get_success_url())


def page(view: Any) -> Any:
    """A page and its form, nothing else: the library's views would take PUT for POST."""
    return require_http_methods(["GET", "HEAD", "POST"])(view.as_view())


def own(view: Any) -> Any:
    """A page of the own account, past the second factor."""
    return second_factor_only(page(view))


sign_in = page(SignInView)
sign_out = page(SignOutView)
closed = page(AccountInactiveView)
code = page(CodeView)
enrol = page(EnrolView)
add_passkey = page(AddPasskeyView)
remove_passkey = own(RemovePasskeyView)
recovery_codes = own(RecoveryCodesView)
new_recovery_codes = own(GenerateRecoveryCodesView)
second_factor = own(IndexView)
change_password = own(PasswordChangeView)
own_sessions = own(OwnSessionsView)
password_again = page(ReauthenticateView)
code_again = own(CodeAgain)
passkey_again = own(PasskeyAgain)
