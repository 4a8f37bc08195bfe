"""Reading the environment: what is refused, and the secrets of a development checkout."""

from __future__ import annotations

import json
import threading

import pytest
from pydantic import ValidationError

from config.environment import SECRETS, Environment, development_secrets


@pytest.mark.parametrize("name", [*SECRETS, "PUBLIC_BASE_URL", "EMAIL_HOST"])
def test_production_refuses_to_start_without(name, production):
    del production[name]
    with pytest.raises(ValidationError, match=f"{name} is missing"):
        Environment.model_validate(production)


def test_production_says_in_one_line_each_what_is_missing(manage, tmp_path):
    done = manage("check", environment={"ENVIRONMENT": "production", "VAR_DIR": str(tmp_path)})
    assert done.returncode == 78
    lines = done.stderr.splitlines()
    assert [line for line in lines if "SECRET_KEY" in line] == ["settings: SECRET_KEY is missing: production needs it"]
    assert len(lines) == 6
    assert not (tmp_path / "secrets.json").exists()


def test_a_value_of_the_wrong_type_is_named_and_not_repeated(manage, tmp_path):
    done = manage("check", environment={"VAR_DIR": str(tmp_path), "PORT": "hunter2"})
    assert done.returncode == 78
    assert done.stderr.startswith("settings: PORT: ")
    assert "hunter2" not in done.stderr


def test_debug_and_open_hosts_have_no_place_in_production(production):
    with pytest.raises(ValidationError, match="DEBUG must be off"):
        Environment.model_validate({**production, "DEBUG": "true"})
    with pytest.raises(ValidationError, match="ALLOWED_HOSTS"):
        Environment.model_validate({**production, "ALLOWED_HOSTS": "*"})


def test_the_public_address_follows_the_port(monkeypatch):
    monkeypatch.delenv("PUBLIC_BASE_URL", raising=False)
    assert Environment(PORT=8123).PUBLIC_BASE_URL == "http://localhost:8123"
    assert Environment(PORT=8123, PUBLIC_BASE_URL="https://a.cn/").PUBLIC_BASE_URL == "https://a.cn"


def test_a_network_that_is_none_is_refused():
    with pytest.raises(ValidationError):
        Environment(TRUSTED_PROXIES="10.0.0.0/33")


def test_a_checkout_makes_its_secrets_once_even_when_many_start_together(tmp_path):
    made: list[dict[str, str]] = []
    start = threading.Barrier(8)

    def first_use() -> None:
        start.wait()
        made.append(development_secrets(tmp_path))

    threads = [threading.Thread(target=first_use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert {json.dumps(secret) for secret in made} == {json.dumps(json.loads((tmp_path / "secrets.json").read_text()))}
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]
