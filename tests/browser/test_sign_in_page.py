"""The administration's door, as a browser sees it."""

from __future__ import annotations

import pytest


@pytest.mark.django_db(transaction=True)
def test_a_stranger_with_a_wrong_password_stays_outside(phone, screenshot):
    phone.goto("/admin/login/")
    phone.fill("#id_username", "nobody")
    phone.fill("#id_password", "wrong")
    phone.click("[type=submit]")
    assert phone.locator(".errornote").is_visible()
    assert phone.locator("#user-tools").count() == 0
    assert screenshot(phone, "sign-in-phone").stat().st_size > 1000


def test_an_administrator_comes_in(desktop, admin_user):
    desktop.goto("/admin/login/?next=/admin/")
    desktop.fill("#id_username", "admin")
    desktop.fill("#id_password", "password")
    desktop.click("[type=submit]")
    desktop.wait_for_selector("#user-tools")


@pytest.mark.django_db(transaction=True)
def test_the_accessibility_check_sees_a_picture_without_words(desktop, axe):
    page = "<html lang=en><title>t</title><main><h1>One</h1>{}</main></html>"
    desktop.set_content(page.format("<img src='data:,' alt='A car'>"))
    axe(desktop)
    desktop.set_content(page.format("<img src='data:,'>"))
    with pytest.raises(AssertionError, match="image-alt"):
        axe(desktop)
