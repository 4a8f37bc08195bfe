"""The proof of work, solved by a real browser under the product's own content security policy."""

import json
from datetime import UTC, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt

from edge.challenge import Verdict, check_solution, new_challenge

PAGE = """<!doctype html><title>Form</title><form method="post">
<input type="hidden" name="challenge_solution" data-challenge="{}" data-status="status">
<p id="status" role="status" data-working="Checking, {{percent}} %" data-done="Checked."></p>
<button name="button" value="sent">Send</button></form>{}"""
SCRIPT = SafeString('<script src="/static/challenge.js"></script>')


@csrf_exempt
def form(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    if request.method == "POST":
        verdict = check_solution(request.POST["challenge_solution"], now, lambda _signature, _expires_at: True)
        return HttpResponse(f"{request.POST.get('button')}: {verdict}")
    script = SCRIPT if "script" in request.GET else ""
    return HttpResponse(format_html(PAGE, json.dumps(new_challenge(now)), script))


def no_icon(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [path("form/", form), path("favicon.ico", no_icon)]
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_a_hasty_click_waits_for_the_solution_and_keeps_its_button(device, request):
    page = request.getfixturevalue(device)
    page.goto("/form/?script=1")
    page.get_by_role("button").click()
    page.get_by_text(f"sent: {Verdict.OK}").wait_for()


KEEP_WHAT_IS_SAID = """
window.said = [];
new MutationObserver(() => {
  const status = document.getElementById("status");
  if (status) window.said.push(status.textContent);
}).observe(document, {childList: true, characterData: true, subtree: true});
"""


def test_the_reader_is_told_in_words_how_far_it_is(phone):
    phone.add_init_script(KEEP_WHAT_IS_SAID)
    phone.goto("/form/?script=1")
    phone.get_by_text("Checked.").wait_for()
    assert any(text.startswith("Checking,") for text in phone.evaluate("window.said"))
    phone.get_by_role("button").click()
    phone.get_by_text(f"sent: {Verdict.OK}").wait_for()


def test_without_the_script_the_form_goes_at_once_and_is_told_apart(phone):
    phone.goto("/form/")
    phone.get_by_role("button").click()
    phone.get_by_text(f"sent: {Verdict.MISSING}").wait_for()


def test_without_the_browsers_crypto_the_form_goes_at_once_too(phone):
    phone.add_init_script("Object.defineProperty(window.crypto, 'subtle', {value: undefined})")
    phone.goto("/form/?script=1")
    phone.get_by_role("button").click()
    phone.get_by_text(f"sent: {Verdict.MISSING}").wait_for()
