"""The main job in a browser: from a painted code to a receipt, as a frightened person with a phone does it."""

from __future__ import annotations

import io
from dataclasses import dataclass

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from registry import artwork
from registry.artwork.markings import facts_of
from registry.models import Marking

PHONE_NUMBER = "13800138000"
EMAIL = "family@example.org"


def photo() -> bytes:
    """A photo of a receipt, with a place in it that must not survive."""
    picture = Image.effect_noise((320, 240), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "GPS 28.68N 115.89E"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def scanned(page: Page, marking: Marking) -> str:
    """What an independent decoder reads from a picture of the artwork as a browser shows it."""
    page.set_content(f"<body style='margin:0;background:#fff'>{artwork.svg(facts_of(marking))}</body>")
    page.locator("svg").evaluate("drawing => { drawing.style.width = '380px'; drawing.style.height = 'auto' }")
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot(full_page=True))))
    assert len(found) == 1, "the artwork shows exactly one code"
    return str(found[0].text)


@dataclass(frozen=True)
class Held:
    """What the person holds in hand at the end."""

    reference: str
    receipt_code: str


def go_on(page: Page) -> None:
    """Press the form's main button."""
    page.locator("main form button.button:not(.button-quiet)").last.click()


def write_complaint(page: Page, wish: str = "redress") -> None:
    """From the card to the review page: 1,600 km, 28,000 yuan, the money back, a photo, phone and e-mail."""
    page.locator("main a[href*='complaints/new']:not([href*='kind='])").first.click()
    page.locator("button[name=kind][value=overcharging]").click()
    page.locator("input[name=day][value=yesterday]").check()
    go_on(page)
    page.locator("input[name=place]").fill("东湖区民德路，人民医院门口")
    go_on(page)
    page.locator("input[name=distance_km]").fill("1600")
    go_on(page)
    expect(page.locator("main")).to_contain_text("10,671.99")
    page.locator("input[name=amount_charged]").fill("28000")
    go_on(page)
    page.locator(f"input[name=wish][value={wish}]").check()
    go_on(page)
    page.locator("textarea[name=narrative]").fill("从南昌送到家里，收了两万八千元，没有发票。")
    go_on(page)
    page.locator("input[type=file]").set_input_files({"name": "收据.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    go_on(page)
    page.locator("input[name=contact_phone]").fill(PHONE_NUMBER)
    page.locator("input[name=contact_email]").fill(EMAIL)
    go_on(page)
    go_on(page)
    expect(page.locator("main")).to_contain_text("收据.jpg")


def send(page: Page) -> Held:
    """Send it, and copy what stands on the receipt."""
    go_on(page)
    expect(page.locator(".receipt")).to_be_visible()
    reference, code = page.locator(".receipt dd").all_inner_texts()
    return Held(reference.strip(), code.strip())


def follow(page: Page, held: Held) -> None:
    """Open the complaint by reference and receipt code, as typed from paper."""
    page.goto("/t")
    if not page.locator("input[name=reference]").count():
        return  # this browser has it open still
    page.locator("input[name=reference]").fill(held.reference.lower())
    page.locator("input[name=receipt_code]").fill(held.receipt_code.replace("-", " "))
    go_on(page)
    expect(page.locator("main")).to_contain_text(held.reference)
