"""The forms of people and invitations. Rules that need the database are the services'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Language, User
from accounts.roles import Role
from directory.kinds import InstitutionKind
from directory.models import Division
from edge.fields import CleanText


def roles_field(roles: Iterable[Role]) -> forms.MultipleChoiceField:
    """A box to tick for each duty that the body can give, in the order of the list of duties."""
    given = set(roles)
    choices = [(role.value, role.label) for role in Role if role in given]
    return forms.MultipleChoiceField(label=_("Duties"), choices=choices, widget=forms.CheckboxSelectMultiple)


class InviteForm(forms.Form):
    """Whom to invite, and for which duties."""

    email = forms.EmailField(label=_("Work e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = CleanText(
        label=pgettext_lazy("person", "Name"), max_length=50, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"] = roles_field(roles)

    def chosen_roles(self) -> list[Role]:
        """The duties that were ticked."""
        return [Role(role) for role in self.cleaned_data["roles"]]


class FirstAdminForm(forms.Form):
    """The first administrator of another body: the duty is given."""

    email = forms.EmailField(label=_("Work e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = CleanText(
        label=pgettext_lazy("person", "Name"), max_length=50, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class InstitutionForm(FirstAdminForm):
    """An institution that is entered together with the invitation of its administrator."""

    field_order = ("institution_name", "kind", "credit_code", "division", "complaint_phone", "name", "email")
    institution_name = CleanText(label=_("Name of the institution"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=InstitutionKind.choices)
    credit_code = forms.CharField(label=_("Unified social credit code"), max_length=30)
    division = forms.ModelChoiceField(label=_("Division"), queryset=Division.objects.none(), empty_label=_("Choose"))
    complaint_phone = forms.CharField(label=_("Complaint phone"), max_length=30)

    def __init__(self, *args: Any, prefix_of_divisions: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        division = self.fields["division"]
        if isinstance(division, forms.ModelChoiceField) and prefix_of_divisions is not None:
            division.queryset = Division.objects.open().filter(code__startswith=prefix_of_divisions)
        self.fields["name"].label = _("Name of its administrator")
        self.fields["email"].label = _("Work e-mail of its administrator")


class RolesForm(forms.Form):
    """Which duties somebody holds from now on."""

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"] = roles_field(roles)

    def chosen_roles(self) -> list[Role]:
        """The duties that were ticked."""
        return [Role(role) for role in self.cleaned_data["roles"]]


class CloseForm(forms.Form):
    """Who takes over; only asked where there is somebody who could."""

    successor = forms.ModelChoiceField(
        label=_("Who takes over the open work"), queryset=User.objects.none(), required=False
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        if isinstance(field, forms.ModelChoiceField):
            same = User.objects.filter(institution=person.institution, authority=person.authority, is_active=True)
            field.queryset = same.exclude(pk=person.pk).order_by("name", "pk")


class LanguageForm(forms.Form):
    """In which language to be spoken to."""

    language = forms.ChoiceField(
        label=_("Language of pages and mails"), choices=Language.choices, widget=forms.RadioSelect
    )

    def chosen(self) -> Language:
        """What was chosen."""
        return Language(self.cleaned_data["language"])


class AcceptForm(forms.Form):
    """Name and password of a new account."""

    name = CleanText(label=_("Your name"), max_length=50, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        help_text=_(
            "12 characters or more. Several words that do not belong together are strong and easy to remember."
        ),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords are one."""
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two passwords differ. Please type the same one twice."))
        return data
