"""Beginning a reply: a template, its paragraphs, what the case knows already, and the text."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.urls import reverse

from accounts.roles import Role
from complaints.letters import ReplyTemplate
from complaints.letters.letter import LANGUAGES
from complaints.letters.templates import templates_in
from complaints.models import Complaint
from complaints.reply_forms import PLACEHOLDERS, known_values, reply_draft
from tests import build
from tests.complaints.desk import case, desk
from tests.complaints.entries import NARRATIVE, PHONE
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
ALL = tuple(ReplyTemplate)


def draft(query="", known=None, names=ALL, language="zh-hans", forbidden=frozenset()):
    return reply_draft(QueryDict(query), names, language, known or {}, forbidden)


def page(one, who, query=""):
    return client_of(who).get(reverse("links:reply", args=[one.complaint.pk]) + f"?lang=en&{query}")


def test_every_open_name_of_every_template_has_words():
    for language in LANGUAGES:
        for template in templates_in(language).values():
            assert template.placeholders <= set(PLACEHOLDERS)


def test_at_first_there_is_only_the_choice_of_a_template():
    found = draft()
    assert [value for value, _ in found.choices] == ReplyTemplate.values
    assert (found.chosen, found.form, found.text) == ("", None, "")
    assert draft("reply=nonsense").form is None
    assert draft("reply=forwarding", names=(ReplyTemplate.QUESTION,)).form is None


def test_a_chosen_template_begins_with_its_usual_paragraphs_and_what_the_case_knows():
    form = draft("reply=acceptance", {"about": "收费过高", "reference": "AB12-3456"}).form
    assert form["p_thanks"].initial
    assert not form["p_other_authorities"].initial
    assert form["v_about"].initial == "收费过高"
    assert form["v_due_on"].initial == ""
    assert not form.errors


def test_the_text_holds_the_chosen_paragraphs_filled():
    query = "reply=acceptance&preview=1&p_thanks=on&v_about=收费过高&v_due_on=2027年1月25日"
    text = draft(query).text
    assert text.splitlines()[0] == "感谢您反映情况。"
    assert "“收费过高”" in text
    assert "查询码" not in text


def test_what_is_missing_is_said_at_its_field_and_an_unneeded_name_may_stay_empty():
    found = draft("reply=acceptance&preview=1&v_about=收费过高")
    assert found.text == ""
    assert set(found.form.errors) == {"v_due_on"}
    found = draft("reply=acceptance&preview=1&v_about=收费过高&v_due_on=明天&p_other_authorities=on")
    assert set(found.form.errors) == {"v_other_authority"}


def test_exactly_one_paragraph_of_a_group_is_chosen():
    known = "v_about=收费&v_facts=属实的事实"
    assert set(draft(f"reply=conclusion&preview=1&{known}").form.errors) == {"g_outcome"}
    assert set(draft(f"reply=conclusion&preview=1&{known}&g_outcome=nonsense").form.errors) == {"g_outcome"}
    text = draft(f"reply=conclusion&preview=1&{known}&g_outcome=not_substantiated").text
    assert "不属实" in text
    assert "部分属实" not in text


def test_braces_and_markup_typed_into_a_value_stay_words():
    one = draft("reply=question&preview=1&v_about={question}&v_question=<b>几点</b>")
    assert "｛question｝" in one.text
    assert "<b>几点</b>" in one.text
    here = case(at_desk=desk())
    shown = page(here, here.desk.handler, "reply=question&preview=1&v_about=x&v_question=<b>几点</b>").content.decode()
    assert "<b>几点</b>" not in shown
    assert "&lt;b&gt;几点&lt;/b&gt;" in shown


def test_the_case_fills_in_what_it_knows_and_to_an_institution_no_reference():
    vehicle = build.ambulance()
    one = case(at_desk=desk(), plate=vehicle.plate).concluded()
    values = known_values(one.complaint, one.part, ReplyTemplate.CONCLUSION, "zh-hans")
    assert values["reference"] == one.complaint.reference
    assert values["facts"] == "收费高于公示价格。"
    assert values["office"] == one.desk.authority.name
    to_them = known_values(one.complaint, one.part, ReplyTemplate.FORWARDING, "zh-hans")
    assert "reference" not in to_them
    assert to_them["occurred_on"]
    for secret in (one.complaint.reference, "李雷", PHONE, NARRATIVE, ":"):
        assert secret not in "".join(to_them.values())


def test_the_reference_of_the_case_cannot_be_written_into_a_forwarding():
    query = "reply=forwarding&preview=1&v_reference=AB12-3456&v_summary=收费&v_reply_by=明天"
    assert set(draft(query, forbidden=frozenset({"AB12-3456"})).form.errors) == {"v_reference"}
    assert "FW" in draft(query.replace("AB12-3456", "FW12-0001"), forbidden=frozenset({"AB12-3456"})).text


def test_the_page_shows_the_text_and_422_while_something_is_missing():
    one = case(at_desk=desk())
    assert page(one, one.desk.handler).status_code == 200
    assert page(one, one.desk.handler, "reply=acceptance").status_code == 200
    response = page(one, one.desk.handler, "reply=acceptance&preview=1&v_about=x")
    assert response.status_code == 422
    assert "Fill this in" in response.content.decode()
    response = page(one, one.desk.handler, "reply=acceptance&preview=1&v_about=x&v_due_on=y")
    assert "本机关决定予以受理" in response.content.decode()


def test_the_template_is_in_the_complainants_language_and_for_the_institution_in_chinese():
    one = case(at_desk=desk())
    Complaint.objects.filter(pk=one.complaint.pk).update(language="en")
    assert "Thank you for telling us" in page(one, one.desk.handler, "reply=acceptance").content.decode()
    assert "请勿查找" not in page(one, one.desk.handler, "reply=acceptance").content.decode()
    assert "反映情况" not in page(one, one.desk.handler, "reply=acceptance").content.decode()
    assert (
        "请予核查"
        in page(
            one, one.desk.handler, "reply=forwarding&preview=1&v_reference=F&v_summary=s&v_reply_by=b"
        ).content.decode()
    )


def test_strangers_get_no_reply_page():
    one = case(at_desk=desk())
    stranger = person(Role.HANDLER, body=build.authority(division=build.division("110105")))
    assert page(one, stranger).status_code == 404
    assert page(one, person(Role.COMPLAINT_OFFICER, body=build.institution())).status_code == 403
