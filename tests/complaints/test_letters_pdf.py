"""The letter as a PDF: it says what it should in the right order, whatever was put into it."""

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise

import pypdfium2
import pypdfium2.raw
import pytest
from PIL import Image, ImageStat
from reportlab.pdfbase import pdfmetrics

from complaints.letters import LetterKind, write_letter
from complaints.letters.font import FAMILY, font_file
from complaints.letters.layout import BODY, BOTTOM, SIDE, WIDTH
from complaints.letters.letter import CHINESE, ENGLISH, LANGUAGES
from complaints.letters.pdf import STRAIGHT
from complaints.letters.words import words_in
from registry.fonts import CharactersMissing, typeface
from tests.complaints.letters import full_letter, pages_of, text_of

EVERY = [(kind, language) for kind in LetterKind for language in LANGUAGES]
MANY = pytest.mark.parametrize(("kind", "language"), EVERY)


def joined(text: str) -> str:
    return "".join(text.split())


def render(document: bytes, page: int = 0, scale: float = 1.5) -> Image.Image:
    with pypdfium2.PdfDocument(document) as pdf:
        picture: Image.Image = pdf[page].render(scale=scale).to_pil()
    return picture.convert("L")


@MANY
def test_it_says_everything_in_the_usual_order(kind, language):
    letter = full_letter(kind, language)
    said = text_of(write_letter(letter))
    words = words_in(language)
    findings = letter.facts if language == CHINESE else letter.facts.translate(STRAIGHT)
    order = [letter.authority_name, words.kinds[kind].title, letter.number, letter.addressee, letter.claim]
    order += [*findings.split("\n"), letter.reasons]
    order.append(letter.decision)
    order += letter.measures
    order += [remedy.body for remedy in letter.remedies]
    order += [letter.contact, words.kinds[kind].closing, letter.authority_name, words.day(letter.signed_on), words.seal]
    position = 0
    for text in order:
        assert joined(text) in said[position:], text
        position = said.index(joined(text), position) + len(joined(text))
    assert all(joined(law) in said for law in letter.legal_basis)
    assert "{" not in said


@MANY
def test_a_letter_of_one_or_two_pages_is_small_a4_and_has_no_picture(kind, language):
    document = write_letter(full_letter(kind, language))
    assert len(document) < 100_000
    assert b"/Subtype /Image" not in document
    with pypdfium2.PdfDocument(document) as pdf:
        assert len(pdf) <= 2
        for page in pdf:
            assert page.get_size() == pytest.approx((595.28, 841.89), abs=0.01)


def test_only_notices_of_acceptance_and_extension_name_the_last_day():
    naming = {kind for kind in LetterKind if "2027年1月24日" in text_of(write_letter(full_letter(kind)))}
    assert naming == {LetterKind.ACCEPTANCE, LetterKind.EXTENSION}


def test_the_review_is_explained_with_body_time_law_and_last_day():
    said = text_of(write_letter(full_letter(LetterKind.DECISION)))
    assert "自收到本意见书之日起30日内，向示范省卫生健康委员会书面提出复查请求（《信访工作条例》第35条）" in said
    assert "期限至2026年12月25日止" in said
    assert "救济途径" not in text_of(write_letter(full_letter(LetterKind.SECOND_REVIEW)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_anonymous_is_addressed_without_a_name(language):
    document = write_letter(full_letter(LetterKind.REFUSAL, language, is_anonymous=True, addressee=""))
    assert joined(words_in(language).anonymous) in text_of(document)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_number_the_reference_and_says_which_copy_counts(settings, monkeypatch, language):
    monkeypatch.setattr(settings.ENV, "SERVICE_NAME", "示范救护车核验")
    monkeypatch.setattr(settings.ENV, "SERVICE_NAME_EN", "Shifan Check")
    pages = pages_of(write_letter(full_letter(language=language, facts="经查属实。" * 800)))
    assert len(pages) > 3
    for place, page in enumerate(pages, 1):
        expected = {
            CHINESE: (
                f"第{place}页，共{len(pages)}页",
                "编号 AB12-3456",
                "以加盖主管部门印章的文本为准",
                "示范救护车核验",
            ),
            ENGLISH: (f"Page {place} of {len(pages)}", "Reference AB12-3456", "Only the copy sealed", "Shifan Check"),
        }[language]
        assert all(words in page for words in expected)


def test_title_author_and_language_are_set_and_the_addressee_is_not():
    document = write_letter(full_letter(LetterKind.ACCEPTANCE))
    with pypdfium2.PdfDocument(document) as pdf:
        known = pdf.get_metadata_dict()
    assert known["Title"] == "投诉举报受理告知书 示卫诉〔2026〕第12号"
    assert known["Author"] == "示范市卫生健康委员会"
    assert known["Subject"] == "AB12-3456"
    assert "李女士" not in str(known)
    assert b"/Lang (zh-CN)" in document
    assert b"/Lang (en)" in write_letter(full_letter(language=ENGLISH))


@MANY
def test_the_same_letter_gives_the_same_bytes(kind, language):
    assert write_letter(full_letter(kind, language)) == write_letter(full_letter(kind, language))


def test_the_same_letter_gives_the_same_bytes_in_another_process():
    program = (
        "import os, sys, django\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "django.setup()\n"
        "from complaints.letters import write_letter\n"
        "from tests.complaints.letters import full_letter\n"
        "sys.stdout.buffer.write(write_letter(full_letter()))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": "397"}
    )
    assert ran.stdout == write_letter(full_letter())


def test_letters_written_at_once_do_not_disturb_each_other():
    letters = [full_letter(kind, language, facts=f"{kind}") for kind, language in EVERY]
    alone = [write_letter(letter) for letter in letters]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(write_letter, letters)) == alone
    assert FAMILY not in pdfmetrics.getRegisteredFontNames()


