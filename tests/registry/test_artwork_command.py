"""`manage.py artwork` writes what the paint shop needs, or says what is missing."""

import io

import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from PIL import Image

from registry.choices import MarkingState, Position
from registry.codes import new_code, printed
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def vehicle(settings, monkeypatch):
    monkeypatch.setattr(settings.ENV, "PUBLIC_BASE_URL", "https://jjc.example.gov.cn")
    monkeypatch.setattr(settings.ENV, "QR_UPPER_CASE", True)
    return build.ambulance()


def drawn(subject, out, *options):
    said = io.StringIO()
    call_command("artwork", subject, "--out", str(out), *options, stdout=said)
    assert said.getvalue().split() == [str(path) for path in sorted(out.iterdir(), key=by_print_order(said))]
    return {path.name: path for path in out.iterdir()}


def by_print_order(said):
    return lambda path: said.getvalue().index(str(path))


def decoded(path):
    return [found.text for found in zxingcpp.read_barcodes(Image.open(path))]


def test_a_code_gives_its_three_files_named_by_code_and_position(vehicle, tmp_path):
    marking = build.marking(ambulance=vehicle, position=Position.REAR)
    files = drawn(marking.code, tmp_path / "new" / "folder", "--dpi", "40")
    assert sorted(files) == [f"{marking.code}-rear.{kind}" for kind in ("pdf", "png", "svg")]
    assert files[f"{marking.code}-rear.pdf"].read_bytes().startswith(b"%PDF")
    assert "尾部" in files[f"{marking.code}-rear.svg"].read_text()
    assert vehicle.institution.name in files[f"{marking.code}-rear.svg"].read_text()
    assert decoded(files[f"{marking.code}-rear.png"]) == [f"HTTPS://JJC.EXAMPLE.GOV.CN/A/{marking.code}"]


def test_a_code_may_be_written_in_groups_and_small_letters(vehicle, tmp_path):
    marking = build.marking(ambulance=vehicle)
    assert list(drawn(printed(marking.code).lower(), tmp_path, "--format", "svg")) == [f"{marking.code}-left.svg"]


def test_a_plate_gives_every_live_code_and_no_revoked_one_and_never_stands_in_a_name(vehicle, tmp_path):
    left = build.marking(ambulance=vehicle, position=Position.LEFT)
    right = build.marking(ambulance=vehicle, position=Position.RIGHT, state=MarkingState.ISSUED)
    build.marking(ambulance=vehicle, position=Position.REAR, state=MarkingState.REVOKED)
    build.marking()
    spaced = f"{vehicle.plate[:2]}·{vehicle.plate[2:]}"
    files = drawn(spaced, tmp_path, "--format", "svg,pdf", "--size-mm", "150")
    codes = {f"{left.code}-left", f"{right.code}-right"}
    assert set(files) == {f"{name}.{kind}" for name in codes for kind in ("svg", "pdf")}
    assert 'width="162mm"' in files[f"{left.code}-left.svg"].read_text()


def test_the_letter_case_of_the_address_is_a_setting(vehicle, tmp_path, settings, monkeypatch):
    monkeypatch.setattr(settings.ENV, "QR_UPPER_CASE", False)
    marking = build.marking(ambulance=vehicle)
    files = drawn(marking.code, tmp_path, "--format", "png", "--dpi", "40")
    assert decoded(files[f"{marking.code}-left.png"]) == [f"https://jjc.example.gov.cn/a/{marking.code}"]


def test_neither_code_nor_plate_is_told_so(tmp_path):
    with pytest.raises(CommandError, match=r"neither a code .* nor a plate"):
        call_command("artwork", "ABC", "--out", str(tmp_path))


def test_an_unknown_code_is_told_so(tmp_path):
    with pytest.raises(CommandError, match="no code to paint was found"):
        call_command("artwork", new_code(), "--out", str(tmp_path))


def test_a_vehicle_without_codes_is_told_so(vehicle, tmp_path):
    with pytest.raises(CommandError, match="issue the vehicle's codes first"):
        call_command("artwork", vehicle.plate, "--out", str(tmp_path))


def test_a_revoked_code_is_never_painted(vehicle, tmp_path):
    marking = build.marking(ambulance=vehicle, state=MarkingState.REVOKED)
    with pytest.raises(CommandError, match="revoked and must not be painted"):
        call_command("artwork", marking.code, "--out", str(tmp_path))


def test_one_missing_fact_stops_the_whole_set(tmp_path):
    marking = build.marking(ambulance=build.ambulance(fleet_number=""))
    with pytest.raises(CommandError, match="needs a fleet number"):
        call_command("artwork", marking.code, "--out", str(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "gif"], "name some of svg,png,pdf"),
        (["--format", ","], "name some of svg,png,pdf"),
        (["--size-mm", "5"], "must be 30 to 1500 mm"),
        (["--size-mm", "wide"], "invalid float value"),
        (["--dpi", "0"], "cannot be drawn"),
    ],
)
def test_an_impossible_order_is_refused(vehicle, tmp_path, options, message):
    marking = build.marking(ambulance=vehicle)
    with pytest.raises(CommandError, match=message):
        call_command("artwork", marking.code, "--out", str(tmp_path), *options)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_told_so(vehicle, tmp_path):
    marking = build.marking(ambulance=vehicle)
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot write into"):
        call_command("artwork", marking.code, "--out", str(tmp_path / "file"), "--format", "svg")
