"""The ordinary pages of a complaint: what each shows, and what it makes of an answer.

A page is a pair of functions. `shown` answers a GET; `answered` a POST: it goes on, or shows the page again with
everything as typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from complaints.answers import entry_of, has_contact
from complaints.doorway import may_look_up
from complaints.forms import (
    AuthorityForm,
    ChargeForm,
    ConsentForm,
    ContactForm,
    DifferencesForm,
    KindForm,
    PlaceForm,
    RideForm,
    StoryForm,
    VehicleForm,
    WishForm,
)
from complaints.forms_when import WhenForm
from complaints.hints import HINTS
from complaints.kinds import FACTS, Kind, Nature
from complaints.places import full_name, groups_of, provinces
from complaints.services import save_answers
from complaints.steps import Step
from complaints.vehicles import posted_price_for, tariff_of, waiting_hours
from complaints.walk import BACK, TO_REVIEW, Walk, keep_and_proceed, show
from directory.formats import BadFormat, check_plate
from directory.models import Institution, PostedPrice
from directory.prices import estimate

PROVINCE = "province"
CHANGE = "change"


@dataclass(frozen=True)
class Page:
    """The two doors of a page."""

    shown: Callable[[Walk], HttpResponse]
    answered: Callable[[Walk], HttpResponse]


@dataclass(frozen=True)
class PostedCharge:
    """What the ride costs by the posted price, with its steps: yuan, kilometres, minutes."""

    institution: Institution
    price: PostedPrice
    distance_km: Decimal
    beyond_km: Decimal
    waiting_minutes: Decimal
    total: Decimal


def kinds_by_nature() -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The kinds as they are offered, and praise apart."""
    offered = [
        {"value": kind.value, "label": kind.label, "description": FACTS[kind].description}
        for kind in Kind
        if FACTS[kind].nature is not Nature.PRAISE
    ]
    return offered, {
        "value": Kind.PRAISE.value,
        "label": Kind.PRAISE.label,
        "description": FACTS[Kind.PRAISE].description,
    }


