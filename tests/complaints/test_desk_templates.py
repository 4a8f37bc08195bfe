"""Reply templates on the pages of a step: paragraphs are chosen, the text is filled, gaps stop the sending."""

from __future__ import annotations

import pytest
from django.urls import reverse

from complaints.kinds import Kind
from complaints.models import Complaint
from tests.complaints.desk import case
from tests.complaints.entries import PHONE
from tests.people import client_of

pytestmark = pytest.mark.django_db


def step(one, name: str, who=None, **asked):
    where = reverse("cases:act", args=[one.complaint.pk, one.part.pk, name])
    return client_of(who or one.desk.handler).get(where, asked)


def text_of(answer) -> str:
    form = answer.context["form"]
    value: str = form[form.text_field].value() or ""
    return value


def test_the_template_is_offered_and_leaves_the_text_alone_until_it_is_asked_for():
    one = case()
    answer = step(one, "accept")
    assert "以模板" in answer.content.decode() or "template" in answer.content.decode()
    assert text_of(answer) == ""
    assert not [choice for choice in answer.context["reply"].choices if "{" in choice.text]


def test_the_chosen_paragraphs_fill_the_text_with_what_the_case_knows():
    one = case(Kind.SERVICE)
    text = text_of(step(one, "accept", template="1", take=["follow"]))
    assert one.complaint.reference in text
    assert "服务态度" in text
    assert "感谢您反映情况" not in text
    assert "____" not in text
    assert "感谢您反映情况" in text_of(step(one, "accept", template="1", take=["thanks"]))
    for secret in ("李雷", PHONE):
        assert secret not in text


def test_the_text_is_in_the_language_of_whoever_complained():
    one = case()
    Complaint.objects.filter(pk=one.complaint.pk).update(language="en")
    assert "accept" in text_of(step(one, "accept", template="1")).lower()


def test_of_paragraphs_that_exclude_each_other_exactly_one_is_taken():
    one = case()
    page = step(one, "decline", template="1")
    assert page.status_code == 200
    assert page.context["reply"].is_wrong
    assert 'name="take_reason"' in page.content.decode()
    assert text_of(step(one, "decline", template="1", take_reason="repeated"))


def test_a_text_with_open_gaps_is_not_sent():
    one = case()
    text = text_of(step(one, "decline", template="1", take_reason="not_our_duty"))
    assert "____" in text
    where = reverse("cases:act", args=[one.complaint.pk, one.part.pk, "decline"])
    client = client_of(one.desk.handler)
    answer = client.post(where, {"version": one.part.version, "reason": text})
    assert answer.status_code == 422
    assert one.part.state == "pending"
    whole = text.replace("____", "南昌市东湖区市场监督管理局")
    assert client.post(where, {"version": one.part.version, "reason": whole}).status_code == 303
    assert one.part.events.get(action="decline").text == whole


def test_names_of_no_paragraph_and_steps_without_a_template_are_passed_over():
    one = case()
    assert text_of(step(one, "accept", template="1", take=["nonsense", "%00"]))
    assert step(one, "note", template="1").context["reply"] is None
