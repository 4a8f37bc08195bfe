"""`manage.py artwork CODE|PLATE --out DIR`: the files a paint shop needs."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from directory.formats import BadFormat, check_plate
from registry.artwork import Facts, pdf, png, svg
from registry.artwork.layout import DEFAULT_SIZE_MM
from registry.artwork.markings import facts_of
from registry.artwork.writers import DEFAULT_DPI
from registry.codes import Mistyped, read_code
from registry.fonts import CharactersMissing, FontMissing
from registry.models import Marking

FORMATS: Final = ("svg", "png", "pdf")


def formats(value: str) -> list[str]:
    """The formats named in a comma-separated list. Raises ArgumentTypeError for an unknown one."""
    named = [name.strip().lower() for name in value.split(",") if name.strip()]
    unknown = sorted(set(named) - set(FORMATS))
    if unknown or not named:
        raise ArgumentTypeError(f"name some of {','.join(FORMATS)}, not {value!r}")
    return named


def drawn(facts: Facts, kind: str, size_mm: float, dpi: int) -> bytes:
    """The artwork as the bytes of a file. Raises what `svg`, `png` and `pdf` raise."""
    if kind == "svg":
        return svg(facts, size_mm).encode()
    if kind == "pdf":
        return pdf(facts, size_mm)
    return png(facts, size_mm, dpi)


def asked_markings(text: str) -> list[Marking]:
    """The marking of a code, or every live marking of the vehicle with a plate. Raises CommandError."""
    markings = Marking.objects.select_related("ambulance__institution")
    try:
        found = markings.filter(code=read_code(text))
    except Mistyped as no_code:
        try:
            plate = check_plate(text)
        except BadFormat as no_plate:
            raise CommandError(f"{text!r} is neither a code ({no_code}) nor a plate ({no_plate})") from no_plate
        found = markings.live().filter(ambulance__plate=plate).order_by("position")
    if not found:
        raise CommandError(f"no code to paint was found for {text!r}: issue the vehicle's codes first")
    return list(found)


class Command(BaseCommand):
    """Write the artwork of one code, or of every live code of one vehicle."""

    help = "Draw the artwork of a code, or of all live codes of a plate, into files named by code and position."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to draw, where to, how large."""
        parser.add_argument("subject", metavar="CODE|PLATE", help="a code in any grouping, or a plate")
        parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder, made if it is absent")
        parser.add_argument(
            "--size-mm",
            type=float,
            default=DEFAULT_SIZE_MM,
            help="side of the symbol with its quiet zone (default: %(default)g)",
        )
        parser.add_argument(
            "--format", type=formats, default=list(FORMATS), help="comma-separated: svg,png,pdf (default: all)"
        )
        parser.add_argument("--dpi", type=int, default=DEFAULT_DPI, help="of the PNG (default: %(default)d)")

    def handle(self, *args: Any, subject: str, out: Path, **options: Any) -> None:
        """Draw everything first, so that an error leaves no half set of files; then write."""
        try:
            files = {
                out / f"{marking.code}-{marking.position.lower()}.{kind}": drawn(
                    facts_of(marking), kind, options["size_mm"], options["dpi"]
                )
                for marking in asked_markings(subject)
                for kind in options["format"]
            }
        except (CharactersMissing, FontMissing, ValueError) as error:
            raise CommandError(str(error)) from error
        try:
            out.mkdir(parents=True, exist_ok=True)
            for path, content in files.items():
                path.write_bytes(content)
        except OSError as error:
            raise CommandError(f"cannot write into {out}: {error}") from error
        self.stdout.write("\n".join(map(str, files)))
