"""Addresses of signing in, under `/staff/`. The names are the library's own: it looks them up."""

from __future__ import annotations

from django.urls import path, re_path

from accounts import views_forgotten
from accounts import views_sign_in as views

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("login/code/", views.code, name="mfa_authenticate"),
    path("logout/", views.sign_out, name="account_logout"),
    path("closed/", views.closed, name="account_inactive"),
    path("password/", views.change_password, name="account_change_password"),
    path("password/forgotten/", views_forgotten.forgotten, name="account_reset_password"),
    path("password/forgotten/sent/", views_forgotten.link_sent, name="account_reset_password_done"),
    path("password/new/done/", views_forgotten.password_chosen, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>[0-9a-z-]{1,60})/$",
        views_forgotten.choose_password,
        name="account_reset_password_from_key",
    ),
    path("confirm/", views.password_again, name="account_reauthenticate"),
    path("confirm/code/", views.code_again, name="mfa_reauthenticate"),
    path("confirm/passkey/", views.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("second-factor/", views.second_factor, name="mfa_index"),
    path("second-factor/phone/", views.enrol, name="mfa_activate_totp"),
    path("second-factor/codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", views.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/passkey/", views.add_passkey, name="mfa_add_webauthn"),
    path("second-factor/passkey/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("sessions/", views.own_sessions, name="usersessions_list"),
]
