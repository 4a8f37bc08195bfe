"""The application form as a browser sends it, and pictures to attach."""

from __future__ import annotations

import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from accounts.roles import Role
from directory.models import Institution
from registry.models import Application
from registry.proposals import NEEDED_DOCUMENTS
from tests import build, people

RIGHT: dict[str, Any] = {
    "plate": "赣A·54321",
    "plate_kind": "02",
    "vin": "LZFF25M4X8D004248",
    "licence_engine_number": "ENG1",
    "licence_owner": "南昌市第一人民医院",
    "licence_use": "J",
    "brand_model": "福特全顺",
    "vehicle_type": "B",
    "is_for_pre_hospital": "true",
    "registered_on": "2024-03-15",
    "inspection_valid_until": "2099-12-31",
    "fleet_number": "急01",
    "colour": "白色",
    "division": "360102",
}
"""Everything that a new registration needs, as typed."""


def picture(seed: int = 0) -> SimpleUploadedFile:
    """A photograph of its own for every seed."""
    out = io.BytesIO()
    image = Image.effect_noise((90, 60), 60 + seed).convert("RGB")
    image.putpixel((0, 0), (seed % 256, 1, 2))
    image.save(out, "JPEG")
    return SimpleUploadedFile(f"照片{seed}.jpg", out.getvalue(), content_type="image/jpeg")


def told(answer: Any) -> str:
    """What the page says is wrong, for the report of a failed test."""
    page = answer.content.decode()
    return (
        "\n".join(re.findall(r"<h1>.*?</h1>|<li><a href=\"#.*?</li>|class=\"wrong\"[^>]*\\w\">[^<]+</p>", page))
        or page[-2000:]
    )


def address_of(application: Application, name: str = "application", **more: Any) -> str:
    return reverse(f"staff:{name}", kwargs={"pk": application.pk, **more})


def manager(institution: Institution | None = None) -> User:
    """A fleet manager of a hospital in Nanchang whose authority has a reviewer's desk."""
    build.authority()
    return people.person(Role.FLEET_MANAGER, body=institution or build.institution())


def institution_of(client: Client) -> Institution:
    """Where the person signed in here works."""
    found: Institution | None = User.objects.get(pk=client.session["_auth_user_id"]).institution
    assert found
    return found


def begun(client: Client, kind: str = "new", ambulance: Any = None, **posted: str) -> Application:
    """Begin an application through the page."""
    query = f"?ambulance={ambulance.pk}" if ambulance else ""
    answer = client.post(reverse("staff:application_new") + query, {"kind": kind, **posted})
    assert answer.status_code == 303, told(answer)
    return Application.objects.get(pk=int(answer.headers["Location"].rstrip("/").rsplit("/", 1)[1]))


def send(client: Client, application: Application, do: str, *, version: Any = None, **typed: Any) -> Any:
    """Post the form with these fields and this button."""
    fresh = Application.objects.get(pk=application.pk)
    body = {"kind": fresh.kind, "version": version or fresh.version, "do": do, **typed}
    return client.post(address_of(application), body)


def attach_all(client: Client, application: Application, **typed: Any) -> None:
    """Attach every document the kind needs."""
    for number, purpose in enumerate(NEEDED_DOCUMENTS[application.kind]):  # type: ignore[index]
        answer = send(client, application, "attach", purpose=purpose, upload=picture(number), **typed)
        assert answer.status_code == 303, told(answer)


def submitted(client: Client, **changed: Any) -> Application:
    """A new registration, filled, with its documents, handed in through the pages."""
    application = begun(client)
    typed = {**RIGHT, **changed}
    attach_all(client, application, **typed)
    answer = send(client, application, "submit", **typed)
    assert answer.status_code == 303, told(answer)
    application.refresh_from_db()
    return application


def decide(client: Client, application: Application, do: str, *, version: Any = None, **more: Any) -> Any:
    """Post a reviewer's decision."""
    fresh = Application.objects.get(pk=application.pk)
    return client.post(
        address_of(application, "application_decide"), {"do": do, "version": version or fresh.version, **more}
    )
