"""The whole body has a limit, whatever it is made of."""

from __future__ import annotations

import pytest
from django.test import Client

HUGE = str(10**12)


def announce(path: str, length: str):
    return Client().generic("POST", path, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=length)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/complaints/new/", "/lookup/", "/admin/login/"])
def test_a_body_over_the_limit_is_refused_with_a_page(path):
    response = announce(path, HUGE)
    assert response.status_code == 413
    assert "text/html" in response.headers["Content-Type"]


@pytest.mark.django_db
def test_the_api_refuses_it_as_a_problem():
    response = announce("/api/v1/complaints/", HUGE)
    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["", "-1", "x", "１２", "0"])
def test_an_odd_length_is_not_an_error_of_ours(length):
    assert announce("/complaints/new/", length).status_code < 500
