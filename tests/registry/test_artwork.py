"""The artwork says the right things at the right size, and every format can be read by an independent decoder."""

import io
import re
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from registry.artwork import Facts, UnfitFacts, pdf, png, svg
from registry.artwork.layout import lay_out
from registry.artwork.symbol import QUIET_ZONE, modules
from registry.codes import Mistyped, address, check_character, new_code, printed
from registry.fonts import CharactersMissing, typeface

BASE = "https://jjc.wjw.example.gov.cn"
BODY = "7KWM3XAP4TC"
CODE = BODY + check_character(BODY)
LONG_OWNER = "示范市某某区（县）妇幼保健计划生育服务中心暨第二人民医院急救医疗中心城北分站"
SVG = "{http://www.w3.org/2000/svg}"


def facts(**changed):
    said = {
        "owner": "示范市第一人民医院",
        "fleet_number": "急-017",
        "complaint_phone": "010-12345678",
        "code": CODE,
        "position": "左侧",
        "address": address(CODE, BASE, upper_case=True),
    }
    return Facts(**{**said, **changed})


def decoded(picture):
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def first_page(document):
    return pypdfium2.PdfDocument(document)[0]


def even_odd(path, pixels_per_mm, size):
    """An SVG path of straight lines filled by the even-odd rule: another way than the product's own."""
    pen = RecordingPen()
    parse_path(path, pen)
    picture = Image.new("1", size, 0)
    loop = []
    for operator, points in pen.value:
        if operator in {"moveTo", "lineTo"}:
            loop.append(tuple(round(value * pixels_per_mm) for value in points[0]))
        else:
            assert operator == "closePath"
            mask = Image.new("1", size, 0)
            ImageDraw.Draw(mask).polygon(loop, fill=1)
            picture = ImageChops.logical_xor(picture, mask)
            loop = []
    return ImageChops.invert(picture.convert("L"))


def paths_of(drawing):
    return {path.get("id"): path for path in ElementTree.fromstring(drawing).iter(f"{SVG}path")}


@pytest.mark.parametrize("position", ["左侧", "右侧", "尾部"])
@pytest.mark.parametrize("size_mm", [30, 80, 300, 600])
def test_the_picture_is_read_at_every_position_and_size(position, size_mm):
    said = facts(position=position)
    picture = Image.open(io.BytesIO(png(said, size_mm, dpi=round(300 * 72 / size_mm))))
    assert decoded(picture) == [said.address]


@pytest.mark.parametrize("position", ["左侧", "右侧", "尾部"])
@pytest.mark.parametrize("size_mm", [30, 80, 300, 600])
def test_the_pdf_is_read_at_every_position_and_size(position, size_mm):
    said = facts(position=position)
    page = first_page(pdf(said, size_mm))
    assert decoded(page.render(scale=300 / size_mm).to_pil()) == [said.address]


@pytest.mark.parametrize("size_mm", [30, 300])
def test_the_svg_is_read(size_mm):
    path = paths_of(svg(facts(), size_mm))["symbol"].get("d")
    scale = 600 / size_mm
    assert decoded(even_odd(path, scale, (700, 1100))) == [facts().address]


@pytest.mark.parametrize("base", ["https://a.cn", "http://localhost:8000", f"https://{'long.' * 20}gov.cn/dir"])
@pytest.mark.parametrize("upper_case", [True, False])
def test_every_kind_of_address_is_read(base, upper_case):
    said = facts(address=address(CODE, base, upper_case=upper_case))
    assert decoded(Image.open(io.BytesIO(png(said, 300, 72)))) == [said.address]


def test_every_fresh_code_makes_a_readable_symbol():
    for _ in range(8):
        code = new_code()
        said = facts(code=code, address=address(code, BASE, upper_case=True))
        assert decoded(Image.open(io.BytesIO(png(said, 300, 36)))) == [said.address]


@pytest.mark.parametrize("size_mm", [30, 120.5, 300, 1000])
def test_the_pdf_and_the_svg_have_their_true_size(size_mm):
    page = lay_out(facts(), size_mm)
    assert page.symbol_area.width == pytest.approx(size_mm)
    assert page.symbol_area.height == pytest.approx(size_mm)
    in_mm = [points * 25.4 / 72 for points in first_page(pdf(facts(), size_mm)).get_size()]
    assert in_mm == pytest.approx([page.width, page.height], abs=0.02)
    drawing = ElementTree.fromstring(svg(facts(), size_mm)).attrib
    width, height = drawing["width"], drawing["height"]
    assert [float(width.removesuffix("mm")), float(height.removesuffix("mm"))] == pytest.approx(
        [page.width, page.height], abs=0.001
    )
    assert drawing["viewBox"] == f"0 0 {width.removesuffix('mm')} {height.removesuffix('mm')}"