# --- the seal ----------------------------------------------------------------------------------------------------


def circle_box(document: bytes, page: int) -> tuple[float, float, float, float]:
    """The box of the only curved outline of a page, in points."""
    raw = pypdfium2.raw
    with pypdfium2.PdfDocument(document) as pdf:
        found = [
            thing.get_bounds()
            for thing in pdf[page].get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])
            if raw.FPDFPath_CountSegments(thing) > 2
        ]
    assert len(found) == 1
    left, bottom, right, top = found[0]
    return left, bottom, right, top


@MANY
def test_the_place_for_the_seal_is_an_empty_dashed_circle_that_says_what_it_is(kind, language):
    document = write_letter(full_letter(kind, language))
    left, bottom, right, top = circle_box(document, len(pages_of(document)) - 1)
    assert right - left == pytest.approx(top - bottom, abs=1)
    assert 110 < right - left < 120
    assert right <= SIDE + WIDTH + 1
    assert bottom > BOTTOM
    assert pages_of(document)[-1].count(words_in(language).seal) == 1
    picture = render(document, len(pages_of(document)) - 1, scale=1)
    inside = picture.crop((round(left) + 32, round(842 - top) + 12, round(right) - 32, round(842 - top) + 28))
    assert ImageStat.Stat(inside).extrema[0] == (255, 255)


def test_no_colour_stands_on_any_page():
    with pypdfium2.PdfDocument(write_letter(full_letter())) as pdf:
        for page in pdf:
            red, green, blue = page.render(scale=1).to_pil().convert("RGB").split()
            assert red.tobytes() == green.tobytes() == blue.tobytes()