def show_kind(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """The kinds again, the chosen one marked."""
    offered, praise = kinds_by_nature()
    return show(walk, form, kinds=offered, praise=praise, chosen=walk.answers["kind"], vehicle=walk.named.ambulance)


def answer_kind(walk: Walk) -> HttpResponse:
    """Change the kind; all other answers stay."""
    form = KindForm(walk.request.POST)
    if not form.is_valid():
        return show_kind(walk, form)
    return keep_and_proceed(walk, {"kind": form.cleaned_data["kind"]})


def show_vehicle(walk: Walk, form: forms.Form | None = None, **context: Any) -> HttpResponse:
    """Plate and description; empty when the person says it was not the card's vehicle."""
    known = walk.answers.get("vehicle_is_known")
    initial = {} if known else {name: walk.answers.get(name, "") for name in ("plate", "vehicle_description")}
    return show(walk, form or VehicleForm(initial=initial), institution=walk.named.institution, **context)


def answer_vehicle(walk: Walk) -> HttpResponse:
    """Take any plate. One that looks wrong is asked about once, with what it may have been."""
    given = walk.request.POST.copy()
    if "use_suggested" in given:
        given["plate"] = given["plate_confirmed"] = str(given["use_suggested"])
    form = VehicleForm(given)
    if not form.is_valid():
        return show_vehicle(walk, form)
    plate = form.cleaned_data["plate"]
    if plate and plate != form.cleaned_data["plate_confirmed"]:
        try:
            check_plate(plate)
        except BadFormat as doubt:
            return show_vehicle(walk, form, doubt=doubt.message, suggested=doubt.suggestion or "", doubted=plate)
    is_told = may_look_up(walk.request, plate)
    return keep_and_proceed(walk, {**form.answers(), "plate_is_untold": not is_told})


def show_differences(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """The card's facts beside the boxes to tick."""
    initial = {"differences": walk.answers.get("differences", [])}
    return show(walk, form or DifferencesForm(initial=initial), vehicle=walk.named.ambulance)


def answer_differences(walk: Walk) -> HttpResponse:
    """Keep what differs."""
    form = DifferencesForm(walk.request.POST)
    if not form.is_valid():
        return show_differences(walk, form)
    return keep_and_proceed(walk, {"differences": form.cleaned_data["differences"]})


def show_when(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """Day and time."""
    return show(walk, form or WhenForm(now=walk.now, answers=walk.answers))


def answer_when(walk: Walk) -> HttpResponse:
    """Keep day and time."""
    form = WhenForm(walk.request.POST, now=walk.now, answers={})
    return keep_and_proceed(walk, form.answers()) if form.is_valid() else show_when(walk, form)


def show_where(walk: Walk, form: forms.Form | None = None, **context: Any) -> HttpResponse:
    """The place: the likely division with a way to change it, or a province first, or its cities and counties."""
    asked = walk.request.GET
    groups = groups_of(asked.get(PROVINCE, ""))
    division = walk.answers.get("division") or (walk.named.division.pk if walk.named.division else "")
    name = "" if groups or CHANGE in asked else full_name(division)
    return show(
        walk,
        form or PlaceForm(initial={"division": division if name else "", "place": walk.answers.get("place", "")}),
        groups=groups,
        provinces=[] if groups or name else provinces(),
        division_name=name,
        change=walk.address(Step.WHERE, query=_with_back(walk, f"{CHANGE}=1")),
        **context,
    )


def answer_where(walk: Walk) -> HttpResponse:
    """Keep the place in words whatever else is wrong; go from the province to its cities, and on."""
    form = PlaceForm(walk.request.POST)
    if not form.is_valid():
        return show_where(walk, form)
    if "place" in walk.request.POST:
        walk.draft = save_answers(draft=walk.draft, answers={"place": form.cleaned_data["place"]})
    if groups_of(walk.request.POST.get(PROVINCE, "")):
        return walk.to(Step.WHERE, query=_with_back(walk, f"{PROVINCE}={walk.request.POST[PROVINCE]}"))
    division = form.cleaned_data["division"]
    if not full_name(division):
        return show_where(walk, form, wrong=_("Choose the city or county from the list."))
    return keep_and_proceed(walk, {"division": division})


def _with_back(walk: Walk, query: str) -> str:
    return f"{query}&{BACK}={TO_REVIEW}" if walk.comes_from_review else query


def show_ride(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """Distance and waiting."""
    initial = {name: walk.answers.get(name) or "" for name in ("distance_km", "waiting_minutes")}
    return show(walk, form or RideForm(initial=initial))


def answer_ride(walk: Walk) -> HttpResponse:
    """Keep distance and waiting."""
    form = RideForm(walk.request.POST)
    if not form.is_valid():
        return show_ride(walk, form)
    return keep_and_proceed(walk, {name: _plain(number) for name, number in form.cleaned_data.items()})


def show_charge(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """The amount charged beside what the posted price makes of the distance."""
    initial = {"amount_charged": walk.answers.get("amount_charged") or ""}
    return show(walk, form or ChargeForm(initial=initial), posted=posted_charge(walk))


def answer_charge(walk: Walk) -> HttpResponse:
    """Keep the amount."""
    form = ChargeForm(walk.request.POST)
    if not form.is_valid():
        return show_charge(walk, form)
    return keep_and_proceed(walk, {"amount_charged": _plain(form.cleaned_data["amount_charged"])})


def show_wish(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """Money back, a report of illegality, or both."""
    kind = Kind(walk.answers["kind"])
    return show(walk, form or WishForm(initial={"wish": walk.answers.get("wish", "")}, kind=kind))


def answer_wish(walk: Walk) -> HttpResponse:
    """Keep the wish."""
    form = WishForm(walk.request.POST, kind=Kind(walk.answers["kind"]))
    return keep_and_proceed(walk, form.cleaned_data) if form.is_valid() else show_wish(walk, form)


def show_authority(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """The kind of authority that is complained of."""
    initial = {"about_authority_kind": walk.answers.get("about_authority_kind", "")}
    return show(walk, form or AuthorityForm(initial=initial))


def answer_authority(walk: Walk) -> HttpResponse:
    """Keep the kind of authority."""
    form = AuthorityForm(walk.request.POST)
    return keep_and_proceed(walk, form.cleaned_data) if form.is_valid() else show_authority(walk, form)


def posted_charge(walk: Walk) -> PostedCharge | None:
    """The posted price worked out for the ride; None without distance, institution or price. One query more."""
    entry, institution = entry_of(walk.answers), walk.named.institution
    if entry.distance_km is None or institution is None or entry.kind is not Kind.OVERCHARGING:
        return None
    price = posted_price_for(entry, institution)
    if price is None:
        return None
    return PostedCharge(
        institution=institution,
        price=price,
        distance_km=entry.distance_km,
        beyond_km=max(entry.distance_km - price.included_km, Decimal(0)),
        waiting_minutes=waiting_hours(entry) * 60,
        total=estimate(tariff_of(price), entry.distance_km, waiting_hours(entry)),
    )


def show_story(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """The story, with questions that help."""
    initial = {"narrative": walk.answers.get("narrative", "")}
    return show(walk, form or StoryForm(initial=initial), hints=HINTS[Kind(walk.answers["kind"])])


def answer_story(walk: Walk) -> HttpResponse:
    """Keep the story."""
    is_optional = Step.DIFFERENCES in walk.steps and bool(walk.answers.get("differences"))
    form = StoryForm(walk.request.POST, is_optional=is_optional)
    if not form.is_valid():
        return show_story(walk, form)
    return keep_and_proceed(walk, form.cleaned_data)


def show_contact(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """Contact, or none."""
    names = ("contact_phone", "contact_email", "contact_name")
    initial = {name: walk.answers.get(name, "") for name in names}
    return show(walk, form or ContactForm(initial=initial), is_report=is_report(walk))


def answer_contact(walk: Walk) -> HttpResponse:
    """Keep the contact, or forget it all when the person stays anonymous."""
    is_anonymous = "anonymous" in walk.request.POST
    form = ContactForm({} if is_anonymous else walk.request.POST)
    return keep_and_proceed(walk, form.cleaned_data) if form.is_valid() else show_contact(walk, form)


def is_report(walk: Walk) -> bool:
    """Whether it is, all or in part, a report of illegality."""
    entry = entry_of(walk.answers)
    return entry.nature is Nature.REPORT or entry.files_both


def may_share(walk: Walk) -> bool:
    """Whether passing the contact to the institution can be asked at all (never for a report: 信访工作条例 30)."""
    entry = entry_of(walk.answers)
    may_be = FACTS[entry.kind].may_share_contact and entry.nature is not Nature.REPORT
    return may_be and has_contact(walk.answers)


def show_consent(walk: Walk, form: forms.Form | None = None) -> HttpResponse:
    """The two consents, apart, each with why, what for and how long."""
    initial = {name: walk.answers.get(name, False) for name in ("consent_sensitive", "consent_share_contact")}
    return show(walk, form or ConsentForm(initial=initial, may_share=may_share(walk)))


def answer_consent(walk: Walk) -> HttpResponse:
    """Keep what was agreed to; what was not asked counts as no."""
    form = ConsentForm(walk.request.POST, may_share=may_share(walk))
    if not form.is_valid():
        return show_consent(walk, form)
    return keep_and_proceed(walk, {"consent_share_contact": False, **form.cleaned_data})


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


PAGES: dict[Step, Page] = {
    Step.KIND: Page(show_kind, answer_kind),
    Step.VEHICLE: Page(show_vehicle, answer_vehicle),
    Step.DIFFERENCES: Page(show_differences, answer_differences),
    Step.WHEN: Page(show_when, answer_when),
    Step.WHERE: Page(show_where, answer_where),
    Step.RIDE: Page(show_ride, answer_ride),
    Step.CHARGE: Page(show_charge, answer_charge),
    Step.WISH: Page(show_wish, answer_wish),
    Step.AUTHORITY: Page(show_authority, answer_authority),
    Step.STORY: Page(show_story, answer_story),
    Step.CONTACT: Page(show_contact, answer_contact),
    Step.CONSENT: Page(show_consent, answer_consent),
}
