"""What a complainant does by program: the same core as the pages, problems as RFC 9457 says, 409 for wrong states."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # has no types
import pytest
from django.test import Client
from django.utils import timezone

from complaints import api, api_follow
from complaints.kinds import Kind
from complaints.models import Complaint, Rating
from complaints.receipts import receipt_hash
from complaints.services import withdraw
from complaints.strands import strands_of
from complaints.workflow import State
from edge.limits import Limiter
from tests.complaints.api_calls import URL, faults, photo, problem
from tests.complaints.build import authorities
from tests.complaints.desk import Case, case, desk
from tests.complaints.entries import NARRATIVE, NOW, PHONE, entry, filed, submit
from tests.complaints.followers import asked

pytestmark = pytest.mark.django_db
CODE = "ACEFHJKMNPRTWXY2"


def holder(complaint: Complaint) -> Complaint:
    """The complaint, with a receipt code that the test knows."""
    complaint.receipt_hash = receipt_hash(CODE)
    complaint.save(update_fields=["receipt_hash"])
    return complaint


def post(complaint: Complaint, step: str, body: Any = None, *, code: str = CODE, files: Any = None) -> Any:
    """POST one step, as JSON, or as a form where there are files."""
    headers = {"Receipt-Code": code, "Accept-Language": "en"}
    url = f"{URL}{complaint.reference}/{step}/"
    if files is not None:
        return Client().post(url, {**(body or {}), "evidence": files}, headers=headers)
    return Client().post(url, json.dumps(body or {}), content_type="application/json", headers=headers)


def story(complaint: Complaint) -> Any:
    return Client().get(f"{URL}{complaint.reference}/", headers={"Receipt-Code": CODE, "Accept-Language": "en"}).json()


@pytest.fixture
def city():
    return desk(division="360100")


@pytest.fixture
def one(city) -> Case:
    found = case(Kind.SERVICE)
    found.at = timezone.now() - timedelta(days=1)
    holder(found.complaint)
    return found


STEPS = {
    "material": {"text": "补充"},
    "answers": {"question": 1, "text": "x"},
    "withdrawal": {},
    "rating": {"stars": 5},
    "review": {"reason": "x"},
}


@pytest.mark.parametrize("step", STEPS)
def test_without_the_receipt_code_nothing_is_there_and_wrong_ones_are_counted(one, step, monkeypatch):
    counted = Limiter({"tracking": "1/10 minutes", "drafts": "9/10 minutes"})
    monkeypatch.setattr(api, "limiter", lambda: counted)
    problem(post(one.complaint, step, STEPS[step], code="WRONG"), 404, "complaint-not-found")
    problem(post(one.complaint, step, STEPS[step]), 429, "too-many-requests")
    assert one.complaint.events.count() == 1


@pytest.mark.parametrize("step", ["rating", "review"])
def test_before_an_answer_nothing_is_rated_or_reviewed(one, step):
    problem(post(one.complaint, step, STEPS[step]), 409, "not-in-this-state")


@pytest.mark.parametrize("step", ["material", "withdrawal"])
def test_after_a_withdrawal_nothing_more_is_taken(one, step):
    withdraw(complaint=one.complaint, now=NOW)
    problem(post(one.complaint, step, STEPS[step]), 409, "not-in-this-state")


def test_material_is_added_with_files(one):
    answer = post(one.complaint, "material", {"text": "补充"}, files=[photo("收据.jpg")])
    assert answer.status_code == 200, answer.content
    assert [item["name"] for item in answer.json()["evidence"]] == ["收据.jpg"]
    assert answer.json()["events"][-1]["action"] == "add_material"
    assert faults(post(one.complaint, "material", {"text": ""})) == {("text", "required")}
    assert faults(post(one.complaint, "material", {"text": "长" * 5001})) == {("text", "max_length")}


def test_a_file_that_is_not_taken_is_named_and_leaves_nothing(one):
    refused = post(one.complaint, "material", {"text": "x"}, files=[photo("a.jpg", b"MZ program")])
    assert {field for field, _code in faults(refused)} == {"evidence.0"}
    assert not one.complaint.evidence.exists()
    assert one.complaint.events.count() == 1


def test_files_are_counted_by_address(one, monkeypatch):
    counted = Limiter({"drafts": "1/10 minutes"})
    monkeypatch.setattr(api_follow, "limiter", lambda: counted)
    problem(post(one.complaint, "material", {}, files=[photo("a.jpg"), photo("b.jpg")]), 429, "too-many-requests")


def test_a_question_is_read_answered_once_and_gone(one):
    one.accepted()
    question = asked(one, "请提供发票。")
    [told] = story(one.complaint)["questions"]
    assert (told["id"], told["text"], told["authority"]) == (question.pk, "请提供发票。", one.desk.authority.name)
    assert any(each["paused"] for each in story(one.complaint)["deadlines"])
    answer = post(one.complaint, "answers", {"question": question.pk, "text": "见附件"}, files=[photo()])
    assert answer.json()["questions"] == []
    problem(post(one.complaint, "answers", {"question": question.pk, "text": "再来"}), 409, "not-in-this-state")


def test_a_question_of_another_complaint_is_unknown(one):
    other = case(Kind.SERVICE, one.desk).accepted()
    question = asked(other)
    problem(post(one.complaint, "answers", {"question": question.pk, "text": "x"}), 404, "question-unknown")
    assert faults(post(one.complaint, "answers", {"question": "x"})) == {("question", "invalid")}


def test_an_answer_is_told_with_the_right_to_a_review(one, city):
    one.concluded(measures=["refund"], refund_amount=Decimal("17328.00"))
    [decision] = story(one.complaint)["decisions"]
    assert decision["outcome"]["finding"] == "substantiated"
    assert decision["outcome"]["found"] == "What you said was found to be right."
    assert (decision["refund_amount"], decision["text"]) == ("17328.00", "责令退还多收费用并整改。")
    assert decision["review"]["authority"] == city.authority.name
    assert decision["review"]["is_open"]
    said = json.dumps(story(one.complaint), ensure_ascii=False)
    for inner in (NARRATIVE, PHONE, "李雷", "收费高于公示价格", one.desk.handler.name, one.desk.supervisor.name):
        assert inner not in said


def test_an_answer_is_rated(one):
    one.concluded()
    answer = post(one.complaint, "rating", {"stars": 2, "text": "太慢"})
    assert answer.json()["strands"][0]["rating"] == 2
    assert Rating.objects.get().text == "太慢"
    assert faults(post(one.complaint, "rating", {"stars": 6})) == {("stars", "max_value")}
    assert faults(post(one.complaint, "rating", {})) == {("stars", "required")}


def test_a_review_is_asked_for_once(one, city):
    one.concluded()
    assert faults(post(one.complaint, "review", {"reason": ""})) == {("reason", "required")}
    answer = post(one.complaint, "review", {"reason": "退款不对"}).json()
    assert (answer["state"], answer["public_state"]) == ("under_review", "under_review")
    assert one.complaint.handlings.filter(role="review", authority=city.authority).count() == 1
    problem(post(one.complaint, "review", {"reason": "退款不对"}), 409, "not-in-this-state")


def test_after_the_term_and_without_anybody_above_it_says_so(one):
    one.at = timezone.now() - timedelta(days=60)
    one.concluded()
    problem(post(one.complaint, "review", {"reason": "x"}), 409, "term-over")
    one.complaint.receipt_hash = "elsewhere"
    one.complaint.save()
    top = case(Kind.SERVICE, desk(division="360000"), division_code="360000")
    holder(top.complaint)
    top.at = timezone.now()
    top.concluded()
    problem(post(top.complaint, "review", {"reason": "x"}), 409, "no-superior")


def test_of_a_claim_and_a_report_one_is_named():
    authorities()
    complaint = holder(filed(kind=Kind.OVERCHARGING, files_both=True))
    assert [one["nature"] for one in story(complaint)["strands"]] == ["complaint", "report"]
    answer = post(complaint, "withdrawal", {"strand": "report"}).json()
    assert [one["state"] for one in answer["strands"]] == ["received", "withdrawn"]
    assert [one.state for one in strands_of(complaint)] == [State.RECEIVED, State.WITHDRAWN]
    assert faults(post(complaint, "rating", {"stars": 5, "strand": "praise"})) == {("strand", "unknown")}
    assert post(complaint, "withdrawal").status_code == 200


def test_the_story_is_what_the_document_says(one, city):
    one.concluded(measures=["refund"], refund_amount=Decimal(17328))
    document = Client().get("/api/v1/schema/").json()
    schema = {"$ref": "#/components/schemas/FullStory", "components": document["components"]}
    found = story(one.complaint)
    jsonschema.validate(found, _without_nulls(schema))
    assert set(found) == set(document["components"]["schemas"]["FullStory"]["properties"])


def _without_nulls(schema: Any) -> Any:
    """The schema with OpenAPI 3.0's `nullable` said as plain JSON schema says it."""
    if isinstance(schema, list):
        return [_without_nulls(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _without_nulls(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def test_other_methods_are_refused(one):
    for step in STEPS:
        problem(Client().get(f"{URL}{one.complaint.reference}/{step}/"), 405, "method-not-allowed")
    assert submit(entry()).is_new
