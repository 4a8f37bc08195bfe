"""Who may do what to an application, in which state: every cell of the table, and everything beside it."""

import pytest

from accounts.models import AuditRow
from registry.applications import CELLS, ApplicationAction, ApplicationState, Party
from registry.models import Ambulance, Application, ApplicationEvent
from registry.refusals import AlreadyDecided, ApplicationInvalid, NotAllowed, OutOfScope, StaleVersion, WrongRole
from registry.services import (
    agree_transfer,
    approve,
    decline_transfer,
    refuse,
    return_with_reasons,
    save_application,
    submit_application,
    withdraw,
)
from tests.registry.applications import NOW, World, by

S, A = ApplicationState, ApplicationAction
pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def do(action, application, user, **options):
    version = application.version
    calls = {
        A.SAVE: lambda: save_application(
            application=application, proposed={}, reason="另一个理由", version=version, **by(user)
        ),
        A.SUBMIT: lambda: submit_application(application=application, version=version, **by(user)),
        A.AGREE: lambda: agree_transfer(application=application, version=version, **by(user)),
        A.DECLINE: lambda: decline_transfer(application=application, version=version, reason="没有司机", **by(user)),
        A.APPROVE: lambda: approve(application=application, version=version, **by(user)),
        A.RETURN: lambda: return_with_reasons(
            application=application, version=version, field_reasons={}, reason="照片不清楚", **by(user)
        ),
        A.REFUSE: lambda: refuse(application=application, version=version, reason="不符合条件", **by(user)),
        A.WITHDRAW: lambda: withdraw(application=application, **by(user)),
    }
    return calls[action]()


def transfer_in(world, state):
    """A transfer that has been walked into `state`: the one kind in which all parties have a part."""
    application = world.begun("transfer")
    walks = {
        S.DRAFT: [],
        S.AWAITING_OTHER: [(A.SUBMIT, world.manager)],
        S.SUBMITTED: [(A.SUBMIT, world.manager), (A.AGREE, world.other_manager)],
        S.RETURNED: [(A.SUBMIT, world.manager), (A.AGREE, world.other_manager), (A.RETURN, world.reviewer)],
        S.APPROVED: [(A.SUBMIT, world.manager), (A.AGREE, world.other_manager), (A.APPROVE, world.reviewer)],
        S.REFUSED: [(A.SUBMIT, world.manager), (A.AGREE, world.other_manager), (A.REFUSE, world.reviewer)],
        S.WITHDRAWN: [(A.SUBMIT, world.manager), (A.AGREE, world.other_manager), (A.WITHDRAW, world.manager)],
    }
    for action, user in walks[state]:
        application = do(action, application, user)
    assert application.state == state
    return application


@pytest.mark.parametrize("state", S)
def test_every_cell_of_the_table_is_allowed_and_everything_beside_it_refused(world, state):
    people = {Party.OWNER: world.manager, Party.RECEIVER: world.other_manager, Party.REVIEWER: world.reviewer}
    for party, user in people.items():
        for action in A:
            application = transfer_in(world, state)
            cell = next((c for c in CELLS if (c.state, c.action, c.party) == (state, action, party)), None)
            before = Application.objects.get(pk=application.pk)
            if cell is None:
                with pytest.raises((NotAllowed, WrongRole, OutOfScope)):
                    do(action, application, user)
                after = Application.objects.get(pk=application.pk)
                assert (after.state, after.version) == (before.state, before.version)
            else:
                after = do(action, application, user)
                waits = action is A.SUBMIT and application.kind == "transfer"
                assert after.state == (S.AWAITING_OTHER if waits else cell.next_state)
                assert after.events.last().actor == user
                assert AuditRow.objects.latest("number").object_id == str(application.pk)
            Application.objects.exclude(state__in=[S.APPROVED, S.REFUSED]).update(state=S.WITHDRAWN)
            Ambulance.objects.update(institution=world.hospital, fleet_number="")
            world.ambulance.refresh_from_db()


@pytest.mark.parametrize("action", [A.APPROVE, A.RETURN, A.REFUSE])
def test_a_colleague_who_may_only_look_is_told_that_it_is_not_her_step(world, action):
    with pytest.raises(WrongRole):
        do(action, world.submitted(), world.supervisor)


@pytest.mark.parametrize("action", list(A))
def test_for_another_province_and_another_hospital_it_does_not_exist(world, action):
    application = world.submitted()
    for user in (world.far_reviewer, world.other_manager):
        with pytest.raises(OutOfScope):
            do(action, application, user)


