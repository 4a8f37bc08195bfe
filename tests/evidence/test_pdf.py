"""A PDF comes out as a PDF of pictures: it looks the same and can do nothing."""

from __future__ import annotations

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
import pytest
from django.utils import translation
from reportlab.lib.pdfencrypt import StandardEncryption

from evidence.refusals import Refused
from tests.evidence.samples import SECRET, pdf_bytes, taken_in


def grey_of(document: pdfium.PdfDocument, page: int) -> bytes:
    picture: bytes = document[page].render(scale=1).to_pil().convert("L").tobytes()
    return picture


def test_every_page_becomes_a_picture_of_the_same_size(tmp_path):
    clean = taken_in(pdf_bytes(3), tmp_path)
    assert (clean.kind, clean.content_type, clean.clean_content_type) == ("pdf", "application/pdf", "application/pdf")
    assert (clean.pages, clean.width, clean.height, clean.duration) == (3, None, None, None)
    with pdfium.PdfDocument(clean.clean_path) as copy:
        assert [copy.get_page_size(number) for number in range(len(copy))] == [(200, 300)] * 3
        kinds = {thing.type for page in copy for thing in page.get_objects()}
    assert kinds == {pdfium_raw.FPDF_PAGEOBJ_IMAGE}


def test_the_pages_look_as_before_and_not_upside_down(tmp_path):
    data = pdf_bytes(2)
    clean = taken_in(data, tmp_path)
    with pdfium.PdfDocument(data) as original, pdfium.PdfDocument(clean.clean_path) as copy:
        original.init_forms()
        for number in range(2):
            before, after = grey_of(original, number), grey_of(copy, number)
            assert sum(value < 250 for value in before) > 100  # something is on the page
            assert sum(abs(one - other) for one, other in zip(before, after, strict=True)) / len(before) < 3


def test_nothing_but_pictures_is_in_it(tmp_path):
    data = pdf_bytes()
    made = taken_in(data, tmp_path).clean_path.read_bytes()
    for part in (b"/AcroForm", b"/URI", b"/Annots", b"/JavaScript", b"/JS", b"/OpenAction", b"/EmbeddedFile", b"/Font"):
        assert part not in made
    assert b"/AcroForm" in data
    assert b"/URI" in data
    with pdfium.PdfDocument(made) as copy:
        assert copy.count_attachments() == 0
        assert SECRET not in str(copy.get_metadata_dict())
        assert copy[0].get_textpage().get_text_range() == ""


def test_an_attached_file_and_a_script_stay_behind(tmp_path):
    with pdfium.PdfDocument(pdf_bytes()) as document:
        document.new_attachment("payload.exe").set_data(SECRET.encode() * 10)
        document.save(tmp_path / "attached.pdf")
    data = (tmp_path / "attached.pdf").read_bytes().replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction 9 0 R", 1)
    made = taken_in(data, tmp_path).clean_path.read_bytes()
    assert b"payload" not in made
    with pdfium.PdfDocument(made) as copy:
        assert copy.count_attachments() == 0


def test_what_is_glued_to_a_pdf_is_gone(tmp_path):
    made = taken_in(pdf_bytes() + b"PK\x03\x04" + SECRET.encode() * 20, tmp_path).clean_path.read_bytes()
    assert SECRET.encode() not in made
    assert b"PK\x03\x04" not in made


def test_a_locked_pdf_is_refused_in_words(tmp_path):
    with pytest.raises(Refused) as refused:
        taken_in(pdf_bytes(encrypt=StandardEncryption("secret", strength=128)), tmp_path, name="bill.pdf")
    assert refused.value.code == "password-protected"
    with translation.override("en"):
        assert "password" in str(refused.value)
    assert "bill.pdf" in str(refused.value)


def test_a_pdf_that_only_forbids_printing_is_read(tmp_path):
    data = pdf_bytes(encrypt=StandardEncryption("", ownerPassword="owner", canPrint=0, strength=128))
    assert taken_in(data, tmp_path).pages == 1


def test_too_many_pages_are_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        taken_in(pdf_bytes(3), tmp_path, max_pages=2)
    assert (refused.value.code, refused.value.params["limit"]) == ("too-many-pages", 2)
    assert list(tmp_path.iterdir()) == []


def test_a_page_as_large_as_a_house_becomes_a_picture_of_bounded_size(tmp_path):
    with pdfium.PdfDocument.new() as document:
        document.new_page(14_400, 14_400)
        document.save(tmp_path / "house.pdf")
    clean = taken_in((tmp_path / "house.pdf").read_bytes(), tmp_path)
    with pdfium.PdfDocument(clean.clean_path) as copy:
        picture = next(iter(copy[0].get_objects()))
        assert isinstance(picture, pdfium.PdfImage)
        width, height = picture.get_px_size()
    assert width * height <= 4_010_000


@pytest.mark.parametrize("data", [b"%PDF-1.7\n" + b"rubbish" * 100, b"%PDF-1.7\n%%EOF"])
def test_what_only_begins_like_a_pdf_is_refused(tmp_path, data):
    with pytest.raises(Refused) as refused:
        taken_in(data, tmp_path)
    assert refused.value.code == "damaged"
