"""The SVG as a browser draws it, read by an independent decoder."""

import io

import zxingcpp
from PIL import Image

from registry.artwork import Facts, svg
from registry.codes import address, new_code


def test_the_svg_of_the_artwork_is_read_from_a_browser(desktop):
    code = new_code()
    said = Facts(
        owner="示范市第一人民医院",
        fleet_number="急-017",
        complaint_phone="010-12345678",
        code=code,
        position="左侧",
        address=address(code, "https://jjc.example.gov.cn", upper_case=True),
    )
    desktop.set_content(svg(said, 100))
    picture = Image.open(io.BytesIO(desktop.locator("svg").screenshot()))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [said.address]
    assert abs(picture.width - 108 / 25.4 * 96) <= 2
