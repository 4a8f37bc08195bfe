"""What in a text names the complainant is found, however it is spaced or written."""

from __future__ import annotations

import pytest

from complaints.identifying import Identifier, Known, identifiers_in
from complaints.receipts import new_receipt_code, printed_receipt_code, receipt_hash

PERSON = Known(
    name="欧阳雪晴",
    phone="13912345678",
    email="Xueqing.OY@example.org",
    references=("AB12-3456", "12345-2026-777"),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请联系欧阳雪晴。", Identifier.NAME),
        ("欧 阳 雪 晴", Identifier.NAME),
        ("欧阳·雪晴女士", Identifier.NAME),
        ("电话13912345678", Identifier.PHONE),
        ("139 1234 5678", Identifier.PHONE),
        ("+86 139-1234-5678", Identifier.PHONE),
        ("１３９１２３４５６７８", Identifier.PHONE),
        ("一三九一二三四五六七八", Identifier.PHONE),
        ("幺三九，幺二三四，五六七八", Identifier.PHONE),
        ("xueqing.oy@EXAMPLE.org", Identifier.EMAIL),
        ("xueqing.oy ＠ example.org", Identifier.EMAIL),
        ("xueqing.oy(at)example.org", Identifier.EMAIL),
        ("编号AB12-3456", Identifier.REFERENCE),
        ("ab123456", Identifier.REFERENCE),
        ("ＡＢ12 3456", Identifier.REFERENCE),
        ("市平台 12345-2026-777 号件", Identifier.REFERENCE),
    ],
)
def test_what_identifies_is_found(text, found):
    assert identifiers_in(f"请核实。{text}。谢谢。", [PERSON]) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "11月22日收费28000元，公示应为10672元，车牌赣A12345。",
        "请联系本局0791-86000000。",
        "欧阳医生当班。",
        "雪天路滑，晴天亦然。",
        "example.org is the site of the hospital",
        "",
    ],
)
def test_what_does_not_identify_passes(text):
    assert identifiers_in(text, [PERSON]) == []


@pytest.mark.parametrize(
    ("name", "text", "is_found"),
    [
        ("An", "and then the ambulance ran", False),
        ("An", "Ms An called", True),
        ("Li Lei", "li-lei asked", True),
        ("Li Lei", "the lilei42 account", True),
        ("李", "李子树下", False),
        ("", "任何文字", False),
    ],
)
def test_names_are_found_as_words_and_a_family_name_alone_is_not(name, text, is_found):
    assert (Identifier.NAME in identifiers_in(text, [Known(name=name)])) is is_found


@pytest.mark.parametrize("text", ["0791-88123456", "079188123456", "88123456", "8812 3456", "(0791) 8812-3456-12"])
def test_a_landline_is_known_with_and_without_area_code(text):
    assert identifiers_in(text, [Known(phone="0791-88123456-12")]) == [Identifier.PHONE]


@pytest.mark.parametrize("written", [str, printed_receipt_code, str.lower, lambda code: f"查询码：{code}请查收"])
def test_a_receipt_code_is_found_by_its_hash_alone(written):
    code = new_receipt_code()
    known = Known(receipt_hashes=(receipt_hash(code),))
    assert identifiers_in(f"见 {written(code)}。", [known]) == [Identifier.RECEIPT_CODE]
    assert identifiers_in(f"见 {written(new_receipt_code())}。", [known]) == []


def test_a_number_of_a_messenger_before_the_sign_is_found_alone():
    assert identifiers_in("加QQ 123456789", [Known(email="123456789@qq.com")]) == [Identifier.EMAIL]


def test_everything_that_is_found_is_named_and_everybody_is_looked_for():
    other = Known(name="韩梅梅", phone="13700000001")
    text = "欧阳雪晴 13700000001 AB12-3456"
    assert identifiers_in(text, [PERSON, other]) == [Identifier.NAME, Identifier.PHONE, Identifier.REFERENCE]
