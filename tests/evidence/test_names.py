"""File names as they are shown: whatever was sent, made harmless."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.names import LONGEST_NAME, clean_name, download_name


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("bill.jpg", "bill.jpg"),
        ("收费单据 1.jpg", "收费单据 1.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\li\\bill.jpg", "bill.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("bi\x00ll\r\n.jpg", "bill.jpg"),
        ("a\u200bb\ufeff.png", "ab.png"),
        ("  two   words .png ", "two words.png"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("///", "file"),
        ("\u202e", "file"),
        ("cafe\u0301.jpg", "café.jpg"),
    ],
)
def test_a_name_is_shown_harmless(sent, shown):
    assert clean_name(sent) == shown


def test_a_long_name_keeps_its_ending():
    shown = clean_name("很" * 300 + ".jpeg")
    assert len(shown) == LONGEST_NAME
    assert shown.endswith("很.jpeg")


@given(st.text(max_size=300))
def test_no_name_can_do_harm(sent):
    shown = clean_name(sent)
    assert 0 < len(shown) <= LONGEST_NAME
    assert not set(shown) & set("/\\")
    assert not any(unicodedata.category(character)[0] == "C" for character in shown)
    assert shown == clean_name(shown)


@pytest.mark.parametrize(
    ("name", "content_type", "saved_as"),
    [
        ("bill.heic", "image/jpeg", "bill.jpg"),
        ("virus.exe", "image/jpeg", "virus.exe.jpg"),
        ("bill", "application/pdf", "bill.pdf"),
        ("voice.amr", "audio/amr", "voice.amr"),
        ("a.b.PNG", "image/jpeg", "a.b.jpg"),
        ("page.html", "text/html", "page.html.bin"),
    ],
)
def test_a_download_ends_as_its_type_does(name, content_type, saved_as):
    assert download_name(name, content_type) == saved_as