def test_the_symbol_measured_in_the_pdf_has_the_size_that_was_ordered():
    """From the far edge of one finder to the other, at ten pixels per millimetre."""
    side = len(modules(facts().address))
    picture = first_page(pdf(facts(), 100)).render(scale=10 * 25.4 / 72).to_pil().convert("L")
    area = lay_out(facts(), 100).symbol_area
    symbol = picture.crop(pixels(area, 254))
    left, top, right, bottom = ImageChops.invert(symbol).point(lambda v: 255 * (v > 127)).getbbox() or (0,) * 4
    expected = 1000 * side / (side + 2 * QUIET_ZONE)
    assert right - left == pytest.approx(expected, abs=2)
    assert bottom - top == pytest.approx(expected, abs=2)


def test_the_picture_has_its_resolution_and_size_written_in_it():
    picture = Image.open(io.BytesIO(png(facts(), 100, 150)))
    page = lay_out(facts(), 100)
    assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.1)
    assert picture.size == (round(page.width * 150 / 25.4), round(page.height * 150 / 25.4))


def test_all_formats_paint_the_same():
    """Every shape in our picture beside the PDF drawn by another renderer: only edges differ."""
    said = facts(owner=LONG_OWNER)
    page = lay_out(said, 200)
    ours = Image.open(io.BytesIO(png(said, 200, 150)))
    theirs = first_page(pdf(said, 200)).render(scale=150 / 72).to_pil().convert("L")
    for shape in page.shapes:
        area = pixels(shape.box, 150)
        difference = ImageChops.difference(ours.crop(area), theirs.crop(area))
        assert ImageStat.Stat(difference).mean[0] < 16, shape.role
        assert ImageStat.Stat(theirs.crop(area)).mean[0] < 220, shape.role


def pixels(box, dpi):
    scale = dpi / 25.4
    return (round(box.left * scale), round(box.top * scale), round(box.right * scale), round(box.bottom * scale))


def test_the_svg_holds_exactly_the_shapes_of_the_layout():
    page = lay_out(facts(), 300)
    paths = paths_of(svg(facts(), 300))
    assert list(paths) == [shape.role for shape in page.shapes]
    for shape in page.shapes:
        numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", paths[shape.role].get("d"))]
        assert min(numbers) >= -0.001
        assert max(numbers) <= page.height


def test_the_code_and_the_three_facts_stand_in_print():
    labels = {role: path.get("aria-label") for role, path in paths_of(svg(facts())).items()}
    assert labels["code"] == printed(CODE)
    assert labels["address"] == f"jjc.wjw.example.gov.cn/a/{CODE}"
    assert (labels["owner-label"], labels["owner"]) == ("所属单位", "示范市第一人民医院")
    assert (labels["number-label"], labels["number"]) == ("编号", "急-017")
    assert (labels["phone-label"], labels["phone"]) == ("投诉举报电话", "010-12345678")
    assert (labels["position-label"], labels["position"]) == ("喷涂位置", "左侧")


@pytest.mark.parametrize("role", ["code", "address", "owner", "number", "phone", "phone-label"])
def test_the_outlines_look_like_the_text_they_stand_for(role):
    """Beside the same text drawn by FreeType: unlike characters differ by a quarter of the area and more."""
    page = lay_out(facts(), 300)
    shape = next(shape for shape in page.shapes if shape.role == role)
    ours = Image.open(io.BytesIO(png(facts(), 300, 150))).crop(pixels(shape.box, 150))
    theirs = drawn_by_freetype(shape.text, ours.size)
    assert ImageStat.Stat(ImageChops.difference(ours, theirs)).mean[0] < 16
    other = drawn_by_freetype(shape.text[::-1], ours.size)
    assert ImageStat.Stat(ImageChops.difference(ours, other)).mean[0] > 40


