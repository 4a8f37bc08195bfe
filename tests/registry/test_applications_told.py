"""Who is told by mail when an application goes another way: withdrawn, declined, overtaken. In the own language."""

from __future__ import annotations

import pytest

from accounts.models import Language, User
from accounts.roles import Role
from notifications.models import Message
from registry.models import Application
from registry.refusals import WHOLE, AlreadyDecided, ApplicationInvalid
from registry.services import (
    agree_transfer,
    approve,
    decline_transfer,
    refuse,
    return_with_reasons,
    submit_application,
    withdraw,
)
from tests import build
from tests.people import person
from tests.registry.applications import World, by

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = World()
    assert made.other_manager.pk  # the other hospital has somebody to be told
    return made


def told(template: str) -> set[str]:
    return set(Message.objects.filter(template=f"registry/{template}").values_list("recipient", flat=True))


def speaks_english(user: User) -> User:
    user.language = Language.ENGLISH
    user.save(update_fields=["language"])
    return user


def returned(world: World, kind: str = "transfer") -> Application:
    application = world.submitted(kind)
    return return_with_reasons(
        application=application, version=application.version, field_reasons={}, reason="请补正", **by(world.reviewer)
    )


def test_the_desk_is_told_that_a_submitted_application_was_withdrawn(world):
    application = world.submitted()
    withdraw(application=application, **by(world.manager))
    assert told("application_withdrawn") == {world.authority.desk_email}


def test_the_operator_is_told_where_the_desk_has_no_address(world, settings):
    world.authority.desk_email = ""
    world.authority.save()
    withdraw(application=world.submitted(), **by(world.manager))
    assert told("application_withdrawn") == {settings.ENV.OPERATOR_EMAIL}


def test_nobody_is_told_of_a_draft_that_nobody_saw(world):
    for kind in ("new", "transfer"):
        withdraw(application=world.begun(kind), **by(world.manager))
    assert not Message.objects.exists()


def test_the_other_institution_is_told_that_a_transfer_it_was_asked_about_was_withdrawn(world):
    withdraw(application=world.waiting("transfer"), **by(world.manager))
    assert told("application_withdrawn") == {world.other_manager.email}


def test_desk_and_other_institution_are_told_of_a_transfer_that_lay_before_both(world):
    withdraw(application=world.submitted("transfer"), **by(world.manager))
    assert told("application_withdrawn") == {world.authority.desk_email, world.other_manager.email}


def test_the_desk_is_not_told_again_of_what_it_had_returned_but_the_other_institution_is(world):
    withdraw(application=returned(world), **by(world.manager))
    assert told("application_withdrawn") == {world.other_manager.email}


def test_the_owner_is_told_in_its_own_words_that_the_other_institution_declined(world):
    application = world.waiting("transfer")
    decline_transfer(application=application, version=application.version, reason="没有泊位", **by(world.other_manager))
    assert told("transfer_declined") == {world.manager.email}
    assert not told("application_decided")


@pytest.mark.parametrize("decision", ["approve", "refuse", "return"])
def test_both_sides_of_a_transfer_are_told_of_every_decision(world, decision):
    application = world.submitted("transfer")
    common = {"application": application, "version": application.version, "reason": "已核", **by(world.reviewer)}
    if decision == "return":
        return_with_reasons(field_reasons={}, **common)
    else:
        (approve if decision == "approve" else refuse)(**common)
    assert told("application_decided") == {world.manager.email, world.other_manager.email}


def approved(world: World, application: Application) -> None:
    approve(application=application, version=application.version, **by(world.reviewer))


def test_who_has_a_draft_for_a_vehicle_that_was_transferred_is_told_that_it_is_lost(world):
    draft = world.begun("change")
    approved(world, world.submitted("transfer"))
    message = Message.objects.get(template="registry/application_overtaken")
    assert message.recipient == world.manager.email
    assert message.context["link"].endswith(f"/{draft.pk}/")
    draft.refresh_from_db()
    assert draft.state == "draft", "only its institution withdraws it"


def test_the_institution_that_was_asked_before_is_told_that_its_transfer_is_lost(world):
    lost = returned(world)
    third = build.institution()
    other = person(Role.FLEET_MANAGER, body=third)
    won = world.begun("transfer", receiving_institution=third)
    won = submit_application(application=won, version=won.version, **by(world.manager))
    won = agree_transfer(application=won, version=won.version, **by(other))
    approved(world, won)
    overtaken = Message.objects.filter(template="registry/application_overtaken")
    assert {message.recipient for message in overtaken} == {world.manager.email, world.other_manager.email}
    assert all(message.context["link"].endswith(f"/{lost.pk}/") for message in overtaken)


def test_a_retired_vehicle_takes_the_other_drafts_with_it_and_a_changed_one_does_not(world):
    world.begun("renewal")
    approved(world, world.submitted("change"))
    assert not told("application_overtaken")
    approved(world, world.submitted("retirement"))
    assert told("application_overtaken") == {world.manager.email}


def test_an_old_draft_never_changes_a_vehicle_that_belongs_to_another_institution_by_now(world):
    draft = world.begun("change")
    approved(world, world.submitted("transfer"))
    draft.refresh_from_db()
    with pytest.raises(ApplicationInvalid) as refusal:
        submit_application(application=draft, version=draft.version, **by(world.manager))
    assert refusal.value.faults[WHOLE].code == "not_owned"


def test_everybody_is_written_to_in_the_own_language_and_desks_in_chinese(world):
    speaks_english(world.manager)
    application = world.submitted("transfer")
    approve(application=application, version=application.version, **by(world.reviewer))
    languages = dict(
        Message.objects.filter(template="registry/application_decided").values_list("recipient", "language")
    )
    assert languages == {world.manager.email: "en", world.other_manager.email: "zh-hans"}
    assert Message.objects.get(template="registry/application_submitted").language == "zh-hans"


def test_who_withdraws_twice_is_refused_and_nobody_is_told_twice(world):
    application = world.submitted()
    withdraw(application=application, **by(world.manager))
    count = Message.objects.count()
    with pytest.raises(AlreadyDecided):
        withdraw(application=application, **by(world.manager))
    assert Message.objects.count() == count
