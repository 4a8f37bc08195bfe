"""Child processes of the product, under an environment made for the test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[2]
Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def production(tmp_path) -> dict[str, str]:
    """A full production environment."""
    return {
        "ENVIRONMENT": "production",
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": "k7Zr2" * 12,
        "VAULT_KEYS": Fernet.generate_key().decode(),
        "VAULT_INDEX_KEY": "q8W" * 12,
        "DATABASE_URL": "postgres://app@db.invalid/app",
        "REDIS_URL": "redis://redis.invalid/0",
        "PUBLIC_BASE_URL": "https://ambulance.example.cn",
        "ALLOWED_HOSTS": "ambulance.example.cn",
        "TRUSTED_PROXIES": "10.0.0.0/8",
        "EMAIL_HOST": "smtp.example.cn",
        "DEFAULT_FROM_EMAIL": "no-reply@example.cn",
        "OPERATOR_NAME": "某某运营单位",
        "OPERATOR_EMAIL": "desk@example.cn",
    }


@pytest.fixture
def manage() -> Manage:
    """`manage("check", environment={…})`: one command in a process of its own, with nothing else set."""

    def run(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run
