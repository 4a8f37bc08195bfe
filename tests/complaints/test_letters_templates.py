"""Texts to begin a reply with: the same in both languages, filled whole, and nobody betrayed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.clock import STEPS, Basis, Sureness
from complaints.letters import DeclineReason, ReplyTemplate, render, reply_template
from complaints.letters.letter import CHINESE, ENGLISH, LANGUAGES
from complaints.letters.placeholders import MissingPlaceholder, UnknownPlaceholder, filled, names_in
from complaints.letters.templates import DECLINE_BASIS, IDENTITY, WrongChoice, template_of, templates_in

EVERY = [(name, language) for name in ReplyTemplate for language in LANGUAGES]
MANY = pytest.mark.parametrize(("name", "language"), EVERY)


def values_for(template, value="某事"):
    return dict.fromkeys(template.placeholders, value)


def everything(template):
    """Every optional paragraph, but one only of each group."""
    chosen, groups = set(), set()
    for paragraph in template.paragraphs:
        if paragraph.is_optional and (not paragraph.one_of or paragraph.one_of not in groups):
            chosen.add(paragraph.key)
            groups.add(paragraph.one_of)
    return chosen


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_exists(language):
    assert set(templates_in(language)) == set(ReplyTemplate)


@pytest.mark.parametrize("name", list(ReplyTemplate))
def test_both_languages_have_the_same_paragraphs_with_the_same_placeholders(name):
    chinese, english = (
        [
            (p.key, p.placeholders, p.is_optional, p.is_default, p.one_of)
            for p in reply_template(name, language).paragraphs
        ]
        for language in (CHINESE, ENGLISH)
    )
    assert chinese == english


@MANY
def test_the_default_choice_is_a_whole_reply(name, language):
    template = reply_template(name, language)
    said = render(template, template.default_choice, values_for(template))
    assert len(said.split("\n")) == len(template.taken(template.default_choice))
    assert not re.search(r"[{}]", said)


@MANY
def test_every_paragraph_can_be_chosen(name, language):
    template = reply_template(name, language)
    for paragraph in template.paragraphs:
        chosen = everything(template)
        if paragraph.one_of:
            chosen -= {p.key for p in template.paragraphs if p.one_of == paragraph.one_of}
        if paragraph.is_optional:
            chosen.add(paragraph.key)
        said = render(template, chosen, values_for(template, "VALUE"))
        assert filled(paragraph.text, values_for(template, "VALUE")) in said.split("\n")


HOSTILE = st.text(alphabet=st.sampled_from("{}abou_t\\1g<0>\x00\u202e\r\n救 %()$"), min_size=1, max_size=40)


@given(HOSTILE)
def test_no_value_leaves_a_brace_or_is_filled_itself(value):
    template = reply_template(ReplyTemplate.CONCLUSION, CHINESE)
    values = values_for(template) | {"facts": f"x{value}{{about}}"}
    said = render(template, template.default_choice, values)
    assert not re.search(r"[{}\x00\u202e\r]", said)
    assert "｛about｝" in said


def test_paragraphs_of_a_value_stay():
    template = reply_template(ReplyTemplate.QUESTION, CHINESE)
    said = render(template, frozenset(), {"about": "收费", "question": "1. 几点？\r\n\r\n2. 哪里？"} | rest(template))
    assert said.split("\n")[1:] == ["1. 几点？", "2. 哪里？"]


def rest(template):
    return dict.fromkeys(template.placeholders - {"about", "question"}, "x")


@pytest.mark.parametrize("nothing", [None, "", " \n", "\u200b"])
def test_a_value_that_lacks_or_says_nothing_is_named(nothing):
    template = reply_template(ReplyTemplate.ACCEPTANCE, CHINESE)
    values = values_for(template)
    if nothing is None:
        del values["due_on"]
    else:
        values["due_on"] = nothing
    with pytest.raises(MissingPlaceholder, match="due_on"):
        render(template, template.default_choice, values)


def test_what_only_a_paragraph_left_out_needs_may_lack():
    template = reply_template(ReplyTemplate.ACCEPTANCE, CHINESE)
    said = render(template, frozenset(), {"about": "收费", "due_on": "2027年1月24日"})
    assert said.split("\n") == [
        "您反映的“收费”属于本机关职责范围，本机关决定予以受理。",
        "本机关将不迟于2027年1月24日作出处理意见，并书面答复您。",
    ]


def test_a_value_no_paragraph_asks_for_is_refused():
    template = reply_template(ReplyTemplate.ACCEPTANCE, CHINESE)
    with pytest.raises(UnknownPlaceholder, match="dueon"):
        render(template, frozenset(), values_for(template) | {"dueon": "x"})


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"none_of_it"}, "no optional paragraph none_of_it"),
        ({"decision"}, "no optional paragraph decision"),
        (set(), "exactly one reason"),
        ({"not_our_duty", "repeated"}, "exactly one reason"),
    ],
)
def test_a_choice_that_makes_no_reply_is_refused(chosen, words):
    template = reply_template(ReplyTemplate.REFUSAL, CHINESE)
    with pytest.raises(WrongChoice, match=words):
        render(template, chosen, values_for(template))


def test_a_conclusion_has_exactly_one_outcome_of_four_and_any_measures():
    template = reply_template(ReplyTemplate.CONCLUSION, CHINESE)
    outcomes = [p.key for p in template.paragraphs if p.one_of == "outcome"]
    assert outcomes == ["substantiated", "partly_substantiated", "not_substantiated", "undetermined"]
    said = render(template, {"substantiated", "refund", "transfer_of_clues"}, values_for(template, "某"))
    assert "退还多收的某元" in said
    assert "线索已依法移送" in said


# --- reasons -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_to_decline_is_a_paragraph_of_refusals_and_no_other_is(language):
    template = reply_template(ReplyTemplate.REFUSAL, language)
    assert [p.key for p in template.paragraphs if p.one_of == "reason"] == list(DeclineReason)


def test_a_reason_cites_only_law_that_is_sure():
    assert set(DECLINE_BASIS) == set(DeclineReason)
    sure = {rule.basis for rule in STEPS if rule.sureness in {Sureness.A, Sureness.B}}
    assert {basis for basis in DECLINE_BASIS.values() if basis} == {Basis("信访工作条例", 23)}
    assert {basis for basis in DECLINE_BASIS.values() if basis} <= sure


@MANY
def test_no_template_cites_law_by_itself(name, language):
    text = "".join(paragraph.text for paragraph in reply_template(name, language).paragraphs)
    assert not re.search(r"《|第[\d一二三四五六七八九十]+条|[Aa]rticle", text)


# --- who complained ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_institution_is_told_nothing_that_names_the_complainant(language):
    template = reply_template(ReplyTemplate.FORWARDING, language)
    assert template.placeholders == {"reference", "summary", "vehicle", "occurred_on", "records", "reply_by"}
    assert not template.placeholders & IDENTITY


@pytest.mark.parametrize("name", sorted(IDENTITY))
def test_a_forwarding_that_would_betray_the_complainant_is_not_read(name):
    table = {"title": "x", "paragraphs": [{"key": "a", "text": f"来自{{{name}}}"}]}
    with pytest.raises(ValueError, match=name):
        template_of(ReplyTemplate.FORWARDING, CHINESE, table)


# --- files that officials edit -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraphs", "words"),
    [
        ([{"key": "a", "text": "x"}, {"key": "a", "text": "y"}], "two paragraphs of one key"),
        ([{"key": "a", "text": "x", "is_default": True}], "cannot be chosen"),
        ([{"key": "a", "text": "x", "one_of": "g"}], "cannot be chosen"),
        ([{"key": "a", "text": "{about"}], "encloses no name"),
        ([{"key": "a", "text": "{About}"}], "encloses no name"),
        ([{"key": "a", "text": "{a.b}"}], "encloses no name"),
    ],
)
def test_a_slip_in_a_file_is_found_when_it_is_read(paragraphs, words):
    with pytest.raises(ValueError, match=words):
        template_of(ReplyTemplate.ACCEPTANCE, CHINESE, {"title": "x", "paragraphs": paragraphs})


def test_a_field_that_does_not_exist_is_found_when_the_file_is_read():
    with pytest.raises(TypeError, match="optional"):
        template_of(ReplyTemplate.ACCEPTANCE, CHINESE, {"title": "x", "paragraphs": [{"key": "a", "optional": True}]})


def test_names_are_read_out_of_a_text():
    assert names_in("您于{received_on}提交的{about}") == {"received_on", "about"}
    assert names_in("没有") == frozenset()
