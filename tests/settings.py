"""The product's settings, made quick and harmless for tests. Never imported by the product.

The environment is set first, because `config.environment` reads it once. Whatever the developer's shell holds
(production addresses included) is left out, except which database and which Redis to test on.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from config.environment import Environment

KEPT = {"DATABASE_URL", "REDIS_URL"}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def own_folder() -> Path:
    """A folder of this test process, gone when the whole run ends; parallel workers share its parent."""
    if "TESTS_VAR_ROOT" not in os.environ:
        root = tempfile.mkdtemp(prefix="ambulance-tests-")
        os.environ["TESTS_VAR_ROOT"] = root
        atexit.register(shutil.rmtree, root, ignore_errors=True)
    return Path(os.environ["TESTS_VAR_ROOT"]) / WORKER


def own_redis(url: str) -> str:
    """The Redis database of this worker: number N of the address, N+1, N+2… so that workers never meet."""
    if not url or not WORKER.startswith("gw"):
        return url
    parts = urlsplit(url)
    number = int(parts.path.strip("/") or 0) + int(WORKER.removeprefix("gw"))
    return urlunsplit(parts._replace(path=f"/{number}"))


for name in set(Environment.model_fields) - KEPT:
    os.environ.pop(name, None)
SHARED_REDIS_URL = os.environ.setdefault("TESTS_REDIS_URL", os.environ.get("REDIS_URL", ""))
os.environ.update(
    ENVIRONMENT="development",
    VAR_DIR=str(own_folder()),
    REDIS_URL=own_redis(SHARED_REDIS_URL),
    NUDGE_WORKER="false",
    RELEASE="tests",
)

from config.settings import *  # noqa: E402, F403  # after the environment, on purpose
from config.settings import DATABASES, STORAGES, VAR_DIR  # noqa: E402  # the same, by name

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# No manifest exists before `collectstatic`; names of files stay plain.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
(VAR_DIR / "static-root").mkdir(exist_ok=True)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the live server's threads and child processes see it as the product would.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "db.sqlite3")}
else:
    # The test database is dropped at the end: no connection may outlive its request.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
