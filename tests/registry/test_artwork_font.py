"""The font is found, or its absence is told with what to do about it; boxes are never painted."""

import shutil
from pathlib import Path

import pytest
import reportlab

from registry import fonts
from registry.fonts import CharactersMissing, FontMissing, font_path, open_face, open_typeface, typeface

ARTWORK_CHARACTERS = "扫码核验 · 投诉举报所属单位编号电话喷涂位置左右侧尾部0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-./:"
RARE_NAMES = "亳濮衢泸邛崃婺郏郾睢涿畲峄垌圳埇喆堃璟瓛䶮"


@pytest.fixture
def font_setting(settings, monkeypatch):
    """Sets ARTWORK_FONT for one test."""
    return lambda value: monkeypatch.setattr(settings.ENV, "ARTWORK_FONT", str(value))


def test_a_machine_with_only_python_has_the_packaged_font(font_setting, monkeypatch):
    font_setting("")
    monkeypatch.setattr(fonts, "SYSTEM_FONTS", ())
    assert font_path().name == "NotoSansCJK-Regular.ttc"
    typeface().require(ARTWORK_CHARACTERS + RARE_NAMES)


def test_the_mainland_forms_are_taken_from_a_collection():
    assert fonts.family_name(open_face(font_path())) == "Noto Sans CJK SC"


def test_the_setting_wins_and_serves_a_truetype_font_too(font_setting, tmp_path):
    vera = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    font_setting(shutil.copy(vera, tmp_path / "own.ttf"))
    assert typeface().path == tmp_path / "own.ttf"
    assert 0.5 < typeface().glyph("A").advance < 0.8
    with pytest.raises(CharactersMissing, match=r"医 \(U\+533B\), 院 \(U\+9662\)"):
        typeface().require("A医院")


def test_a_font_that_is_named_but_absent_is_an_error(font_setting, tmp_path):
    font_setting(tmp_path / "none.ttf")
    with pytest.raises(FontMissing, match=r"none\.ttf, which is not a file"):
        font_path()


@pytest.mark.parametrize("content", [b"", b"no font at all", b"ttcf", b"ttcf" + bytes(40), b"\x00\x01\x00\x00\x00"])
def test_a_file_that_is_no_font_is_an_error(tmp_path, content):
    path = tmp_path / "bad.ttf"
    path.write_bytes(content)
    with pytest.raises(FontMissing, match="does not open"):
        open_typeface(path)


def test_without_any_font_it_is_said_what_to_install(font_setting, monkeypatch):
    font_setting("")
    monkeypatch.setattr(fonts, "SYSTEM_FONTS", ())
    monkeypatch.setattr(fonts, "PACKAGE", "no_such_font_package")
    with pytest.raises(FontMissing, match="install the package noto-cjk-sans-otc"):
        typeface()


def test_a_font_of_the_system_serves_where_the_package_is_missing(font_setting, monkeypatch, tmp_path):
    own = shutil.copy(font_path(), tmp_path / "system.ttc")
    font_setting("")
    monkeypatch.setattr(fonts, "SYSTEM_FONTS", (tmp_path / "absent.ttc", Path(own)))
    monkeypatch.setattr(fonts, "PACKAGE", "no_such_font_package")
    assert font_path() == Path(own)
