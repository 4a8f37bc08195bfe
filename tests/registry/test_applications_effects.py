"""What an approval does to the register, and that a failing one leaves nothing behind."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from accounts.models import AuditRow
from accounts.roles import Role
from directory.kinds import AuthorityKind, InstitutionKind
from notifications.models import Message
from notifications.rendering import render_parts
from registry import conflicts
from registry.applications import ApplicationKind
from registry.choices import AmbulanceStatus, MarkingState
from registry.models import Ambulance, Application, FieldChange, Marking, StatusChange
from registry.refusals import WHOLE, ApplicationInvalid, NotAllowed, OutOfScope, WrongRole
from registry.reviews import reference_of
from registry.services import (
    approve,
    attach_document,
    begin_application,
    change_free_fields,
    refuse,
    return_with_reasons,
    save_application,
    submit_application,
)
from tests import build
from tests.people import person
from tests.registry.applications import NOW, Purpose, World, asked, by, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def granted(world, application):
    return approve(application=application, version=application.version, **by(world.reviewer))


def test_a_new_vehicle_is_registered_with_history_and_codes_to_paint(world):
    application = granted(world, world.submitted(proposed={"plate": "赣ａ·8888 9", "vin": build.vin(900).lower()}))
    ambulance = application.ambulance
    assert (ambulance.plate, ambulance.vin) == ("赣A88889", build.vin(900))
    assert (ambulance.status, ambulance.certified_by) == (AmbulanceStatus.IN_SERVICE, world.authority)
    assert (ambulance.registered_on, ambulance.licence_seats) == (date(2024, 3, 15), 6)
    assert [marking.state for marking in ambulance.markings.all()] == [MarkingState.ISSUED] * 2
    step = StatusChange.objects.get(ambulance=ambulance)
    assert (step.new_status, step.changed_by, step.reason) == (
        AmbulanceStatus.IN_SERVICE,
        world.reviewer,
        reference_of(application.pk),
    )
    assert AuditRow.objects.latest("number").detail["codes_issued"] == 2


def test_a_change_writes_only_what_differs_with_old_and_new(world):
    codes = [build.marking(ambulance=world.ambulance).code]
    application = granted(world, world.submitted("change", proposed={"fleet_number": "急新01"}))
    world.ambulance.refresh_from_db()
    assert (world.ambulance.colour, world.ambulance.fleet_number) == ("黄色", "急新01")
    changes = FieldChange.objects.filter(application=application)
    assert {(change.field, change.new) for change in changes} == {("colour", "黄色"), ("fleet_number", "急新01")}
    assert changes.get(field="colour").old == "白色"
    assert [marking.code for marking in Marking.objects.live()] == codes
    assert AuditRow.objects.latest("number").detail["needs_repaint"] == ["fleet_number", "colour"]


def test_a_renewal_moves_the_dates_and_puts_a_suspended_vehicle_back_in_service(world):
    world.ambulance.status = AmbulanceStatus.SUSPENDED
    world.ambulance.save()
    granted(world, world.submitted("renewal"))
    world.ambulance.refresh_from_db()
    assert world.ambulance.inspection_valid_until == date(2098, 12, 31)
    assert world.ambulance.status == AmbulanceStatus.IN_SERVICE
    assert StatusChange.objects.get().changed_by == world.reviewer


def test_a_suspension_suspends_and_a_retirement_revokes_the_codes(world):
    marking = build.marking(ambulance=world.ambulance)
    granted(world, world.submitted("suspension"))
    world.ambulance.refresh_from_db()
    assert world.ambulance.status == AmbulanceStatus.SUSPENDED
    granted(world, world.submitted("retirement"))
    world.ambulance.refresh_from_db()
    marking.refresh_from_db()
    assert (world.ambulance.status, marking.state) == (AmbulanceStatus.RETIRED, MarkingState.REVOKED)


def test_a_transfer_hands_the_vehicle_over_with_its_codes(world):
    marking = build.marking(ambulance=world.ambulance)
    granted(world, world.submitted("transfer"))
    world.ambulance.refresh_from_db()
    marking.refresh_from_db()
    assert (world.ambulance.institution, world.ambulance.fleet_number) == (world.other_hospital, "转01")
    assert marking.state == MarkingState.MOUNTED
    change = FieldChange.objects.get(field="institution")
    assert (change.old, change.new) == (world.hospital.name, world.other_hospital.name)


def test_a_transfer_into_another_place_goes_to_that_places_authority(world):
    there = build.authority(division=build.division("110000"))
    receiver = build.institution(division=build.division("110105"))
    application = begin_application(
        kind=ApplicationKind.TRANSFER,
        institution=world.hospital,
        ambulance=world.ambulance,
        receiving_institution=receiver,
        **by(world.manager),
    )
    assert (application.authority, application.proposed["division"]) == (there, "110105")


def test_the_reviewer_is_the_certifier_else_the_nearest_and_tcm_for_its_own_hospitals(world):
    prefecture = build.authority(division=build.division("360100"))
    owned = build.ambulance(institution=world.hospital, certified_by=prefecture)
    tcm = build.authority(kind=AuthorityKind.TCM, division=build.division("360000"))
    hospital = build.institution(kind=InstitutionKind.TCM_HOSPITAL)
    manager = person(Role.FLEET_MANAGER, body=hospital)

    def reviewing(**options):
        return begin_application(**options).authority

    assert (
        reviewing(kind=ApplicationKind.CHANGE, institution=world.hospital, ambulance=owned, **by(world.manager))
        == prefecture
    )
    assert reviewing(kind=ApplicationKind.NEW, institution=world.hospital, **by(world.manager)) == world.authority
    assert reviewing(kind=ApplicationKind.NEW, institution=hospital, **by(manager)) == tcm
    prefecture.is_active = False
    prefecture.save()
    owned = Ambulance.objects.get(pk=owned.pk)
    assert (
        reviewing(kind=ApplicationKind.CHANGE, institution=world.hospital, ambulance=owned, **by(world.manager))
        == world.authority
    )


def test_without_any_health_authority_nothing_can_be_begun():
    hospital = build.institution(division=build.division("500103"))
    with pytest.raises(ApplicationInvalid) as refusal:
        begin_application(
            kind=ApplicationKind.NEW, institution=hospital, **by(person(Role.FLEET_MANAGER, body=hospital))
        )
    assert refusal.value.faults[WHOLE].code == "no_authority"


def test_another_hospitals_vehicle_does_not_exist_for_ours(world):
    stranger = build.ambulance()
    with pytest.raises(OutOfScope):
        begin_application(
            kind=ApplicationKind.CHANGE, institution=world.hospital, ambulance=stranger, **by(world.manager)
        )
    with pytest.raises(OutOfScope):
        begin_application(kind=ApplicationKind.NEW, institution=stranger.institution, **by(world.manager))
    with pytest.raises(WrongRole):
        begin_application(kind=ApplicationKind.NEW, institution=world.hospital, **by(world.officer))


def test_a_retired_vehicle_cannot_be_asked_about(world):
    gone = build.ambulance(institution=world.hospital, status=AmbulanceStatus.RETIRED)
    with pytest.raises(NotAllowed):
        begin_application(kind=ApplicationKind.CHANGE, institution=world.hospital, ambulance=gone, **by(world.manager))


def test_submitting_tells_every_fault_at_once_and_writes_nothing(world):
    application = world.begun(proposed={"plate": "京O1", "vin": "", "licence_use": "A"})
    application.documents.filter(purpose="photo_rear").delete()
    with pytest.raises(ApplicationInvalid) as refusal:
        submit_application(application=application, version=application.version, **by(world.manager))
    assert set(refusal.value.faults) == {"plate", "vin", "licence_use", "document_photo_rear"}
    assert Application.objects.get(pk=application.pk).state == "draft"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("taken", "field", "code"),
    [
        ({"plate": "赣A77777"}, "plate", "plate_registered"),
        ({"vin": build.vin(777)}, "vin", "vin_registered"),
        ({"fleet_number": "急777", "institution": "ours"}, "fleet_number", "fleet_number_taken"),
    ],
)
def test_what_was_registered_meanwhile_stops_the_approval_and_nothing_is_half_written(world, taken, field, code):
    mine = {name: value for name, value in taken.items() if name != "institution"}
    application = world.submitted(proposed=mine)
    build.ambulance(**{**taken, **({"institution": world.hospital} if "institution" in taken else {})})
    before = (AuditRow.objects.count(), Message.objects.count())
    with pytest.raises(ApplicationInvalid) as refusal:
        granted(world, application)
    assert refusal.value.faults[field].code == code
    assert Application.objects.get(pk=application.pk).state == "submitted"
    assert (Ambulance.objects.count(), Marking.objects.count()) == (1, 0)
    assert (AuditRow.objects.count(), Message.objects.count()) == before


@pytest.mark.parametrize("field", ["plate", "vin", "fleet_number"])
def test_the_database_itself_says_the_same_when_two_are_faster_than_the_question(world, field, monkeypatch):
    application = world.submitted()
    taken = {field: application.proposed[field]}
    build.ambulance(**taken, **({"institution": world.hospital} if field == "fleet_number" else {}))
    monkeypatch.setattr(conflicts, "_register_faults", lambda *_: {})  # the question was asked a moment too early
    with pytest.raises(ApplicationInvalid) as refusal:
        granted(world, application)
    assert set(refusal.value.faults) == {field}
    assert Ambulance.objects.count() == 1


def test_the_second_application_for_a_vehicle_waits_for_the_first(world):
    world.submitted("renewal")
    with pytest.raises(ApplicationInvalid) as refusal:
        world.submitted("change")
    assert refusal.value.faults[WHOLE].code == "other_open"


def test_a_change_that_changes_nothing_is_told_so(world):
    with pytest.raises(ApplicationInvalid) as refusal:
        world.submitted("change", proposed={"colour": "白色"})
    assert refusal.value.faults[WHOLE].code == "nothing_changed"


@pytest.mark.parametrize(("division", "code"), [("999999", "no_division"), ("110105", "division_elsewhere")])
def test_a_vehicle_cannot_be_put_where_the_reviewer_has_no_say(world, division, code):
    build.division("110105")
    with pytest.raises(ApplicationInvalid) as refusal:
        world.submitted(proposed={"division": division})
    assert refusal.value.faults["division"].code == code


def test_an_old_draft_does_not_turn_back_what_was_renewed_meanwhile(world):
    draft = world.begun("change")
    granted(world, world.submitted("renewal"))
    draft = Application.objects.get(pk=draft.pk)
    assert draft.proposed["inspection_valid_until"] == "2098-12-31"
    draft = submit_application(application=draft, version=draft.version, **by(world.manager))
    granted(world, draft)
    world.ambulance.refresh_from_db()
    assert (world.ambulance.colour, world.ambulance.inspection_valid_until) == ("黄色", date(2098, 12, 31))


def test_the_approved_photo_becomes_the_public_one(world):
    application = world.begun()
    attach_document(
        application=application, purpose=Purpose.PHOTO_LEFT, upload=photo(7), name="左侧.jpg", **by(world.manager)
    )
    application.refresh_from_db()
    application = submit_application(application=application, version=application.version, **by(world.manager))
    assert not Ambulance.objects.exists()
    ambulance = granted(world, application).ambulance
    with default_storage.open(ambulance.photo.name) as file, Image.open(file) as picture:
        assert (picture.size, picture.format) == ((960, 640), "JPEG")


def test_a_photo_whose_approval_fails_does_not_stay_public(world, monkeypatch):
    application = world.begun()
    attach_document(
        application=application, purpose=Purpose.PHOTO_LEFT, upload=photo(8), name="左侧.jpg", **by(world.manager)
    )
    application = submit_application(application=application, version=application.version, **by(world.manager))
    there = set(default_storage.listdir("photos")[1]) if default_storage.exists("photos") else set()
    monkeypatch.setattr("registry.messages.application_decided", broken)
    with pytest.raises(OSError, match="no room"):
        granted(world, application)
    assert set(default_storage.listdir("photos")[1]) == there
    assert not Ambulance.objects.exists()
    assert Application.objects.get(pk=application.pk).state == "submitted"


def broken(*_args):
    raise OSError("no room")


def test_desk_and_fleet_managers_are_told_by_reference_and_link_alone(world):
    second = person(Role.FLEET_MANAGER, body=world.hospital)
    application = world.submitted(proposed={"plate": "赣A66666"})
    desk = Message.objects.get()
    assert (desk.template, desk.recipient) == ("registry/application_submitted", world.authority.desk_email)
    return_with_reasons(
        application=application,
        version=application.version,
        field_reasons={"colour": "与照片不符"},
        **by(world.reviewer),
    )
    told = Message.objects.filter(template="registry/application_decided")
    assert {message.recipient for message in told} == {world.manager.email, second.email}
    for message in Message.objects.all():
        assert message.context["reference"] == reference_of(application.pk)
        assert set(message.context) == {"reference", "kind", "state", "link"}
        assert "66666" not in str(message.context)
        assert "照片" not in str(message.context)


TEMPLATES = (
    "application_submitted",
    "application_decided",
    "application_withdrawn",
    "application_overtaken",
    "transfer_asked",
    "transfer_declined",
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("kind", ApplicationKind)
def test_every_mail_reads_well_for_every_kind_in_both_languages(template, language, kind):
    context = {"reference": "BA-000001", "kind": kind.value, "state": "approved", "link": "https://a.example/1/"}
    texts = render_parts(f"registry/{template}", language, ["email.subject.txt", "email.txt"], context)
    assert "BA-000001" in texts["email.subject.txt"]
    assert "\n" not in texts["email.subject.txt"]
    assert "https://a.example/1/" in texts["email.txt"]
    assert "{" not in texts["email.txt"]


def test_a_refusal_is_final(world):
    application = world.submitted()
    application = refuse(
        application=application, version=application.version, reason="非救护用途", **by(world.reviewer)
    )
    assert (application.decided_by, application.decision_reason) == (world.reviewer, "非救护用途")
    with pytest.raises(NotAllowed):
        save_application(application=application, proposed={}, version=application.version, **by(world.manager))


def test_the_days_of_a_review_count_from_the_submission(world):
    application = world.submitted()
    assert application.due_on == date(2026, 12, 21)
    assert application.submitted_at == NOW


def test_station_and_device_change_at_once_with_history(world):
    changed = change_free_fields(
        ambulance=world.ambulance, station="西站", positioning_device=None, **by(world.manager)
    )
    assert changed == ("station",)
    change = FieldChange.objects.get()
    assert (change.field, change.new, change.application) == ("station", "西站", None)
    assert change_free_fields(ambulance=world.ambulance, station="西站", **by(world.manager)) == ()


def test_station_and_device_are_the_own_fleet_managers(world):
    with pytest.raises(WrongRole):
        change_free_fields(ambulance=world.ambulance, station="西站", **by(world.officer))
    with pytest.raises(WrongRole):
        change_free_fields(ambulance=world.ambulance, station="西站", **by(world.reviewer))
    for stranger in (world.other_manager, world.far_reviewer):
        with pytest.raises(OutOfScope):
            change_free_fields(ambulance=world.ambulance, station="西站", **by(stranger))
    with pytest.raises(ApplicationInvalid):
        change_free_fields(ambulance=world.ambulance, station="西" * 101, **by(world.manager))
    assert not FieldChange.objects.exists()


def test_an_approval_asks_a_bounded_number_of_questions(world, django_assert_max_num_queries):
    application = world.submitted(proposed=asked())
    approver = type(world.reviewer).objects.get(pk=world.reviewer.pk)
    with django_assert_max_num_queries(40):
        approve(application=application, version=application.version, **by(approver))