def test_a_colleague_without_a_part_in_the_fleet_cannot_write(world):
    application = world.begun()
    with pytest.raises(WrongRole):
        do(A.SUBMIT, application, world.officer)


def test_the_reviewer_does_not_see_a_draft(world):
    with pytest.raises(OutOfScope):
        do(A.APPROVE, world.begun(), world.reviewer)


def test_who_acts_on_an_old_page_is_told_who_was_first(world):
    application = world.begun()
    old = Application.objects.get(pk=application.pk)
    do(A.SAVE, application, world.manager)
    with pytest.raises(StaleVersion) as refusal:
        save_application(application=old, proposed={"colour": "蓝色"}, version=old.version, **by(world.manager))
    assert (refusal.value.by, refusal.value.at, refusal.value.what) == (world.manager, NOW, A.SAVE)
    assert Application.objects.get(pk=old.pk).proposed["colour"] == "白色"


def test_the_second_reviewer_is_told_who_decided_what(world):
    application = world.submitted()
    do(A.APPROVE, application, world.reviewer)
    with pytest.raises(AlreadyDecided) as refusal:
        do(A.REFUSE, application, world.second_reviewer)
    assert (refusal.value.by, refusal.value.at, refusal.value.state) == (world.reviewer, NOW, S.APPROVED)


def test_a_reviewer_never_approves_what_was_changed_after_the_page_was_made(world):
    application = world.submitted()
    read = Application.objects.get(pk=application.pk)
    application = do(A.RETURN, application, world.second_reviewer)
    do(A.SUBMIT, application, world.manager)
    with pytest.raises(StaleVersion):
        do(A.APPROVE, read, world.reviewer)


def test_saving_the_same_again_writes_nothing(world):
    application = world.begun()
    rows, events = AuditRow.objects.count(), ApplicationEvent.objects.count()
    same = save_application(
        application=application, proposed=application.proposed, version=application.version, **by(world.manager)
    )
    assert same.version == application.version
    assert (AuditRow.objects.count(), ApplicationEvent.objects.count()) == (rows, events)


def test_what_is_typed_wrong_is_stored_as_typed(world):
    application = world.begun()
    saved = save_application(
        application=application, proposed={"plate": "京O1", "vin": ""}, version=application.version, **by(world.manager)
    )
    saved.refresh_from_db()
    assert (saved.proposed["plate"], saved.proposed["vin"]) == ("京O1", "")


@pytest.mark.parametrize(
    ("proposed", "code"),
    [
        ({"status": "in_service"}, "unknown_field"),
        ({"plate": ["京A12345"]}, "not_plain"),
        ({"colour": "白" * 501}, "too_long"),
        ({"colour": "白\x00"}, "control_character"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_nothing_is_written(world, proposed, code):
    application = world.begun()
    with pytest.raises(ApplicationInvalid) as refusal:
        save_application(application=application, proposed=proposed, version=application.version, **by(world.manager))
    assert [fault.code for fault in refusal.value.faults.values()] == [code]
    assert Application.objects.get(pk=application.pk).version == application.version


@pytest.mark.parametrize(
    ("decide", "given"), [(return_with_reasons, {"field_reasons": {"colour": " "}}), (refuse, {"reason": " "})]
)
def test_no_decision_against_the_institution_goes_without_a_reason(world, decide, given):
    application = world.submitted()
    with pytest.raises(ApplicationInvalid):
        decide(application=application, version=application.version, **given, **by(world.reviewer))
    assert Application.objects.get(pk=application.pk).state == S.SUBMITTED


def test_reasons_stand_beside_their_fields_and_documents(world):
    application = world.submitted()
    reasons = {"colour": "与照片不符", "document_photo_left": "不清楚"}
    returned = return_with_reasons(
        application=application, version=application.version, field_reasons=reasons, **by(world.reviewer)
    )
    assert returned.field_reasons == reasons
    with pytest.raises(ApplicationInvalid):
        return_with_reasons(
            application=world.submitted(), version=3, field_reasons={"status": "x"}, **by(world.reviewer)
        )


def test_a_declined_transfer_goes_back_to_its_owner_with_the_reason(world):
    application = do(A.DECLINE, transfer_in(world, S.AWAITING_OTHER), world.other_manager)
    assert (application.state, application.decision_reason) == (S.RETURNED, "没有司机")
    assert application.submitted_at is None
