"""The public photograph of a vehicle, taken from the picture of its left side that was approved."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from registry.documents import store
from registry.models import Ambulance, Application, ApplicationDocument, FieldChange
from registry.photos import HEIGHT, WIDTH, photo_name
from registry.services.deeds import Deed

QUALITY = 85


class PhotoPut:
    """Puts a photograph into the public storage, and takes it away again if the transaction does not hold."""

    def __init__(self) -> None:
        self._made: list[str] = []

    def of(self, application: Application, ambulance: Ambulance, deed: Deed) -> bool:
        """Give the vehicle the newest picture of its left side, with history. False if there is no other one."""
        purpose = ApplicationDocument.Purpose.PHOTO_LEFT
        document = application.documents.filter(purpose=purpose, media="image").order_by("-pk").first()
        if document is None:
            return False
        jpeg = public_jpeg(b"".join(store().read_cleaned(document.cleaned_key)))
        name = photo_name(jpeg)
        old = str(ambulance.photo)
        if old == name:
            return False
        if not default_storage.exists(name):
            self._made.append(default_storage.save(name, ContentFile(jpeg)))
        ambulance.photo = name
        ambulance.save(update_fields=["photo", "updated_at"])
        FieldChange.objects.create(
            ambulance=ambulance,
            field="photo",
            old=old,
            new=name,
            application=application,
            changed_by=deed.actor,
            changed_at=deed.now,
        )
        return True

    def undo(self) -> None:
        """Remove what was put."""
        for name in self._made:
            default_storage.delete(name)


@contextmanager
def put_photo() -> Iterator[PhotoPut]:
    """Photographs put inside the block go again when it fails. To be opened outside of the transaction."""
    photo = PhotoPut()
    try:
        yield photo
    except BaseException:
        photo.undo()
        raise


def public_jpeg(cleaned: bytes) -> bytes:
    """A picture cut to 960 × 640 pixels from its middle, holding nothing but pixels."""
    with Image.open(io.BytesIO(cleaned)) as opened:
        fitted = ImageOps.fit(opened.convert("RGB"), (WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    fitted.save(out, "JPEG", quality=QUALITY, comment=b"")
    return out.getvalue()
