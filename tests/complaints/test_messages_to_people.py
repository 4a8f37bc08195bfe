"""The messages of the complaints app as they are read: words, length, and what must not be in them."""

from __future__ import annotations

import pytest

from complaints.models import Complaint
from complaints.services import add_material, withdraw
from notifications.channels import CHANNELS
from notifications.models import Message
from notifications.rendering import render_parts
from tests import build
from tests.complaints.entries import EMAIL, NARRATIVE, NOW, PHONE, entry, submit

pytestmark = pytest.mark.django_db


def written(language: str) -> tuple[str, dict[tuple[str, str], dict[str, str]]]:
    """File, add material, withdraw; every message as its reader sees it."""
    build.authority()
    receipt = submit(entry(contact_email=EMAIL, place="东湖区民德路"), language=language).receipt
    complaint = Complaint.objects.get(reference=receipt.reference)
    add_material(complaint=complaint, text="还有一段录音。", evidence=[], now=NOW)
    withdraw(complaint=complaint, now=NOW)
    texts = {
        (message.template, message.channel): render_parts(
            message.template, message.language, CHANNELS[message.channel].parts, message.context
        )
        for message in Message.objects.all()
    }
    for text in texts.values():
        for secret in (NARRATIVE[:8], "李雷", PHONE, EMAIL, "民德路", "录音", receipt.receipt_code):
            assert secret not in str(text)
    return receipt.reference, texts


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_message_names_the_reference_and_none_tells_the_story(language):
    reference, texts = written(language)
    assert set(texts) == {
        ("complaints/received", "email"),
        ("complaints/received", "sms"),
        ("complaints/new_case", "email"),
        ("complaints/material_added", "email"),
        ("complaints/withdrawn", "email"),
        ("complaints/withdrawn", "sms"),
        ("complaints/case_withdrawn", "email"),
    }
    assert all(reference in "".join(parts.values()) for parts in texts.values())


def test_a_chinese_text_message_fits_into_seventy_characters(settings):
    settings.ENV = settings.ENV.model_copy(update={"PUBLIC_BASE_URL": "https://jhc.example.gov.cn"})
    _reference, texts = written("zh-hans")
    lengths = {key: len(parts["sms.txt"]) for key, parts in texts.items() if key[1] == "sms"}
    assert len(lengths) == 2
    assert max(lengths.values()) <= 70, lengths


def test_the_acknowledgement_says_by_when_in_the_readers_language():
    _reference, texts = written("zh-hans")
    assert "12月8日" in texts["complaints/received", "sms"]["sms.txt"]


def test_the_english_acknowledgement_says_by_when():
    _reference, texts = written("en")
    assert "8 December 2026" in texts["complaints/received", "email"]["email.txt"]


def test_who_left_no_contact_gets_no_message():
    build.authority()
    submit(entry(contact_phone="", contact_name="李雷"))
    assert [message.template for message in Message.objects.all()] == ["complaints/new_case"]


def test_a_landline_gets_no_text_message():
    submit(entry(contact_phone="0791-88886666"))
    assert not Message.objects.filter(channel="sms").exists()
