"""Who sends text messages by Aliyun is told at the start what is missing, down to the last template."""

from __future__ import annotations

import json

import pytest

from config.environment import ALIYUN, BASE_DIR, Environment
from notifications.sms_templates import texts_in
from tests.notifications.aliyun_server import KEY_ID, SECRET

ALL = {text: ["SMS_1"] for text in texts_in(BASE_DIR)}
GOOD = {
    "SMS_SENDER": ALIYUN,
    "ALIYUN_SMS_ACCESS_KEY_ID": KEY_ID,
    "ALIYUN_SMS_ACCESS_KEY_SECRET": SECRET,
    "ALIYUN_SMS_SIGN_NAME": "救护车核验",
    "ALIYUN_SMS_TEMPLATES": json.dumps(ALL),
}


@pytest.mark.parametrize("name", [name for name in GOOD if name != "SMS_SENDER"])
def test_the_start_is_refused_without(name, manage, tmp_path):
    environment = {key: value for key, value in GOOD.items() if key != name}
    done = manage("check", environment={"VAR_DIR": str(tmp_path), **environment})
    assert done.returncode == 78
    assert done.stderr
    assert all(line.startswith(f"settings: {name}") for line in done.stderr.splitlines())
    assert SECRET not in done.stderr


def test_the_start_is_refused_when_a_single_text_of_the_product_has_no_code(manage, tmp_path):
    missing = min(ALL)
    table = {text: codes for text, codes in ALL.items() if text != missing}
    environment = {**GOOD, "VAR_DIR": str(tmp_path), "ALIYUN_SMS_TEMPLATES": json.dumps(table)}
    done = manage("check", environment=environment)
    assert (done.returncode, done.stderr) == (78, f"settings: ALIYUN_SMS_TEMPLATES: {missing} has no code\n")


def test_the_start_is_refused_without_the_package(monkeypatch):
    monkeypatch.setattr("config.environment.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"pip install -r requirements-aliyun\.txt"):
        Environment.model_validate({**GOOD, "ALIYUN_SMS_TEMPLATES": ALL})


def test_production_sends_nothing_unencrypted(production):
    given = {**production, **GOOD, "ALIYUN_SMS_TEMPLATES": ALL}
    assert Environment.model_validate(given).SMS_SENDER == ALIYUN
    with pytest.raises(ValueError, match="must begin with https"):
        Environment.model_validate({**given, "ALIYUN_SMS_ENDPOINT": "http://dysmsapi.aliyuncs.com"})


def test_who_sends_otherwise_needs_none_of_it():
    assert not Environment().ALIYUN_SMS_TEMPLATES
