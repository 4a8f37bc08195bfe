"""`manage.py check --deploy`: silent on a full production environment, loud on each mistake."""

from __future__ import annotations

import pytest

from config.checks import limits_can_be_read, production_has_what_it_needs, public_address_is_safe
from config.environment import Environment


def found_by(check, settings, environment: dict[str, str]) -> set[str]:
    """Ids of what the check finds under this environment."""
    settings.ENV = Environment.model_validate(environment)
    settings.ALLOWED_HOSTS = settings.ENV.ALLOWED_HOSTS
    return {message.id for message in check()}


def test_a_full_production_environment_is_clean(manage, production):
    done = manage("check", "--deploy", "--fail-level", "WARNING", environment=production)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("TRUSTED_PROXIES", "", "config.W001"),
        ("DATABASE_URL", "", "config.W002"),
        ("REDIS_URL", "", "config.W003"),
        ("OPERATOR_NAME", "", "config.W004"),
        ("OPERATOR_EMAIL", "desk@localhost", "config.W005"),
        ("DEFAULT_FROM_EMAIL", "nobody", "config.W006"),
        ("DEMO", "true", "config.W007"),
        ("NUDGE_WORKER", "false", "config.W008"),
    ],
)
def test_what_fails_in_public_is_warned_of(name, value, finding, settings, production):
    assert found_by(production_has_what_it_needs, settings, production | {"NUDGE_WORKER": "true", name: value}) == {
        finding
    }


@pytest.mark.parametrize(
    ("url", "findings"),
    [
        ("https://ambulance.example.cn", set()),
        ("http://ambulance.example.cn", {"config.E002"}),
        ("https://localhost:8000", {"config.E003", "config.E004"}),
        ("https://other.example.cn", {"config.E004"}),
    ],
)
def test_the_painted_address_is_https_public_and_ours(url, findings, settings, production):
    assert found_by(public_address_is_safe, settings, {**production, "PUBLIC_BASE_URL": url}) == findings


def test_a_limit_that_is_no_rate_is_an_error(settings):
    assert found_by(limits_can_be_read, settings, {}) == set()
    assert found_by(limits_can_be_read, settings, {"LIMIT_API": "sometimes"}) == {"config.E001"}