@pytest.mark.parametrize("length", range(0, 700, 25))
def test_the_signature_never_stands_alone_and_never_leaves_the_page(length):
    document = write_letter(full_letter(LetterKind.EXTENSION, claim="转运收费" * (length // 4) + "。"))
    pages = pages_of(document)
    words = words_in(CHINESE)
    assert "特此告知。" in pages[-1]
    assert words.seal in pages[-1]
    assert all(words.seal not in page for page in pages[:-1])
    assert circle_box(document, len(pages) - 1)[1] > BOTTOM


# --- what comes from outside -------------------------------------------------------------------------------------


def test_markup_stays_text():
    said = text_of(write_letter(full_letter(facts="<b>粗</b><para>&amp;<img src='file:///etc/passwd'/>", about="{x}")))
    assert "<b>粗</b><para>&amp;<imgsrc='file:///etc/passwd'/>" in said
    assert "｛x｝" in said


def test_control_characters_and_marks_of_direction_leave_no_trace():
    plain = write_letter(full_letter(facts="经查属实。", addressee="李雷"))
    hostile = "\u202e经\u2066查\x00属\x1b\u200f实\u00ad。\ufeff"
    assert write_letter(full_letter(facts=hostile, addressee="\u202e李\x07雷")) == plain


@pytest.mark.parametrize("character", ["\U0001f600", "\U00016a38", "ا", "\ue000", "\ud800", "\U0010ffff"])
def test_a_character_the_font_lacks_is_marked_and_named_never_blank(character):
    document = write_letter(full_letter(LetterKind.ACCEPTANCE, addressee=character))
    assert f"〓(U+{ord(character):04X})：" in text_of(document)
    marked = render(document, scale=1)
    blank = render(write_letter(full_letter(LetterKind.ACCEPTANCE, addressee="一")), scale=1)
    assert ImageStat.Stat(marked).sum[0] < ImageStat.Stat(blank).sum[0]


@pytest.mark.parametrize(
    "names", ["亳濮衢泸邛崃婺郏睢畲峄垌圳埇", "喆堃璟瓛䶮㛃", "\U00020087\U00020bb7\U0002070e\U00020c43"]
)
def test_rare_characters_of_names_are_printed_and_found(names):
    document = write_letter(full_letter(addressee=names))
    said = text_of(document)
    assert f"{names}：" in said
    assert "〓" not in said


def test_every_character_of_the_common_set_can_be_printed():
    characters = {
        bytes((high, low)).decode("gb2312", errors="ignore") for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)
    } - {""}
    assert len(characters) == 6763
    typeface().require("".join(characters))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    ["转" * 20_000, "x" * 20_000, "ab " * 6_666, "！" * 20_000, "（" * 20_000, "\U0001f600" * 2_000, "a\n" * 5_000],
)
def test_twenty_thousand_characters_fill_pages_and_stay_within_the_margins(text, language):
    document = write_letter(full_letter(LetterKind.ACCEPTANCE, language, claim=text))
    expected = joined(text).replace("\U0001f600", "〓(U+1F600)")
    said = text_of(document)
    assert said.count(expected[0]) >= expected.count(expected[0])
    with pypdfium2.PdfDocument(document) as pdf:
        assert len(pdf) > 5
        for page in (pdf[0], pdf[len(pdf) // 2], pdf[len(pdf) - 1]):
            boxes = [thing.get_bounds() for thing in page.get_objects()]
            assert min(left for left, _, _, _ in boxes) > SIDE - 2
            assert max(right for _, _, right, _ in boxes) < SIDE + WIDTH + 3
            assert min(bottom for _, bottom, _, _ in boxes) > 20


def test_a_body_of_endless_name_still_signs_on_one_page():
    document = write_letter(full_letter(LetterKind.ACCEPTANCE, authority_name="示范" * 100, number="第" * 200))
    pages = pages_of(document)
    assert words_in(CHINESE).seal in pages[-1]
    with pypdfium2.PdfDocument(document) as pdf:
        assert min(thing.get_bounds()[1] for thing in pdf[len(pdf) - 1].get_objects()) > 20


def test_an_endless_contact_is_parted_over_pages():
    pages = pages_of(write_letter(full_letter(LetterKind.ACCEPTANCE, contact="\u0627" * 200 + "电话" * 2_000)))
    assert 4 < len(pages) < 12
    assert words_in(CHINESE).seal in pages[-1]


def test_the_contact_goes_with_the_closing_words_and_the_signature():
    pages = pages_of(write_letter(full_letter(LetterKind.DECISION, ENGLISH)))
    assert len(pages) == 2
    assert pages[-1].startswith("For questions")


def test_more_measures_than_numerals_are_numbered_on():
    said = text_of(write_letter(full_letter(measures=tuple(f"措施{n}。" for n in range(1, 13)))))
    assert "（十）措施10。（11）措施11。（12）措施12。" in said


def test_one_measure_has_no_number():
    assert "（一）" not in text_of(write_letter(full_letter(measures=("退还。",))))


# --- the font ----------------------------------------------------------------------------------------------------


def test_a_font_that_lacks_the_letters_own_words_is_an_error_and_not_a_letter_of_marks(settings, monkeypatch, tmp_path):
    path = tmp_path / "latin.ttf"
    path.write_bytes(font_file(typeface(), "ABCabc0123456789"))
    monkeypatch.setattr(settings.ENV, "ARTWORK_FONT", str(path))
    with pytest.raises(CharactersMissing, match="ARTWORK_FONT"):
        write_letter(full_letter())


def test_a_truetype_font_of_the_setting_serves_too(settings, monkeypatch, tmp_path):
    every = {character for language in LANGUAGES for text in words_in(language).texts() for character in text}
    path = tmp_path / "own.ttf"
    path.write_bytes(font_file(typeface(), every - {"\n"} | set("救护示范〓?(U+)0123456789ABCDEF")))
    monkeypatch.setattr(settings.ENV, "ARTWORK_FONT", str(path))
    said = text_of(write_letter(full_letter(LetterKind.ACCEPTANCE, addressee="救李", signed_on=date(2026, 11, 25))))
    assert "救〓(U+674E)：" in said


def test_the_small_font_opens_and_holds_what_was_asked():
    file = font_file(typeface(), "医院\U00020087")
    assert file == font_file(typeface(), "\U00020087院医医")
    assert len(file) < 5_000
    assert io.BytesIO(file).read(4) == b"\x00\x01\x00\x00"


def test_lines_of_a_page_keep_their_distance():
    """No line is painted over another: the lowest points of any two lines are nearly a leading apart."""
    with pypdfium2.PdfDocument(write_letter(full_letter(facts="经查属实。" * 300))) as pdf:
        things = pdf[1].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
        lows = sorted({round(thing.get_bounds()[1]) for thing in things if thing.get_bounds()[1] > BOTTOM})
    lines = [low for low, above in pairwise(lows) if above - low > BODY[CHINESE].leading - 5]
    assert len(lines) > 15
    assert all(above - low < 5 or above - low > BODY[CHINESE].leading - 5 for low, above in pairwise(lows))
