"""Pictures for the README, taken from the running product: `python -m scripts.screenshots` (`make screenshots`).

Starts the product as `make run` does, with a folder and a port of its own and demo data that a seed repeats, walks
through it with Chromium, and writes small PNGs to docs/images. Whatever is shown is what the program answered.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, Response, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.chromium import chromium_path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "images"
LIMIT = 120 * 1024
"""Bytes that one picture may have."""

ADDRESS = "https://jiuhuche.example"
"""Stands in the pictures in place of the port of the moment (RFC 2606: nobody's)."""
DEMO = ("--institutions", "12", "--ambulances", "60", "--complaints", "22")

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
CHINESE: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@dataclass(frozen=True)
class Still:
    """A page that is only opened. `link` begins the label under which `welcome` names it."""

    name: str
    link: str
    device: Mapping[str, Any]
    query: str = ""
    status: int = 200


STILLS = (
    Still("home", "Look-up", PHONE),
    Still("card", "A card", PHONE),
    Still("card-suspended", "A suspended ambulance", PHONE),
    Still("code-forged", "A forged code", PHONE, status=404),
    Still("home-desktop", "Look-up", DESKTOP),
    Still("api-docs", "API", DESKTOP),
    Still("home-en", "Look-up", PHONE, query="?lang=en"),
    Still("card-en", "A card", PHONE, query="?lang=en"),
)
WALK = ("overcharging", "receipt", "tracking")
"""Taken on the way through one complaint."""

DESK = ("queue", "case", "supervision")
"""Taken at the desks of an authority."""
OFFICERS = {"handler": ("queue", "case"), "supervisor": ("supervision",)}

NAMES = (*(still.name for still in STILLS), *WALK, *DESK)

NEXT = "main form button.button:not(.button-quiet)"


class NotTaken(Exception):
    """A picture could not be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Site:
    """The running product: where it answers, and the addresses it tells a newcomer to open."""

    base: str
    links: Mapping[str, str]
    password: str
    """Of every account of the demo."""
    environment: Mapping[str, str]
    """Of a command beside it."""

    def path(self, label: str) -> str:
        """The path of the first link whose label begins so. Raises NotTaken."""
        for name, path in self.links.items():
            if name.startswith(label):
                return path
        raise NotTaken(f"`manage.py welcome` names no {label!r}: {', '.join(self.links)}")


def child_environment(folder: Path, port: int) -> dict[str, str]:
    """A newcomer's shell with nothing of ours but a folder, a port and the address to show."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
        "VAR_DIR": str(folder),
        "PORT": str(port),
        "PUBLIC_BASE_URL": ADDRESS,
        "DEMO": "true",
    }


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """Run one command of the product; what it printed. Raises NotTaken with its error."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise NotTaken(f"manage.py {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def running_product(seed: int) -> Iterator[Site]:
    """The product with data of its own, until the end of the block. Raises NotTaken when it does not come up."""
    with tempfile.TemporaryDirectory(prefix="screenshots-") as name:
        environment = child_environment(Path(name), free_port())
        manage({**environment, "DEMO": "false"}, "prepare")
        manage(environment, "demo", "--seed", str(seed), *DEMO)
        with (Path(name) / "run.log").open("w+") as log:
            process = subprocess.Popen(  # noqa: S603  # our own program
                ["honcho", "--env", os.devnull, "start", "--port", environment["PORT"]],  # noqa: S607  # by our PATH
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                welcome = manage(environment, "welcome")
                base = f"http://localhost:{environment['PORT']}"
                yield Site(base, links_in(welcome), password_in(welcome), environment)
            except (NotTaken, BrowserError) as error:
                log.seek(0)
                raise NotTaken(f"{error}\n{log.read()[-2000:]}") from error
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=30)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def links_in(welcome: str) -> dict[str, str]:
    """Label → path, out of what `manage.py welcome` prints."""
    lines = [line.rpartition("  ") for line in welcome.splitlines() if ADDRESS in line]
    return {label.strip(): url.strip().removeprefix(ADDRESS) for label, _, url in lines}


def password_in(welcome: str) -> str:
    """The password of the demo's accounts, out of what `manage.py welcome` prints. Raises NotTaken."""
    for line in welcome.splitlines():
        label, _, value = line.strip().rpartition("  ")
        if label.strip() == "password of all":
            return value.strip()
    raise NotTaken("`manage.py welcome` names no password")


@contextmanager
def page_on(browser: Browser, site: Site, device: Mapping[str, Any]) -> Iterator[Page]:
    """A page of a fresh browser in Chinese; an error of a script on it raises NotTaken at the end."""
    with browser.new_context(base_url=site.base, **CHINESE, **device) as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        if faults:
            raise NotTaken(f"{page.url}: {'; '.join(faults)}")


def take_still(browser: Browser, site: Site, still: Still, out: Path) -> None:
    """Open one page and keep what the screen shows. Raises NotTaken on another status than expected."""
    with page_on(browser, site, still.device) as page:
        response = page.goto(site.path(still.link) + still.query, wait_until="networkidle")
        require(response, still.status)
        keep(page, out, still.name)


