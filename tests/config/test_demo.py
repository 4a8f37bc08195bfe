"""Demo data: repeatable, on real divisions, everything that exists can be seen."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, Handling
from complaints.workflow import State
from config.demo.accounts import ACCOUNTS, PASSWORD
from config.demo.fleet import UNUSED_CODE
from config.links import links_to_open
from directory.formats import check_plate, vin_check_digit_is_right
from directory.models import Authority, Institution
from registry.cards import CodeUnknown, card_by_code
from registry.models import Ambulance, Application, Marking
from registry.standing import Standing
from tests.accounts.sign_in import give_code, give_password, is_signed_in

pytestmark = pytest.mark.django_db


def demo(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def divisions() -> None:
    call_command("load_divisions", stdout=StringIO())


def every_standing_kind_and_state_can_be_seen():
    seen = set()
    for code in Marking.objects.public().values_list("code", flat=True):
        card = card_by_code(code, timezone.now())
        seen |= {card.standing, card.vehicle_standing}
    assert seen == set(Standing) - {Standing.CODE_MISTYPED, Standing.CODE_UNKNOWN}
    assert set(Complaint.objects.values_list("kind", flat=True)) == set(Kind.values)
    assert set(Complaint.objects.values_list("state", flat=True)) == set(State.values)


def every_row_would_pass_the_forms():
    for ambulance in Ambulance.objects.all():
        ambulance.clean_fields()
        assert check_plate(ambulance.plate, ambulance.plate_kind) == ambulance.plate
        assert vin_check_digit_is_right(ambulance.vin)
    for institution in Institution.objects.all():
        institution.clean_fields()
        assert "演示" in institution.name


def every_case_has_an_authority():
    assert Handling.objects.exists()
    assert not Handling.objects.filter(authority=None).exists()


def every_desk_of_the_registration_has_something_to_do():
    states = set(Application.objects.values_list("state", flat=True))
    assert {"submitted", "returned", "draft"} <= states


def the_forged_code_is_well_formed_and_nobody_carries_it():
    with pytest.raises(CodeUnknown):
        card_by_code(UNUSED_CODE, datetime.now(UTC))


def the_welcome_names_a_working_and_a_suspended_card():
    labels = " ".join(label for label, _ in links_to_open("http://localhost:8000"))
    assert "A card" in labels
    assert "A suspended ambulance" in labels
    assert "reviewer, authority" in labels


def every_account_signs_in_with_the_code_that_the_command_prints():
    for account in ACCOUNTS:
        client = Client()
        give_password(client, account.email, PASSWORD)
        out = StringIO()
        call_command("demo_code", account.email, stdout=out)
        assert give_code(client, out.getvalue().strip()).headers["Location"] == "/staff/"
        assert is_signed_in(client)


def the_accounts_cover_every_duty_and_two_strangers():
    assert {account.role for account in ACCOUNTS} == set(Role)
    people = {user.email.partition("@")[0]: user for user in User.objects.all()}
    hospital, reach = people["fleet"].institution, people["reviewer"].scope.division_prefix
    assert hospital.division_id.startswith(reach)
    assert people["second-fleet"].institution != hospital
    assert not hospital.division_id.startswith(people["other-reviewer"].scope.division_prefix)


def test_codes_are_for_demo_accounts_only(settings):
    with pytest.raises(CommandError, match="reviewer@demo"):
        call_command("demo_code", "somebody@example.org")
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo_code", "reviewer@demo.example")


def emptied() -> None:
    """The bodies, the fleet and the people gone; the divisions stay."""
    Marking.objects.all().delete()
    Ambulance.objects.all().delete()
    User.objects.all().delete()
    Institution.objects.all().delete()
    Authority.objects.update(parent=None)
    Authority.objects.all().delete()


def test_the_same_seed_makes_the_same_fleet(divisions):
    demo("--institutions", "3", "--ambulances", "30", "--complaints", "0", "--seed", "3")
    first = list(Marking.objects.order_by("code").values_list("code", "ambulance__plate"))
    emptied()
    demo("--institutions", "3", "--ambulances", "30", "--complaints", "0", "--seed", "3")
    assert list(Marking.objects.order_by("code").values_list("code", "ambulance__plate")) == first
    emptied()
    demo("--institutions", "3", "--ambulances", "30", "--complaints", "0", "--seed", "4")
    assert list(Marking.objects.order_by("code").values_list("code", "ambulance__plate")) != first


def existing_data_are_never_touched():
    with pytest.raises(CommandError):
        demo()
    assert demo("--if-empty") == ""
    assert Institution.objects.count() == 6


def test_everything_that_exists_can_be_seen_in_valid_rows_that_are_left_alone_afterwards(divisions):
    demo("--institutions", "6", "--ambulances", "30", "--complaints", "12", "--seed", "7")
    every_standing_kind_and_state_can_be_seen()
    every_row_would_pass_the_forms()
    every_case_has_an_authority()
    every_desk_of_the_registration_has_something_to_do()
    the_forged_code_is_well_formed_and_nobody_carries_it()
    the_welcome_names_a_working_and_a_suspended_card()
    the_accounts_cover_every_duty_and_two_strangers()
    every_account_signs_in_with_the_code_that_the_command_prints()
    existing_data_are_never_touched()


def test_demo_data_never_go_into_production(divisions, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        demo()
    assert not Institution.objects.exists()


@pytest.mark.parametrize("arguments", [("--institutions", "0"), ("--ambulances", "0"), ("--complaints", "-1")])
def test_impossible_numbers_are_refused(divisions, arguments):
    with pytest.raises(CommandError):
        demo(*arguments)


def test_without_divisions_it_says_what_to_do():
    with pytest.raises(CommandError, match="load_divisions"):
        demo()
