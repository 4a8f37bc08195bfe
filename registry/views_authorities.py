"""The authorities, for the operator of the service: who has an administrator, and the way to invite one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.models import User
from accounts.roles import Role
from directory.kinds import AuthorityKind
from directory.models import Authority
from edge.text import cleaned
from registry.keyset import BadPlace, Order
from registry.lists import Listed, changed, listed

BY_NAME = Order("name")
KEPT = Exists(User.objects.holding(Role.AUTHORITY_ADMIN).filter(authority=OuterRef("pk")))
"""Somebody looks after the authority's accounts."""


class AuthorityFilter(forms.Form):
    """What the list of authorities is narrowed by."""

    q = forms.CharField(
        label=_("Part of the name"), required=False, max_length=60, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any")), *AuthorityKind.choices])
    admin = forms.ChoiceField(
        label=_("Administrator"),
        required=False,
        choices=[("", _("Any")), ("yes", _("there is one")), ("no", _("none"))],
    )

    def narrowed(self, rows: QuerySet[Authority]) -> QuerySet[Authority]:
        """The authorities among `rows` that answer to what was asked."""
        asked = self.cleaned_data
        if asked["q"]:
            rows = rows.filter(name__icontains=cleaned(asked["q"]))
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        if asked["admin"]:
            rows = rows.filter(KEPT if asked["admin"] == "yes" else ~KEPT)
        return rows


def with_admins() -> QuerySet[Authority]:
    """The active authorities, each with whether somebody looks after its accounts."""
    return Authority.objects.active().annotate(has_admin=KEPT).select_related("division__parent")


@require_safe
@staff_only(Role.SYSTEM_ADMIN)
def authorities(request: StaffRequest) -> HttpResponse:
    """The list by name, page by page."""
    form = AuthorityFilter(_asked(request.GET))
    page: dict[str, Any] = {"form": form, "list": Listed[Authority](rows=[], told="")}
    if form.is_valid():
        try:
            page["list"] = listed(form.narrowed(with_admins()), BY_NAME, request.GET)
        except BadPlace:
            return redirect(request.path + changed(request.GET))
    return render(request, "staff/authorities.html", page)


def _asked(query: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(query.get(name, "")) for name in AuthorityFilter.base_fields}
