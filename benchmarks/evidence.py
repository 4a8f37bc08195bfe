"""What one piece of evidence costs: `python -m benchmarks.evidence` (a minute, alone on the machine).

Prints a table for docs/decisions/0005-evidence.md: processor time of the decoding child and wall time of
`inspect_and_clean` and of sealing, medians. On a busy machine only the processor time means something.
"""

from __future__ import annotations

import io
import os
import resource
import statistics
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image
from pillow_heif import register_heif_opener
from reportlab.pdfgen.canvas import Canvas

from evidence.intake import inspect_and_clean
from evidence.store import EvidenceStore

ROUNDS = 5


def landscape() -> Image.Image:
    """12 million pixels that compress about as a photo does."""
    small = Image.frombytes("RGB", (1000, 750), os.urandom(1000 * 750 * 3))
    return small.resize((4000, 3000), Image.Resampling.BICUBIC)


def photo(kind: str) -> bytes:
    """A 12 megapixel photo in this format."""
    out = io.BytesIO()
    landscape().save(out, kind, quality=85)
    return out.getvalue()


def film(folder: Path) -> bytes:
    """About 19 MB of 1080p H.264 noise."""
    path = folder / "film"
    size = 0
    frames = [Image.frombytes("RGB", (480, 270), os.urandom(480 * 270 * 3)).resize((1920, 1080)) for _ in range(5)]
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=10, options={"preset": "ultrafast", "crf": "26"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for number in range(1000):
            frame = av.VideoFrame.from_image(frames[number % 5])
            frame.pts, frame.time_base = number, Fraction(1, 10)
            packets = stream.encode(frame)
            size += sum(packet.size for packet in packets)
            out.mux(packets)
            if size > 19_000_000:
                break
        out.mux(stream.encode(None))
    return path.read_bytes()


def document() -> bytes:
    """Ten pages of words."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for number in range(10):
        for line in range(50):
            canvas.drawString(50, 780 - line * 14, f"page {number} line {line} " + "words of a bill " * 4)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def children_seconds() -> float:
    """Processor time of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure every sample and print the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    register_heif_opener()
    print("| sample | in | out | child's processor time | clean, wall | seal both, wall |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = EvidenceStore(folder / "store")
        tiny = io.BytesIO()
        Image.new("RGB", (40, 30)).save(tiny, "JPEG")
        samples = {
            "40×30 JPEG (the cost of the child itself)": tiny.getvalue(),
            "12 MP JPEG": photo("JPEG"),
            "12 MP HEIC": photo("HEIF"),
            "PDF, 10 pages of text": document(),
            "1080p MP4": film(folder),
        }
        for label, data in samples.items():
            spent, cleaning, sealing = [], [], []
            for _ in range(ROUNDS):
                before = children_seconds()
                started = time.perf_counter()
                clean = inspect_and_clean(io.BytesIO(data), label, out_dir=folder)
                cleaning.append(time.perf_counter() - started)
                spent.append(children_seconds() - before)
                started = time.perf_counter()
                store.keep(clean, io.BytesIO(data))
                sealing.append(time.perf_counter() - started)
            print(
                f"| {label} | {len(data) / 1e6:.2f} MB | {clean.clean_size / 1e6:.2f} MB "
                f"| {statistics.median(spent):.2f} s | {statistics.median(cleaning):.2f} s "
                f"| {statistics.median(sealing) * 1000:.0f} ms |"
            )


if __name__ == "__main__":
    main()
