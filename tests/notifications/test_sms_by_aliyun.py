"""Text messages leave through Aliyun's own SDK, signed, to a stand-in that checks the signature by itself."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator

import pytest

from config.environment import ALIYUN, BASE_DIR
from notifications import sms_aliyun
from notifications.models import Message
from notifications.services import Drained, drain_outbox
from notifications.sms_templates import Filled, faults, filled, texts_in
from notifications.states import State
from tests.notifications.aliyun_server import ALGORITHM, KEY_ID, SECRET, AliyunServer

NUMBER = "13800138000"
TABLE = {"notifications/trial": ["SMS_100 queued_at", "SMS_101"]}


@pytest.fixture
def aliyun(use) -> Iterator[AliyunServer]:
    with AliyunServer() as server:
        use(
            SMS_SENDER=ALIYUN,
            ALIYUN_SMS_ACCESS_KEY_ID=KEY_ID,
            ALIYUN_SMS_ACCESS_KEY_SECRET=SECRET,
            ALIYUN_SMS_SIGN_NAME="救护车核验",
            ALIYUN_SMS_TEMPLATES=TABLE,
            ALIYUN_SMS_ENDPOINT=server.url,
        )
        yield server


@pytest.fixture
def sent(queue, aliyun) -> Callable[[], Message]:
    """Queue a message, send it, and look at what became of it."""

    def sent(**changes) -> Message:
        message: Message = queue(**changes)
        drain_outbox()
        message.refresh_from_db()
        return message

    return sent


@pytest.mark.django_db
def test_a_message_goes_out_as_an_approved_template_rightly_signed(sent, aliyun):
    message = sent(context={"queued_at": "十二点 & 半"})
    assert (message.state, message.provider_id) == (State.SENT, "900619^0")
    [taken] = aliyun.taken
    assert taken == {
        "PhoneNumbers": NUMBER,
        "SignName": "救护车核验",
        "TemplateCode": "SMS_100",
        "TemplateParam": json.dumps({"queued_at": "十二点 & 半"}, ensure_ascii=False),
        "OutId": message.event_key,
    }
    head = aliyun.headers[0]
    assert head["authorization"].startswith(f"{ALGORITHM} Credential={KEY_ID},SignedHeaders=")
    assert (head["x-acs-action"], head["x-acs-version"]) == ("SendSms", "2017-05-25")


@pytest.mark.django_db
def test_a_template_without_the_missing_parameter_is_taken_instead(sent, aliyun):
    assert sent(context={"queued_at": ""}).state == State.SENT
    assert aliyun.taken[0]["TemplateCode"] == "SMS_101"
    assert "TemplateParam" not in aliyun.taken[0]


@pytest.mark.django_db
def test_where_no_template_can_be_filled_the_message_is_dead_and_nothing_leaves(sent, aliyun, use):
    use(ALIYUN_SMS_TEMPLATES={"notifications/trial": ["SMS_100 queued_at"]})
    message = sent(context={})
    assert (message.state, message.last_error) == (State.DEAD, "no approved template has all its parameters")
    assert not aliyun.headers


@pytest.mark.django_db
def test_a_wrong_secret_is_found_by_the_stand_in_and_holds_the_channel(sent, aliyun, use):
    use(ALIYUN_SMS_ACCESS_KEY_SECRET="another")
    message = sent()
    assert (message.state, message.last_error) == (State.PENDING, "SignatureDoesNotMatch")
    assert not aliyun.taken


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "state", "asked"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", State.DEAD, 2),
        ("isv.BLACK_KEY_CONTROL_LIMIT", State.DEAD, 2),
        ("isv.TEMPLATE_MISSING_PARAMETERS", State.DEAD, 2),
        ("isv.BUSINESS_LIMIT_CONTROL", State.PENDING, 2),
        ("isv.SMS_TEMPLATE_ILLEGAL", State.PENDING, 2),
        ("isp.SYSTEM_ERROR", State.PENDING, 2),
        ("isv.AMOUNT_NOT_ENOUGH", State.PENDING, 1),
        ("isv.OUT_OF_SERVICE", State.PENDING, 1),
    ],
)
def test_a_code_decides_whether_it_is_tried_again_and_the_others_wait(queue, aliyun, code, state, asked):
    aliyun.answer = {"Code": code, "Message": f"{NUMBER} 触发限制", "RequestId": "1"}
    messages = [queue(), queue()]
    drain_outbox()
    for message in messages:
        message.refresh_from_db()
        assert message.state == state
        assert NUMBER not in message.last_error
    assert messages[0].last_error == code
    assert len(aliyun.taken) == asked


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (500, {"Code": "InternalError", "Message": NUMBER}, "InternalError"),
        (503, {"Code": "ServiceUnavailable", "Message": NUMBER}, "ServiceUnavailable"),
        (403, {"Code": "Forbidden.RAM", "Message": NUMBER}, "Forbidden.RAM"),
        (200, {"Code": f"{NUMBER} 你好", "Message": "x"}, "an answer without a code"),
    ],
)
def test_an_answer_that_is_an_error_is_tried_again_by_its_code(sent, aliyun, status, answer, reason):
    aliyun.status, aliyun.answer = status, answer
    message = sent()
    assert (message.state, message.last_error) == (State.PENDING, reason)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [200, 502])
def test_an_answer_that_nobody_can_read_is_tried_again(sent, aliyun, status):
    aliyun.status, aliyun.answer = status, b"<html>bad gateway</html>"
    message = sent()
    assert message.state == State.PENDING
    assert "html" not in message.last_error


@pytest.mark.django_db
def test_a_provider_nobody_reaches_keeps_all_messages_waiting(queue, aliyun, use):
    use(ALIYUN_SMS_ENDPOINT="http://127.0.0.1:9")
    queue()
    queue()
    assert drain_outbox() == Drained(retried=2)
    assert set(Message.objects.values_list("last_error", flat=True)) == {
        "no answer",
        "the provider was unreachable a moment ago",
    }


@pytest.mark.django_db
def test_a_provider_that_is_silent_is_left_in_time(sent, aliyun, monkeypatch):
    monkeypatch.setattr(sms_aliyun, "READ_MS", 300)
    aliyun.wait = 3
    begun = time.monotonic()
    assert sent().last_error == "no answer"
    assert time.monotonic() - begun < 2


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["OK", "isv.MOBILE_NUMBER_ILLEGAL", "isv.BUSINESS_LIMIT_CONTROL"])
def test_neither_number_nor_secret_nor_value_is_logged_at_any_level(sent, aliyun, caplog, capfd, monkeypatch, code):
    monkeypatch.setenv("DEBUG", "sdk")  # the SDK's own switch for writing requests out
    caplog.set_level(logging.DEBUG)
    aliyun.answer = {"Code": code, "Message": NUMBER, "BizId": "1"}
    sent(context={"queued_at": "十二点半"})
    out, err = capfd.readouterr()
    written = caplog.text + out + err
    assert not [word for word in (NUMBER, SECRET, "十二点半", "PhoneNumbers") if word in written]


def test_the_texts_of_the_product_are_found_with_their_words():
    texts = texts_in(BASE_DIR)
    assert {"reference", "due", "short_link"} <= texts["complaints/received.zh-hans"]
    assert {"complaints/withdrawn.en", "notifications/trial.zh-hans"} <= set(texts)


def test_the_table_prefers_the_language_and_then_the_first_that_can_be_filled():
    table = {"a/b": ["SMS_1 due", "SMS_2"], "a/b.en": ["SMS_3 due"]}
    assert filled(table, "a/b", "zh-hans", {"due": "x"}) == Filled("SMS_1", {"due": "x"})
    assert filled(table, "a/b", "zh-hans", {}) == Filled("SMS_2", {})
    assert filled(table, "a/b", "en", {"due": "x"}) == Filled("SMS_3", {"due": "x"})
    assert filled(table, "a/b", "en", {}) is None
    assert filled(table, "a/c", "en", {}) is None


def test_what_is_wrong_with_a_table_is_named():
    texts = {"a/b.en": {"due"}, "a/b.zh-hans": {"due"}}
    assert not list(faults({"a/b": ["SMS_1 due", "SMS_2"]}, texts))
    assert list(faults({"a/b.en": ["SMS_1"]}, texts)) == ["a/b.zh-hans has no code"]
    assert list(faults({"a/b": ["SMS_1 duo"]}, texts)) == ["a/b: duo is no word of its text"]
    assert list(faults({"a/b": ["短信"]}, texts)) == ["a/b: '短信' does not begin with a code"]
    assert list(faults({"a/b": ["SMS_1"], "a/x": ["SMS_1"]}, texts)) == ["a/x is no text message of this product"]
    assert list(faults({"a/b": [""]}, texts)) == ["a/b: '' does not begin with a code"]
