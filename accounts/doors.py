"""Who may pass to a staff page: signed in, second factor passed, account and body open, the right duty.

Every staff view wears `staff_only(...)`; programs ask `door_of(request, *roles)` and answer in their own form.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from directory.models import Institution

Arguments = ParamSpec("Arguments")

SECOND_FACTOR_KEY = "second_factor_of"
"""Session key: the primary key of the person who passed a second factor in this session."""


class StaffRequest(HttpRequest):
    """A request behind `staff_only`: the person is known and in duty."""

    user: User


class Door(Enum):
    """What somebody at the door is told."""

    OPEN = "open"
    SIGN_IN = "sign_in"
    """Nobody is signed in."""
    ENROL = "enrol"
    """The password was right, but no second factor was passed: only enrolling one is possible."""
    CLOSED = "closed"
    """The account has no body or no duty, or the body is closed."""
    OTHER_DUTY = "other_duty"
    """The page is for another duty than the person's."""


WORDS = {
    Door.CLOSED: (
        _("Your account is not open for work"),
        _(
            "Your account has no duty, or your body is closed in this service. Please ask the administrator of your "
            "body, or of the authority above it."
        ),
    ),
    Door.OTHER_DUTY: (
        _("This page belongs to another duty"),
        _(
            "You are signed in, but this page is for people with another duty. If it should be yours, please ask the "
            "administrator of your body."
        ),
    ),
}


def pass_second_factor(request: HttpRequest, user: User) -> None:
    """Note in the session that `user` has just shown, or set up, a second factor."""
    request.session[SECOND_FACTOR_KEY] = user.pk


def has_passed_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in person passed a second factor in this very session."""
    return request.user.is_authenticated and request.session.get(SECOND_FACTOR_KEY) == request.user.pk


def is_institution_open(institution: Institution) -> bool:
    """Whether the institution works today (Asia/Shanghai)."""
    return institution.is_open_on(timezone.localdate())


def is_body_open(user: User) -> bool:
    """Whether the person's body works today (Asia/Shanghai), or is the operator of the service."""
    if user.institution:
        return is_institution_open(user.institution)
    return user.authority.is_active if user.authority else True


def door_of(request: HttpRequest, *roles: Role) -> Door:
    """What the person of this request is told at a page for `roles` (any duty, if none is named)."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return Door.SIGN_IN
    if not has_passed_second_factor(request):
        return Door.ENROL
    if not user.scope.roles or not is_body_open(user):
        return Door.CLOSED
    return Door.OPEN if not roles or user.scope.has(*roles) else Door.OTHER_DUTY


def staff_only(
    *roles: Role,
) -> Callable[
    [Callable[Concatenate[StaffRequest, Arguments], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase],
]:
    """Decorator of a view: let in whoever is signed in with a second factor and holds one of `roles` (any if none).

    Otherwise: to the sign-in and back here (302), to the enrolment (302), or a page that says why not (403).
    Nothing of it is kept by a browser or proxy (`Cache-Control: no-store`).
    """

    def guarded(
        view: Callable[Concatenate[StaffRequest, Arguments], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]:
        @wraps(view)
        def at_the_door(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
            door = door_of(request, *roles)
            # An open door has just shown that the user is one of ours: the class of the request only names it.
            answer = view(request, *args, **kwargs) if door is Door.OPEN else refusal(request, door)  # type: ignore[arg-type]
            answer["Cache-Control"] = "no-store"
            return answer

        return at_the_door

    return guarded


def second_factor_only(
    view: Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]:
    """Decorator of a page of the own account: signed in and past the second factor, whatever the duty."""

    @wraps(view)
    def at_the_door(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
        door = door_of(request)
        refused = door in {Door.SIGN_IN, Door.ENROL}
        answer = refusal(request, door) if refused else view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    return at_the_door


def refusal(request: HttpRequest, door: Door) -> HttpResponse:
    """The answer of a closed door."""
    if door is Door.SIGN_IN:
        return to_page_and_back(request, "account_login")
    if door is Door.ENROL:
        return to_page_and_back(request, "mfa_activate_totp")
    heading, text = WORDS[door]
    return render(request, "staff/refused.html", {"heading": heading, "text": text}, status=403)


def to_page_and_back(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """To the page called `name`, which leads back: to this page, or to the form a lost POST came from."""
    where = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        came_from = urlsplit(request.headers.get("Referer", ""))
        where = came_from.path if came_from.netloc == request.get_host() else ""
    query = f"?{urlencode({REDIRECT_FIELD_NAME: where})}" if where else ""
    return HttpResponseRedirect(reverse(name) + query)
