"""The photograph on a card."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from registry.photos import photo_name
from registry.standing import Standing
from tests.registry.standings import marking_with


@pytest.fixture
def stored():
    picture = io.BytesIO()
    Image.new("RGB", (96, 64), "white").save(picture, "JPEG")
    content = picture.getvalue()
    name = default_storage.save(photo_name(content), ContentFile(content))
    yield name, content
    default_storage.delete(name)


def test_a_photograph_is_served_as_what_it_is_and_kept_for_ever(client, stored):
    name, content = stored
    response = client.get(f"/{name}")
    assert b"".join(response.streaming_content) == content
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not response.cookies


@pytest.mark.parametrize(
    "name",
    ["x.jpg", "0" * 32 + ".png", "0" * 31 + ".jpg", "A" * 32 + ".jpg", "..%2F..%2Fdb.sqlite3", "0" * 32 + ".jpg%00"],
)
def test_a_name_the_registry_never_writes_is_not_even_looked_for(client, name, monkeypatch):
    monkeypatch.setattr(default_storage, "exists", lambda _: pytest.fail("looked for"))
    assert client.get(f"/photos/{name}").status_code == 404


def test_a_photograph_that_is_gone_is_not_found(client):
    assert client.get(f"/photos/{'0' * 32}.jpg").status_code == 404


@pytest.mark.django_db
def test_a_card_shows_the_photograph_with_what_can_be_compared_and_keeps_its_place_free(client, stored):
    marking = marking_with(Standing.IN_SERVICE, photo=stored[0])
    text = client.get(f"/a/{marking.code}/").content.decode()
    image = text[text.index("<img") : text.index(">", text.index("<img"))]
    assert f'src="/{stored[0]}"' in image
    assert 'width="960" height="640" loading="lazy"' in image
    assert text.index('id="looks"') < text.index("<img") < text.index('id="registration"')


@pytest.mark.django_db
def test_a_card_without_a_photograph_has_no_picture(client):
    marking = marking_with(Standing.IN_SERVICE)
    assert "<img" not in client.get(f"/a/{marking.code}/").content.decode()
