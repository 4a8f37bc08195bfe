"""Django's settings, all derived from the typed environment (`config.environment`)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from config.environment import BASE_DIR, environment

ENV = environment()
PRODUCTION = ENV.ENVIRONMENT == "production"
DEBUG = ENV.DEBUG
SECRET_KEY = ENV.SECRET_KEY
ALLOWED_HOSTS = ENV.ALLOWED_HOSTS
CSRF_TRUSTED_ORIGINS = ENV.CSRF_TRUSTED_ORIGINS
VAR_DIR = ENV.VAR_DIR.resolve()
for folder in ("inbox", "inbox/sms", "broker/queue", "broker/control", "evidence", "media"):
    (VAR_DIR / folder).mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "config",
    "complaints",
    "registry",
    "notifications",
    "accounts",
    "directory",
    "evidence",
    "vault",
    "edge",
    "accounts.admin_config.GuardedAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "complaints.open311.errors.OnlyThisForm",
    "csp.middleware.CSPMiddleware",
    "edge.reader.ReaderMiddleware",
    "edge.body.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.StaffSessionMiddleware",
    "accounts.refusals_on_record.RefusalsOnRecordMiddleware",
    "accounts.middleware.OwnLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "edge.reader.page",
            ],
        },
    },
]

SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": VAR_DIR / "db.sqlite3",
    "OPTIONS": {
        # Writers queue up front instead of failing at the first write; readers never wait (WAL).
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    },
}
POSTGRESQL_LIMITS = {
    "connect_timeout": 5,
    "options": "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000",
}


def database() -> dict[str, Any]:
    """SQLite beside the code, or the PostgreSQL that `DATABASE_URL` names, with time limits on everything."""
    if not ENV.DATABASE_URL:
        return SQLITE
    found: dict[str, Any] = dict(dj_database_url.parse(ENV.DATABASE_URL, conn_max_age=60, conn_health_checks=True))
    if found["ENGINE"].endswith("postgresql"):
        found["OPTIONS"] = {**POSTGRESQL_LIMITS, **found.get("OPTIONS", {})}
    return found


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_TIMEOUTS = {"socket_timeout": 1, "socket_connect_timeout": 1}
CACHES: dict[str, Any] = (
    {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": ENV.REDIS_URL,
            "OPTIONS": REDIS_TIMEOUTS,
            "KEY_PREFIX": "ambulance",
        }
    }
    if ENV.REDIS_URL
    else {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
)

# Celery only carries wake-ups; the truth is the outbox in the database (docs/decisions/0004-outbox.md).
CELERY_BROKER_URL = ENV.REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {**REDIS_TIMEOUTS, "visibility_timeout": 600, "unacked_restore_interval": 1, "global_keyprefix": "ambulance:"}
    if ENV.REDIS_URL
    else {
        "data_folder_in": str(VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(VAR_DIR / "broker" / "queue"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "polling_interval": 0.1,
    }
)
CELERY_BROKER_TRANSPORT = None if ENV.REDIS_URL else "notifications.file_broker:Transport"
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_PUBLISH_RETRY = False
# A sweep that no worker took before the next one is worthless: it expires instead of piling up.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "notifications.tasks.sweep", "schedule": 10.0, "options": {"expires": 9}},
    "complaints-purge": {
        "task": "complaints.tasks.purge",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "clear-sessions": {
        "task": "accounts.tasks.clear_sessions",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
    # Eight in the morning in Shanghai (CELERY_TIMEZONE), when desks open.
    "registry-reminders": {
        "task": "registry.tasks.remind",
        "schedule": crontab(hour=8, minute=0),
        "options": {"expires": 6 * 3600},
    },
    # The night after a closing: until then one that was noted by mistake can be undone.
    "registry-night": {
        "task": "registry.tasks.night",
        "schedule": crontab(hour=1, minute=15),
        "options": {"expires": 6 * 3600},
    },
    # At night, when nobody writes in the cases: days counted anew, what is overdue shown higher, what is over closed.
    "complaints-watch": {
        "task": "complaints.tasks.watch",
        "schedule": crontab(hour=1, minute=30),
        "options": {"expires": 6 * 3600},
    },
    "complaints-reminders": {
        "task": "complaints.tasks.remind",
        "schedule": crontab(hour=8, minute=5),
        "options": {"expires": 6 * 3600},
    },
    "complaints-retire": {
        "task": "complaints.tasks.retire",
        "schedule": crontab(hour=2, minute=30, day_of_month=1),
        "options": {"expires": 24 * 3600},
    },
    "complaints-destroy": {
        "task": "complaints.tasks.destroy",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "outbox-forget": {
        "task": "notifications.tasks.forget",
        "schedule": crontab(hour=3, minute=0),
        "options": {"expires": 6 * 3600},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.TriedFirstValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = ENV.RESET_LINK_MINUTES * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/staff/"

# Sign-in (docs/decisions/0009-sign-in.md). Nobody signs up; attempts are counted by accounts/lockout.py, so the
# library's own limits, which live in the cache, are off.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_FORMS = {
    "login": "accounts.forms_sign_in.SignInForm",
    "reauthenticate": "accounts.forms_sign_in.PasswordAgainForm",
    "change_password": "accounts.forms_sign_in.NewPasswordForm",
    "reset_password": "accounts.forms_forgotten.ForgottenForm",
    "reset_password_from_key": "accounts.forms_forgotten.ChosenPasswordForm",
    "user_token": "accounts.forms_forgotten.LinkForm",
}
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms_sign_in.CodeForm",
    "reauthenticate": "accounts.forms_sign_in.CodeAgainForm",
    "activate_totp": "accounts.forms_sign_in.EnrolForm",
    "add_webauthn": "accounts.forms_passkey.PasskeyForm",
    "authenticate_webauthn": "accounts.forms_passkey.PasskeySignInForm",
    "reauthenticate_webauthn": "accounts.forms_passkey.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = False
MFA_TOTP_ISSUER = ENV.SERVICE_NAME
MFA_TOTP_TOLERANCE = 1

# Work that is handed on when somebody leaves: its name, and the object that counts and moves it (accounts/handover.py).
HANDOVERS = {"applications": "registry.handover.APPLICATIONS", "cases": "complaints.handover.CASES"}

# Rooms above the registry that have work of their own on the desk's first page (registry/desk_work.py).
DESK_WORK = {"cases": "complaints.desk_work.CASES"}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static-root"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Source maps are for whoever debugs a library; squeezing them took half of the time of collectstatic.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
STORAGES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "media", "base_url": "/media-is-not-served/"},
    },
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "evidence",
            "base_url": "/evidence-is-not-served/",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEGABYTE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MEGABYTE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = ENV.EVIDENCE_MAX_FILES + 1
FILE_UPLOAD_MAX_MEMORY_SIZE = MEGABYTE

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 24 * 3600
CSRF_FAILURE_VIEW = "edge.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["edge.parsers.JSONBody"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "edge.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ambulance look-up and complaints",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "complaints.open311.documents.with_open311",
    ],
    "ENUM_NAME_OVERRIDES": {
        "StandingEnum": "registry.serializers.STANDINGS",
        "ComplaintActionEnum": "complaints.workflow.Action",
        "ComplaintKindEnum": "complaints.kinds.Kind",
        "ComplaintNatureEnum": "complaints.kinds.Nature",
        "ComplaintStateEnum": "complaints.workflow.State",
        "ComplaintPublicStateEnum": "complaints.workflow.PublicState",
        "AmbulanceStatusEnum": "registry.choices.AmbulanceStatus",
        "ApplicationActionEnum": "registry.applications.ApplicationAction",
        "ApplicationKindEnum": "registry.applications.ApplicationKind",
        "ApplicationStateEnum": "registry.applications.ApplicationState",
        "MarkingStateEnum": "registry.choices.MarkingState",
        "AuthorityKindEnum": "directory.kinds.AuthorityKind",
        "DeadlineStepEnum": "complaints.clock.Step",
        "HandlingRoleEnum": "complaints.workflow.HandlingRole",
        "HandlingStateEnum": "complaints.workflow.HandlingState",
        "AudienceEnum": "complaints.wall.Audience",
        "ForwardedStateEnum": "complaints.models.casework.Forwarding.State",
        "PurposeEnum": "registry.models.application.ApplicationDocument.Purpose",
        "ForwardedPurposeEnum": "complaints.models.casework.Forwarding.Purpose",
    },
}

EMAIL_HOST = ENV.EMAIL_HOST
EMAIL_PORT = ENV.EMAIL_PORT
EMAIL_HOST_USER = ENV.EMAIL_HOST_USER
EMAIL_HOST_PASSWORD = ENV.EMAIL_HOST_PASSWORD
EMAIL_USE_TLS = ENV.EMAIL_USE_TLS
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.DEFAULT_FROM_EMAIL
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if ENV.EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "inbox"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.CleanFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Django's own handlers would write a second, uncleaned line.
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
}


def release_from_files() -> str:
    """A short name that changes whenever a template, text, style or program file changes."""
    digest = hashlib.sha256()
    kinds = (".py", ".html", ".mo", ".css", ".js", ".txt")
    for app in ("config", "complaints", "registry", "directory", "evidence", "edge", "locale"):
        for path in sorted(Path(BASE_DIR / app).rglob("*")):
            if path.suffix in kinds:
                digest.update(f"{path.relative_to(BASE_DIR)}:{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:10]


RELEASE = ENV.RELEASE or release_from_files()
