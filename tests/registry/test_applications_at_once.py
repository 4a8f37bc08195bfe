"""Two at the same moment: one wins, the other is told. Row locks exist on PostgreSQL only."""

import pytest

from registry.models import Ambulance, Application, ApplicationEvent
from registry.refusals import AlreadyDecided, ApplicationInvalid, StaleVersion
from registry.services import approve, refuse, save_application
from tests.at_once import at_once
from tests.registry.applications import World, asked, by

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

REFUSALS = (AlreadyDecided, ApplicationInvalid, StaleVersion)


def test_of_two_reviewers_at_once_one_wins_and_the_other_is_told_who():
    world = World()
    application = world.submitted()
    version, first, second = application.version, world.reviewer, world.second_reviewer
    results = at_once(
        lambda: approve(application=application, version=version, **by(first)),
        lambda: refuse(application=application, version=version, reason="不符合", **by(second)),
        refusals=REFUSALS,
    )
    winner = next(result for result in results if isinstance(result, Application))
    loser = next(result for result in results if isinstance(result, AlreadyDecided))
    assert (loser.by, loser.state) == (winner.decided_by, winner.state)
    assert ApplicationEvent.objects.filter(action__in=["approve", "refuse"]).count() == 1
    assert Ambulance.objects.count() == (winner.state == "approved")


def test_of_two_colleagues_saving_at_once_one_is_told_that_the_page_is_old():
    world = World()
    application = world.begun()
    version, user = application.version, world.manager
    results = at_once(
        *(
            lambda colour=colour: save_application(
                application=application, proposed={"colour": colour}, version=version, **by(user)
            )
            for colour in ("红色", "蓝色")
        ),
        refusals=REFUSALS,
    )
    assert sorted(type(result).__name__ for result in results) == ["Application", "StaleVersion"]


def test_of_two_approvals_of_the_same_plate_one_is_told_that_it_is_registered():
    world = World()
    facts = asked()
    one = world.submitted(proposed=facts)
    other = world.submitted(proposed={**facts, "fleet_number": "另一个"})
    users = (world.reviewer, world.second_reviewer)
    results = at_once(
        *(
            lambda application=application, user=user: approve(
                application=application, version=application.version, **by(user)
            )
            for application, user in zip((one, other), users, strict=True)
        ),
        refusals=REFUSALS,
    )
    assert sorted(type(result).__name__ for result in results) == ["Application", "ApplicationInvalid"]
    assert Ambulance.objects.count() == 1
