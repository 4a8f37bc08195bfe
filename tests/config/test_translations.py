"""The Chinese catalogue is whole, current and well written; English readers still get English."""

from __future__ import annotations

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import django
import pytest
from django.utils import translation
from django.utils.translation import gettext as translated

from directory.formats import BadFormat, check_plate
from registry.bands import band_of
from registry.standing import Standing
from tests.config.test_house import ROOT
from tests.conftest import NOT_RUN

SOURCE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
COMPILED = SOURCE.with_suffix(".mo")
NOT_SEARCHED = (".*", "var", "static-root", "test-results", "tests", "docs", "locale", "__pycache__")

CONTEXT_END = "\x04"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}|<[^>]+>|`[^`]+`")
CHINESE = "[\u4e00-\u9fff]"
FORBIDDEN = ("亲", "！", "!", "您输入有误", "非法输入", "的的")

needs_msgfmt = pytest.mark.skipif(
    not shutil.which("msgfmt"), reason=f"{NOT_RUN}no msgfmt here (apt-get install gettext)"
)
needs_xgettext = pytest.mark.skipif(
    not shutil.which("xgettext"), reason=f"{NOT_RUN}no xgettext here (apt-get install gettext)"
)


@dataclass
class Entry:
    """One message of a .po file: its parts by keyword (`msgctxt`, `msgid`, `msgid_plural`, `msgstr`, `msgstr[0]`)."""

    parts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def key(self) -> str:
        """The message as the compiled catalogue knows it, its context in front."""
        context = self.parts.get("msgctxt")
        return self.english if context is None else f"{context}{CONTEXT_END}{self.english}"

    @property
    def english(self) -> str:
        """What stands in the code."""
        return self.parts["msgid"]

    @property
    def chinese(self) -> str:
        """The translation. Chinese has one form for every number."""
        return self.parts.get("msgstr[0]", self.parts.get("msgstr", ""))


def entries_of(path: Path) -> list[Entry]:
    """The messages of a .po file, without its header and without those no longer used."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        entry, keyword = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#"):
                entry.is_fuzzy |= line.startswith("#,") and "fuzzy" in line
                continue
            name, quote, rest = line.partition('"')
            keyword = name.strip() or keyword
            entry.parts[keyword] = entry.parts.get(keyword, "") + ast.literal_eval(quote + rest)
        if entry.parts.get("msgid"):
            found.append(entry)
    return found


ENTRIES = entries_of(SOURCE)


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def faulty(is_faulty) -> list[str]:
    """The messages for which something is wrong, to be read in the failure."""
    return [f"{entry.english} → {entry.chinese}" for entry in ENTRIES if is_faulty(entry)]


# --- whole and current --------------------------------------------------------------------------------------------


def test_every_message_has_a_translation_that_somebody_looked_at():
    assert len(ENTRIES) > 700
    assert not faulty(lambda entry: entry.is_fuzzy or not entry.chinese.strip())


def test_every_translation_is_chinese():
    # Marks between words; a date that needs no word.
    allowed = {", ", "; ", "%(name)s: %(value)s", "by %(on)s"}
    assert not faulty(lambda entry: not re.search(CHINESE, entry.chinese) and entry.english not in allowed)


def test_the_compiled_catalogue_says_what_the_source_says():
    with COMPILED.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in ENTRIES:
        context = entry.parts.get("msgctxt")
        plural = entry.parts.get("msgid_plural")
        if plural is not None:
            assert compiled.ngettext(entry.english, plural, 2) == entry.chinese
        elif context is not None:
            assert compiled.pgettext(context, entry.english) == entry.chinese
        else:
            assert compiled.gettext(entry.english) == entry.chinese


@needs_msgfmt
def test_the_compiled_catalogue_is_what_msgfmt_makes_of_the_source(tmp_path):
    made = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check", "-o", made, SOURCE], check=True)
    assert made.read_bytes() == COMPILED.read_bytes(), "the .po is newer than the .mo: make messages"


@needs_xgettext
def test_the_catalogue_holds_every_message_of_the_program_and_no_other(tmp_path):
    copy = tmp_path / "program"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_SEARCHED, "*.csv", "*.md", "*.svg", "*.png"))
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hans", "--no-location"]
    plain = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy, env=plain, check=True, capture_output=True)
    wanted = {entry.key for entry in entries_of(copy / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po")}
    held = {entry.key for entry in ENTRIES}
    assert wanted - held == set(), "not translated yet: make messages, then translate"
    assert held - wanted == set(), "no longer in the program: make messages"


BETTER_THAN_DJANGO = {"This field is required.", ", ", "Type"}
"""Messages that Django has too, which we say better, in its pages as well."""


def test_no_translation_of_ours_changes_the_words_of_the_admin():
    ours = {entry.key: entry.chinese for entry in ENTRIES}
    theirs: dict[str, str] = {}
    for path in sorted(Path(django.__file__).parent.rglob("locale/zh_Hans/LC_MESSAGES/django.po")):
        theirs |= {entry.key: entry.chinese for entry in entries_of(path) if entry.chinese}
    assert theirs["Add"] == "增加"
    different = {key for key in ours.keys() & theirs.keys() if ours[key] != theirs[key]}
    assert different <= BETTER_THAN_DJANGO, "give the message a context, or Django's words"


# --- well written -------------------------------------------------------------------------------------------------


def test_placeholders_and_markup_are_the_same_on_both_sides():
    assert not faulty(lambda entry: placeholders(entry.english) != placeholders(entry.chinese))


def test_chinese_has_chinese_punctuation():
    after = re.compile(rf"{CHINESE}[,.?!;:()\"']")
    before = re.compile(rf"[,?!;()]{CHINESE}")
    for_filters = {"yes,no"}  # the comma is read by a template filter, not by people
    assert not faulty(
        lambda entry: entry.english not in for_filters and (after.search(entry.chinese) or before.search(entry.chinese))
    )


def test_a_sentence_ends_where_the_english_one_ends():
    assert not faulty(lambda entry: entry.english.endswith(".") != entry.chinese.endswith("。"))
    assert not faulty(lambda entry: entry.chinese != entry.chinese.strip())


def test_nobody_is_blamed_and_nobody_is_shouted_at():
    assert not faulty(lambda entry: any(word in entry.chinese for word in FORBIDDEN))


def test_the_reader_is_addressed_politely():
    assert not faulty(lambda entry: "你" in entry.chinese)


# --- the sentences people read first ------------------------------------------------------------------------------

BANDS = [
    (Standing.IN_SERVICE_120, "已登记 · 120院前急救车辆", "请核对车牌和车身单位名称是否与本页一致。"),
    (Standing.IN_SERVICE, "已登记 · 非120车辆", "本车不属于120急救网络，不得使用“120”标识。"),
    (
        Standing.INSPECTION_OVERDUE,
        "已登记 · 检验有效期已过",
        "登记的检验有效期止于2026年9月30日（星期三）。可向主管部门反映。",
    ),
    (Standing.SCRAP_OVERDUE, "已到强制报废期", "本车登记的强制报废期已过，不应继续使用。需要急救请拨打120。"),
    (Standing.SUSPENDED, "已暂停使用", "主管部门已暂停本车使用。需要急救请拨打120。"),
    (Standing.RETIRED, "已注销", "本车已不再登记为救护车。如仍在使用，请举报。"),
    (Standing.INSTITUTION_CLOSED, "所属单位已停业", "本车登记在已停业单位名下。如仍在使用，请举报。"),
    (Standing.CODE_REVOKED, "二维码已作废", "此码已更换；本车当前状态如下。"),
    (Standing.CODE_MISTYPED, "编码不完整或有误", "请对照车身印刷的编码重新输入（某处可能抄错）。"),
    (
        Standing.CODE_UNKNOWN,
        "未查到登记信息",
        "登记库中没有这个编码，可能是伪造或尚未登记。人身安全受到威胁请拨打110，需要急救请拨打120。",
    ),
]


def test_every_standing_has_its_sentences():
    assert {standing for standing, _, _ in BANDS} == set(Standing)


@pytest.mark.parametrize(("standing", "line", "explanation"), BANDS, ids=lambda value: getattr(value, "value", ""))
def test_a_standing_is_told_in_the_agreed_words(standing, line, explanation):
    with translation.override("zh-hans"):
        band = band_of(standing, date(2026, 9, 30))
    assert (band.line, band.explanation) == (line, explanation)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Please compare with the vehicle in front of you", "请与眼前车辆核对"),
        ("Does not match the vehicle", "与实车不符"),
        ("Make a complaint", "我要投诉"),
        ("Praise the crew", "我要表扬"),
        ("Call the complaint line", "拨打投诉电话"),
        ("Posted price", "公示价格"),
        ("Estimate the price", "按里程估算"),
        ("Owner", "所属单位"),
        ("Number", "编号"),
        ("Receipt code", "查询码"),
        ("Elder view", "长辈版"),
        ("Take a screenshot, or copy the receipt code", "截图或抄下查询码，我们无法找回"),
    ],
)
def test_what_everybody_reads_is_said_in_the_agreed_words(english, chinese):
    with translation.override("zh-hans"):
        assert translated(english) == chinese


def test_progress_is_told_in_words():
    with translation.override("zh-hans"):
        assert translated("Step %(step)s of %(steps)s") % {"step": 2, "steps": 6} == "第2步，共6步"


def test_a_plate_that_is_none_is_told_what_would_be_one():
    with translation.override("zh-hans"), pytest.raises(BadFormat) as refused:
        check_plate("京A123")
    with translation.override("zh-hans"):
        assert str(refused.value.message).startswith("车牌号应为7位或8位，例如 京A12345")


def test_english_readers_get_english():
    with translation.override("en"):
        assert not [entry.english for entry in ENTRIES if translated(entry.english) != entry.english]