def drawn_by_freetype(text, size):
    faces = [ImageFont.truetype(typeface().path, 10, index=index).getname()[0] for index in range(10)]
    index = faces.index("Noto Sans CJK SC")
    font = ImageFont.truetype(typeface().path, 200, index=index, layout_engine=ImageFont.Layout.BASIC)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("L", (round(right - left), round(bottom - top)), 255)
    ImageDraw.Draw(picture).text((-left, -top), text, fill=0, font=font)
    inked = ImageChops.invert(picture).getbbox()
    return picture.crop(inked).resize(size, Image.Resampling.BOX)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"owner": LONG_OWNER},
        {"owner": "医" * 90},
        {"owner": "Shifan Union Medical College Hospital (International Department), North Campus"},
        {"fleet_number": "9" * 30},
        {"complaint_phone": "0571-87654321-123456"},
        {"complaint_phone": "120"},
        {"address": address(CODE, f"https://{'sehrlang.' * 8}example.gov.cn", upper_case=True)},
        {"address": address(CODE, "http://localhost:8000/Sub/Dir", upper_case=False)},
    ],
)
def test_nothing_overlaps_or_leaves_the_page_or_nears_the_symbol(changed):
    page = lay_out(facts(**changed), 300)
    text = "".join(shape.text for shape in page.shapes if re.fullmatch(r"owner(-\d)?", shape.role))
    assert text.replace(" ", "") == facts(**changed).owner.replace(" ", "")
    for index, shape in enumerate(page.shapes):
        box = shape.box
        assert min(box.left, box.top) > 0
        assert box.right < page.width
        assert box.bottom < page.height
        assert shape.role == "symbol" or not box.meets(page.symbol_area)
        assert not [other.role for other in page.shapes[index + 1 :] if other.box.meets(box)]


def test_the_symbol_keeps_four_empty_modules_on_every_side():
    page = lay_out(facts(), 300)
    side = len(modules(facts().address))
    module = 300 / (side + 8)
    symbol = next(shape.box for shape in page.shapes if shape.role == "symbol")
    assert symbol.left - page.symbol_area.left == pytest.approx(4 * module)
    assert symbol.top - page.symbol_area.top == pytest.approx(4 * module)
    assert page.symbol_area.right - symbol.right == pytest.approx(4 * module)
    assert page.symbol_area.bottom - symbol.bottom == pytest.approx(4 * module)


def test_a_long_name_is_set_smaller_and_wrapped_but_never_between_word_and_closing_mark():
    page = lay_out(facts(owner=LONG_OWNER), 300)
    lines = [shape.text for shape in page.shapes if re.fullmatch(r"owner-\d", shape.role)]
    assert len(lines) >= 2
    assert "".join(lines) == LONG_OWNER
    assert not any(line.startswith("）") for line in lines)


def test_the_same_facts_give_the_same_files():
    assert pdf(facts()) == pdf(facts())
    assert svg(facts()) == svg(facts())
    assert png(facts(), 50) == png(facts(), 50)


def test_no_format_needs_a_font():
    assert b"FontFile" not in pdf(facts())
    assert "<text" not in svg(facts())
    assert "font" not in svg(facts())


def test_the_paint_is_chinese_in_every_language(settings):
    settings.LANGUAGE_CODE = "en"
    assert "所属单位" in svg(facts())


def test_markup_in_a_name_stays_text():
    drawing = svg(facts(owner='</title><script>"&'))
    assert "<script" not in drawing
    assert paths_of(drawing)["owner"].get("aria-label") == '</title><script>"&'


@pytest.mark.parametrize("field", ["owner", "fleet_number", "complaint_phone", "position"])
def test_a_missing_fact_stops_the_artwork_and_is_named(field):
    with pytest.raises(UnfitFacts, match=field.replace("_", " ")):
        facts(**{field: "  \n"})


def test_an_address_of_another_code_stops_the_artwork():
    with pytest.raises(UnfitFacts, match="does not end with the code"):
        facts(address=address(new_code(), BASE, upper_case=True))


def test_a_wrong_code_stops_the_artwork():
    with pytest.raises(Mistyped):
        facts(code=CODE[::-1])


def test_a_name_beyond_all_measure_stops_the_artwork():
    with pytest.raises(UnfitFacts, match="too long"):
        lay_out(facts(owner="医" * 300))


def test_a_character_the_font_lacks_stops_the_artwork_and_is_named():
    with pytest.raises(CharactersMissing, match=r"\U00016A38 \(U\+16A38\)"):
        svg(facts(owner="示范\U00016a38医院"))


@pytest.mark.parametrize("size_mm", [0, -300, 29, 1501, float("nan")])
def test_a_size_that_cannot_be_painted_is_refused(size_mm):
    with pytest.raises(ValueError, match="mm"):
        svg(facts(), size_mm)


@pytest.mark.parametrize("dpi", [0, -1, 10_000])
def test_a_resolution_that_cannot_be_drawn_is_refused(dpi):
    with pytest.raises(ValueError, match="cannot be drawn"):
        png(facts(), 300, dpi)
