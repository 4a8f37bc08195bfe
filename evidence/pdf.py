"""PDF: every page is photographed into a new document of pictures.

Scripts, forms, links, attachments, metadata and fonts stay behind, because only pixels cross. Runs as a child program
and needs no Django.
"""

from __future__ import annotations

import io
import math

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from evidence.child import serve
from evidence.job import CLEAN, DAMAGED, Job, Outcome, Unfit

DOTS_PER_POINT = 200 / 72
"""200 dpi: small print of a receipt stays readable."""
PAGE_PIXELS = 4_000_000
"""A4 at 200 dpi and a little; larger pages are photographed more coarsely."""
QUALITY = 80


def clean_pdf(job: Job) -> Outcome:
    """Write the pictures of all pages of `job` as a new PDF of the same page sizes.

    Raises Unfit (`password-protected`, `too-many-pages`, `damaged`), or what PDFium raises on a damaged file.
    """
    with opened(job.source) as document, pdfium.PdfDocument.new() as copy:
        pages = len(document)
        if pages == 0:
            raise Unfit(DAMAGED)
        if pages > job.max_pages:
            raise Unfit("too-many-pages", limit=job.max_pages)
        document.init_forms()  # what was typed into a form is drawn; its scripts never run (no engine is built in)
        for number in range(pages):
            copy_page(document, number, copy, job.longest_side)
        copy.save(job.target)
    return Outcome(CLEAN, "pdf", job.content_type, "application/pdf", pages=pages)


def opened(source: str) -> pdfium.PdfDocument:
    """The document. One that needs a password is Unfit; one that only forbids printing or copying opens."""
    try:
        return pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        if error.err_code in {pdfium_raw.FPDF_ERR_PASSWORD, pdfium_raw.FPDF_ERR_SECURITY}:
            raise Unfit("password-protected") from error
        raise


def copy_page(document: pdfium.PdfDocument, number: int, copy: pdfium.PdfDocument, longest_side: int) -> None:
    """Append the picture of one page to `copy`, at the page's own size in points."""
    page = document[number]
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise Unfit(DAMAGED)
    scale = min(DOTS_PER_POINT, math.sqrt(PAGE_PIXELS / (width * height)), longest_side / max(width, height))
    jpeg = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(jpeg, "JPEG", quality=QUALITY)
    page.close()
    picture = pdfium.PdfImage.new(copy)
    jpeg.seek(0)
    picture.load_jpeg(jpeg, inline=True)
    picture.set_matrix(pdfium.PdfMatrix().scale(width, height))
    sheet = copy.new_page(width, height)
    sheet.insert_obj(picture)
    sheet.gen_content()
    sheet.close()


if __name__ == "__main__":
    serve(clean_pdf)