def take_walk(browser: Browser, site: Site, out: Path) -> None:
    """File one complaint about an overcharged ride, from the card to following it."""
    with page_on(browser, site, PHONE) as page:
        code = site.path("A card").rstrip("/").rpartition("/")[2]
        require(page.goto(f"/complaints/new/?code={code}&kind=overcharging"), 200)
        go_on(page, "when")
        page.check("input[name=day][value=yesterday]")
        page.fill("input[name=time]", "21:40")
        go_on(page, "where")
        page.fill("[name=place]", "人民医院急诊楼门口")
        go_on(page, "ride")
        page.fill("input[name=distance_km]", "86")
        go_on(page, "charge")
        page.fill("input[name=amount_charged]", "2600")
        page.evaluate("document.activeElement.blur()")
        keep(page, out, "overcharging")
        go_on(page, "wish")
        page.check("input[name=wish][value=redress]")
        go_on(page, "story")
        page.fill("[name=narrative]", "从县医院转到市里，上车前说按公示价，下车时要求一次付清2600元。")
        go_on(page, "evidence")
        go_on(page, "contact")
        go_on(page, "consent")
        go_on(page, "review")
        go_on(page, "receipt")
        keep(page, out, "receipt")
        reference, receipt_code = page.locator(".receipt dd.code").all_inner_texts()
        page.goto("/complaints/track/")
        page.fill("input[name=reference]", reference)
        page.fill("input[name=receipt_code]", receipt_code)
        go_on(page, "track")
        page.get_by_text(reference).first.wait_for()
        keep(page, out, "tracking")


def take_desk(browser: Browser, site: Site, out: Path) -> None:
    """Sign in at an authority as handler, then as supervisor, with the demo's own accounts and phones."""
    for who, names in OFFICERS.items():
        with page_on(browser, site, DESKTOP) as page:
            email = f"{who}@demo.example"
            page.goto("/staff/login/")
            page.fill("#id_login", email)
            page.fill("#id_password", site.password)
            page.click("main button[type=submit]")
            page.fill("#id_code", manage(site.environment, "demo_code", email).strip())
            page.locator("main button[type=submit]").first.click()
            page.locator("#rail").wait_for()
            for name in names:
                open_desk(page, name)
                keep(page, out, name)


def open_desk(page: Page, name: str) -> None:
    """One page of a desk. Raises NotTaken where it does not answer."""
    if name == "case":
        require(page.goto("/staff/complaints/?tab=all&kind=overcharging&state=concluded"), 200)
        page.locator("[data-rows] a.code").first.click()
        page.locator("#told").wait_for()
        return
    require(page.goto({"queue": "/staff/complaints/", "supervision": "/staff/supervision/statistics/"}[name]), 200)


def go_on(page: Page, part: str) -> None:
    """Press the main button; the page that answers has `part` in its address. Raises NotTaken."""
    page.locator(NEXT).first.click()
    page.wait_for_load_state("networkidle")
    if f"/{part}/" not in page.url:
        raise NotTaken(f"expected the page {part!r}, but is on {page.url}: {page.locator('h1').inner_text()}")


def require(response: Response | None, status: int) -> None:
    """Raise NotTaken unless the page was answered as expected."""
    if response is None or response.status != status:
        raise NotTaken(f"{response and response.url} answered {response and response.status}, not {status}")


def keep(page: Page, out: Path, name: str) -> None:
    """Write what the screen shows as a small PNG, and say how large it is."""
    page.evaluate("document.fonts.ready.then(() => true)")
    data = squeezed(page.screenshot(), name)
    (out / f"{name}.png").write_bytes(data)
    sys.stdout.write(f"{name}.png  {len(data) / 1024:.0f} KB\n")


def squeezed(png: bytes, name: str) -> bytes:
    """The picture with a palette, the richest one that stays within LIMIT. Raises NotTaken if none does."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        palette = whole.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        palette.save(out, "PNG", optimize=True)
        if out.tell() <= LIMIT:
            return out.getvalue()
    raise NotTaken(f"{name}: larger than {LIMIT // 1024} KB even with 32 colours. Show less of the page.")


def chinese_is_drawn() -> bool:
    """Whether this machine has a font with Chinese; where `fc-list` is missing nobody knows, and it is tried."""
    lister = shutil.which("fc-list")
    return lister is None or bool(subprocess.run([lister, ":lang=zh"], capture_output=True, check=False).stdout)  # noqa: S603  # found on the path


def take_all(out: Path, seed: int) -> None:
    """Take every picture of NAMES. Raises NotTaken."""
    chromium = chromium_path()
    if chromium is None or not chinese_is_drawn():
        raise NotTaken("A Chromium and a Chinese font are needed: make browser")
    out.mkdir(parents=True, exist_ok=True)
    with running_product(seed) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for still in STILLS:
            take_still(browser, site, still, out)
        take_walk(browser, site, out)
        take_desk(browser, site, out)
        browser.close()


def main() -> None:
    """Read the arguments and take the pictures; ends with 1 and one message when that fails."""
    parser = argparse.ArgumentParser(description="Pictures for the README, taken from the running product.")
    parser.add_argument("--out", type=Path, default=TARGET, help="the folder to write to")
    parser.add_argument("--seed", type=int, default=8, help="the same seed makes the same demo data")
    arguments = parser.parse_args()
    try:
        take_all(arguments.out, arguments.seed)
    except NotTaken as error:
        sys.exit(f"screenshots: {error}")


if __name__ == "__main__":
    main()
