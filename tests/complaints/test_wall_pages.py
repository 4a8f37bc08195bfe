"""The desk of an institution's complaint officer: list, matter, files; and an officer's pages at the wall."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.handover import CASES
from complaints.models import ComplaintEvent, Forwarding, Handling, Recusal
from complaints.services.forwarding import release_contact, return_reply
from complaints.wall import Audience
from tests import build
from tests.complaints.walled import ACTION, EMAIL, FILE_NAME, NAME, PHONE, REPLY, SUMMARY, in_english, walled
from tests.people import client_of, person
from tests.registry.staff_pages import queries

pytestmark = pytest.mark.django_db
LIST = "/staff/forwarded/"


@pytest.fixture
def world():
    return walled()


@pytest.fixture
def officer(world):
    return in_english(world.officers["complaint_officer"])


@pytest.fixture
def handler(world):
    return in_english(world.desk.handler)


def one(sent: Forwarding) -> str:
    return reverse("forwarded:one", args=[sent.pk])


def test_the_list_tells_what_waits_with_its_day_what_was_replied_and_all(world, officer):
    waiting = world.forwarded()
    page = officer.get(LIST).content.decode()
    assert waiting.number in page
    assert "2026-12-01" in page
    world.replied()
    assert waiting.number not in officer.get(LIST).content.decode()
    assert waiting.number in officer.get(f"{LIST}?tab=replied").content.decode()
    assert waiting.number in officer.get(f"{LIST}?tab=all").content.decode()
    assert officer.get(f"{LIST}?tab=nonsense").status_code == 302
    assert officer.get(f"{LIST}?after=x").status_code == 302


def test_the_list_costs_the_same_for_any_number_of_rows_and_goes_on_by_place(world, officer):
    world.forwarded()
    few = queries(officer, LIST)
    template = world.sent
    Forwarding.objects.bulk_create(
        Forwarding(
            number=f"ZZ00-{number:04d}",
            handling=template.handling,
            institution=world.hospital,
            purpose="reply",
            summary=SUMMARY,
            forwarded_by=world.desk.handler,
            forwarded_at=world.at + timedelta(minutes=number),
        )
        for number in range(60)
    )
    assert queries(officer, LIST) <= few + 1  # the count, which a short list does not ask for
    first = officer.get(LIST)
    following = first.context["page"].later
    assert len(first.context["lines"]) == 50
    assert len(officer.get(LIST + following).context["lines"]) == 11


def test_a_matter_shows_words_clock_files_and_the_form_in_few_queries(world, officer):
    sent = world.forwarded()
    page = officer.get(one(sent)).content.decode()
    for seen in (
        sent.number,
        SUMMARY,
        world.desk.authority.name,
        "How this day was counted",
        "Picture 1",
        "Send the reply",
    ):
        assert seen in page
    assert queries(officer, one(sent)) <= 17


def test_the_words_of_one_institution_are_never_another_ones(world, officer):
    ours = world.forwarded()
    other = world.officers["other"]
    theirs = world.forwarded(institution=other.institution, summary="请贵院说明派车记录。")
    world.replied(forwarding=theirs, version=1, actor=other, text="本院的机密答复。")
    return_reply(**{**world.at_forwarding(note="请贵院补充派车单。"), "forwarding": theirs})
    page = officer.get(one(ours)).content.decode()
    for foreign in ("机密答复", "补充派车单", "派车记录", theirs.number):
        assert foreign not in page
    assert "机密答复" in client_of(other).get(one(theirs)).content.decode()
    assert officer.get(one(theirs)).status_code == 404


def test_words_to_all_institutions_of_a_part_reach_those_that_still_owed_an_answer(world, officer):
    early = world.forwarded()
    world.replied()
    late = world.forwarded(institution=world.officers["other"].institution)
    write(world, "两院请注意时限", Audience.INSTITUTION)
    write(world, "内部看法", Audience.AUTHORITIES)
    write(world, "只给自己", Audience.OWN)
    write(world, "致投诉人", Audience.COMPLAINANT)
    theirs = client_of(world.officers["other"]).get(one(late)).content.decode()
    assert "两院请注意时限" in theirs
    assert "两院请注意时限" not in officer.get(one(early)).content.decode()
    for foreign in ("内部看法", "只给自己", "致投诉人"):
        assert foreign not in theirs


def write(world, text: str, audience: Audience) -> None:
    ComplaintEvent.objects.create(
        complaint=world.complaint,
        handling=world.part,
        action="note",
        state=world.complaint.state,
        side="handler",
        audience=audience,
        text=text,
        actor=world.desk.handler,
        at=world.at,
    )


def test_the_contact_is_shown_after_the_release_and_each_opening_is_recorded(world, officer):
    sent = world.forwarded()
    officer.get(one(sent))
    assert not AuditRow.objects.filter(action="forwarding.read").exists()
    release_contact(**world.at_forwarding(reason="核对退款账户"))
    page = officer.get(one(sent)).content.decode()
    for seen in (NAME, PHONE, EMAIL):
        assert seen in page
    assert "核对退款账户" not in page
    officer.get(one(sent))
    rows = AuditRow.objects.filter(action="forwarding.read")
    assert [row.detail for row in rows] == [{"number": sent.number}] * 2
    world.complaint.consent_share_contact = False
    world.complaint.save(update_fields=["consent_share_contact"])
    assert PHONE not in officer.get(one(sent)).content.decode()


def test_a_file_has_a_number_and_neither_its_name_nor_its_key(world, officer):
    sent = world.forwarded()
    response = officer.get(reverse("forwarded:file", args=[sent.pk, 1]))
    content = b"".join(response.streaming_content)
    assert response.status_code == 200
    assert b"Exif" not in content
    assert sent.number in response["Content-Disposition"]
    assert "20261122" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in response["Cache-Control"]
    assert AuditRow.objects.get(action="forwarding.file_read").detail == {"number": sent.number}
    for number in (0, 2, 999):
        assert officer.get(reverse("forwarded:file", args=[sent.pk, number])).status_code == 404
    assert world.client("other").get(reverse("forwarded:file", args=[sent.pk, 1])).status_code == 404
    assert FILE_NAME.split(".")[0] not in officer.get(one(sent)).content.decode()


def test_what_has_to_be_answered_stands_on_the_officers_desk_and_in_the_rail(world, officer):
    sent = world.forwarded()
    desk = officer.get("/staff/").content.decode()
    assert sent.number in desk
    assert "Reply to the authority" in desk
    assert f'href="{LIST}"' in desk
    world.replied()
    return_reply(**world.at_forwarding(note="请补充"))
    assert "Reply again" in officer.get("/staff/").content.decode()
    manager = world.client("fleet_manager").get("/staff/").content.decode()
    assert sent.number not in manager
    assert f'href="{LIST}"' not in manager


def test_an_authoritys_desk_counts_what_is_late_and_what_is_near(world, handler):
    world.case.accepted()
    world.part.deadlines.update(due_on=world.at.date() - timedelta(days=400))
    page = handler.get("/staff/").content.decode()
    assert "Cases overdue" in page
    assert '<b class="stop">1</b>' in page
    supervisor = in_english(world.desk.supervisor).get("/staff/").content.decode()
    assert reverse("wall:waiting") in supervisor
    reviewer = client_of(person(Role.REVIEWER, body=world.desk.authority)).get("/staff/")
    assert b"?tab=overdue" not in reviewer.content


def test_the_open_cases_of_an_officer_who_leaves_go_to_the_successor(world):
    leaver, successor = world.desk.handler, person(Role.HANDLER, body=world.desk.authority)
    world.case.accepted()
    assert CASES.count(leaver) == 1
    assert CASES.move(leaver, successor) == 1
    assert world.part.assignee == successor
    clerk = person(Role.HOTLINE_CLERK, body=world.desk.authority)
    CASES.move(successor, clerk)
    assert world.part.assignee is None
    Handling.objects.update(assignee=leaver)
    Recusal.objects.create(complaint=world.complaint, user=successor, reason="亲属", at=world.at)
    assert CASES.move(leaver, successor) == 1
    assert world.part.assignee is None
    Handling.objects.update(assignee=leaver, state="closed", closed_at=world.at)
    assert CASES.count(leaver) == 0


def test_an_officer_sends_by_a_form_that_keeps_what_was_written(world, handler):
    world.case.accepted()
    page = reverse("wall:forward", args=[world.complaint.pk, world.part.pk])
    assert world.hospital.name in handler.get(page).content.decode()
    refused = handler.post(page, {"version": world.part.version, "summary": f"{SUMMARY}{NAME}"})
    assert refused.status_code == 422
    assert "name stands in the text" in refused.content.decode()
    assert SUMMARY in refused.content.decode()
    stale = handler.post(page, {"version": 1, "summary": SUMMARY})
    assert stale.status_code == 409
    assert SUMMARY in stale.content.decode()
    unknown = handler.post(page, {"version": world.part.version, "summary": SUMMARY, "credit_code": "X"})
    assert unknown.status_code == 422
    other = build.institution()
    data = {"summary": SUMMARY, "shown_files": [world.evidence.pk], "has_several_departments": "on"}
    done = handler.post(page, {"version": world.part.version, **data, "credit_code": other.credit_code})
    assert done.status_code == 303
    assert (world.sent.institution, world.sent.has_several_departments) == (other, True)


def test_each_step_on_what_was_sent_has_a_page(world, handler):
    world.forwarded()
    world.replied()

    def page(name: str) -> str:
        return reverse("wall:step", args=[world.complaint.pk, world.sent.pk, name])

    text = handler.get(page("return")).content.decode()
    assert REPLY in text
    assert ACTION in text
    assert handler.post(page("return"), {"version": world.part.version, "note": f"{NAME}"}).status_code == 422
    assert handler.post(page("return"), {"version": world.part.version, "note": "请补充"}).status_code == 303
    assert handler.post(page("release"), {"version": world.part.version, "reason": "退款"}).status_code == 303
    assert handler.post(page("recall"), {"version": 1, "reason": "误发"}).status_code == 409
    assert handler.post(page("recall"), {"version": world.part.version, "reason": "误发"}).status_code == 303
    assert handler.get(page("recall")).status_code == 200
    assert handler.get(page("nonsense")).status_code == 404
    assert [world.sent.state, world.part.state] == ["recalled", "accepted"]
    above = client_of(person(Role.HANDLER, body=build.authority(division=build.division("360100"))))
    assert above.get(page("return")).status_code == 403
