"""Every setting that comes from the environment: its type, its default, and what it means.

`docs/settings.md` is made from this file (`manage.py settings_table`). A value of the wrong type, or a secret
missing in production, stops the start with one clear line each.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from functools import lru_cache
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self

from cryptography.fernet import Fernet
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from notifications.sms_templates import faults as table_faults
from notifications.sms_templates import texts_in

BASE_DIR = Path(__file__).resolve().parent.parent

SECRETS = ("SECRET_KEY", "VAULT_KEYS", "VAULT_INDEX_KEY")

ALIYUN = "notifications.sms_aliyun.AliyunSmsSender"
"""The value of SMS_SENDER that needs the extra of requirements-aliyun.txt."""

Words = Annotated[list[str], NoDecode]
"""A comma-separated list in the environment."""


NATIONAL_HOTLINES: list[dict[str, str]] = [
    {"number": "120", "zh": "医疗急救", "en": "Medical emergency"},
    {"number": "110", "zh": "报警", "en": "Police"},
    {"number": "122", "zh": "交通事故报警", "en": "Traffic police"},
    {"number": "12345", "zh": "政务服务便民热线", "en": "Government service line"},
    {"number": "12320", "zh": "卫生健康热线", "en": "Health line"},
    {"number": "12315", "zh": "市场监管投诉举报", "en": "Market regulation"},
    {"number": "12328", "zh": "交通运输服务监督", "en": "Transport supervision"},
]


class Environment(BaseSettings):
    """The typed environment. Field descriptions become the settings table."""

    model_config = SettingsConfigDict(extra="ignore", case_sensitive=True)

    ENVIRONMENT: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start without its secrets and turns HTTPS rules on."
    )
    DEBUG: bool = Field(False, description="Django's debug pages. Never in production.")
    PORT: int = Field(8000, ge=1, le=65535, description="The port `make run` serves on.")
    VAR_DIR: Path = Field(BASE_DIR / "var", description="Everything the program writes: database, evidence, logs.")

    SECRET_KEY: str = Field("", description="Django's signing key. Development makes and keeps its own.")
    VAULT_KEYS: Words = Field(
        default_factory=list,
        description="Fernet keys for personal data at rest, newest first; older ones only read.",
    )
    VAULT_INDEX_KEY: str = Field("", description="Key of the hashes by which encrypted values are found again.")

    DATABASE_URL: str = Field("", description="`postgres://…`; empty: SQLite in `VAR_DIR`.")
    REDIS_URL: str = Field("", description="Broker, cache and rate limits; empty: files and memory, no server.")
    ALLOWED_HOSTS: Words = Field(default_factory=lambda: ["*"], description="Host names that are answered.")
    CSRF_TRUSTED_ORIGINS: Words = Field(default_factory=list, description="Origins whose forms are accepted.")
    TRUSTED_PROXIES: Words = Field(
        default_factory=list,
        description="Networks of our own reverse proxies. Only they are believed about X-Forwarded-For.",
    )
    PUBLIC_BASE_URL: str = Field("", description="The address painted into every QR code, without a slash at the end.")
    QR_UPPER_CASE: bool = Field(
        True, description="Paint the whole address in capitals: a smaller, sturdier symbol. Off for readers that mind."
    )
    MARKING_POSITIONS: Words = Field(
        default_factory=lambda: ["LEFT", "RIGHT"], description="Positions every ambulance must carry a code on."
    )
    ARTWORK_FONT: str = Field(
        "",
        description="Font file (.ttf, .otf, .ttc) with Chinese for artwork and letters; empty: packaged Noto Sans CJK.",
    )
    RELEASE: str = Field("", description="Name of the release, part of every ETag; empty: made from the files.")

    SERVICE_NAME: str = Field("救护车扫码核验", description="Name of the service in Chinese.")
    SERVICE_NAME_EN: str = Field("Ambulance Check", description="Name of the service in English.")
    OPERATOR_NAME: str = Field("", description="Who runs this service, shown in the footer.")
    OPERATOR_EMAIL: str = Field(
        "desk@localhost", description="Where cases go that no authority's desk could be found for."
    )
    ICP_NUMBER: str = Field("", description="ICP filing number, shown in the footer.")
    POLICE_FILING_NUMBER: str = Field("", description="公安备案 number, shown in the footer.")
    HOTLINES: list[dict[str, str]] = Field(
        default_factory=lambda: list(NATIONAL_HOTLINES), description="JSON list of hotlines: number, zh, en."
    )
    REGIONAL_HOTLINES: dict[str, list[dict[str, str]]] = Field(
        default_factory=dict,
        description="JSON: division code → hotlines that stand before the national ones there and below.",
    )

    EVIDENCE_MAX_FILES: int = Field(9, ge=1, description="Files with one complaint.")
    EVIDENCE_MAX_MB_IMAGE: int = Field(20, ge=1, description="Size limit of one picture, MB.")
    EVIDENCE_MAX_MB_AUDIO: int = Field(30, ge=1, description="Size limit of one sound file, MB.")
    EVIDENCE_MAX_MB_VIDEO: int = Field(100, ge=1, description="Size limit of one film, MB.")
    EVIDENCE_MAX_MB_PDF: int = Field(20, ge=1, description="Size limit of one PDF, MB.")
    EVIDENCE_MAX_MEGAPIXELS: int = Field(64, ge=1, description="Largest picture that is decoded, million pixels.")
    EVIDENCE_MAX_MINUTES: int = Field(30, ge=1, description="Longest sound or film, minutes.")
    EVIDENCE_MAX_PDF_PAGES: int = Field(30, ge=1, description="Pages of one PDF.")

    BODY_MAX_MB: int = Field(256, ge=1, description="Largest request as a whole, files included, MB.")

    LIMIT_FILINGS: str = Field("60/10 minutes", description="New complaints from one address; repeats do not count.")
    LIMIT_DRAFTS: str = Field(
        "120/10 minutes", description="Complaints begun, and files sent with them, from one address."
    )
    LIMIT_TRACKING: str = Field("20/10 minutes", description="Wrong receipt codes from one address.")
    LIMIT_LOST_CODES: str = Field("10/60 minutes", description="New receipt codes asked for, from one address.")
    LIMIT_LOOKUPS: str = Field("300/10 minutes", description="Look-ups by plate or name from one address.")
    LIMIT_API: str = Field("600/10 minutes", description="API requests from one address.")
    LIMIT_KEYS: str = Field("3000/10 minutes", description="API requests with one key, from wherever they come.")
    LIMIT_RESETS: str = Field("20/10 minutes", description="Links for forgotten passwords, asked from one address.")
    CHALLENGE_AFTER: int = Field(
        5, ge=0, description="Filings from one address in ten minutes after which a proof of work is asked for."
    )
    FLAG_VEHICLE_PER_DAY: int = Field(5, ge=1, description="Complaints on one vehicle in a day that raise a flag.")
    FLAG_PHONE_PER_DAY: int = Field(5, ge=1, description="Complaints from one phone in a day that raise a flag.")

    OPEN311_MIN_GROUP: int = Field(
        5, ge=1, description="Concluded cases of one kind that are listed together at least; fewer wait for more."
    )
    OPEN311_DELAY_DAYS: int = Field(
        30,
        ge=0,
        le=366,
        description="Days after its conclusion before a case is listed; the list grows on the first of a month.",
    )
    ESCALATE_AFTER_WORKING_DAYS: int = Field(
        3, ge=0, description="Working days past a deadline after which the higher authority is shown the case."
    )
    UNASSIGNED_REMIND_DAYS: int = Field(
        3, ge=1, le=60, description="Days without an officer in charge after which supervisors are reminded."
    )
    QUESTION_WAITS_DAYS: int = Field(
        30, ge=7, le=180, description="Days after which a question without an answer is over and the clock goes on."
    )
    SIGNS_DAYS: int = Field(180, ge=7, le=1095, description="Days that are looked back on for signs of suppression.")
    SIGNS_MIN_CONCLUSIONS: int = Field(
        10, ge=3, description="Conclusions from which on an officer's share of “not substantiated” is compared."
    )
    SIGNS_MIN_MISMATCHES: int = Field(
        3, ge=2, description="Reports that vehicles do not match their cards which make a fleet stand out."
    )
    SIGNS_EDIT_HOURS: int = Field(
        48, ge=1, description="Hours before a conclusion within which a change of the vehicle's record is shown."
    )
    SIGNS_MIN_REFILED: int = Field(
        2, ge=1, description="Declined cases told again by the same contact which make a desk stand out."
    )
    SIGNS_FAST_HOURS: int = Field(24, ge=1, description="Hours within which a conclusion counts as unusually fast.")
    SIGNS_MIN_FAST: int = Field(3, ge=2, description="Unusually fast conclusions which make an officer stand out.")
    QUALITY_PERCENT: int = Field(
        5, ge=1, le=100, description="Percent of a month's concluded parts drawn for a quality check."
    )
    QUALITY_MIN: int = Field(3, ge=1, description="Concluded parts drawn for a quality check at the least.")
    SMALL_COUNT: int = Field(5, ge=3, le=20, description="Counts below this are not shown in statistics.")
    RETENTION_CLAIM_DAYS: int = Field(
        1095, ge=1, description="Days after its end that a claim is kept before its data is destroyed."
    )
    RETENTION_REPORT_DAYS: int = Field(
        1095, ge=1, description="Days after its end that a report of illegality is kept before its data is destroyed."
    )
    RETENTION_PRAISE_DAYS: int = Field(
        365, ge=1, description="Days after its end that thanks are kept before their data is destroyed."
    )
    MESSAGES_KEPT_DAYS: int = Field(
        180, ge=91, description="Days that messages are kept after they were sent or given up."
    )

    STAFF_IDLE_MINUTES: int = Field(15, ge=3, le=120, description="Minutes without a request that end a staff session.")
    STAFF_SESSION_HOURS: int = Field(12, ge=1, le=24, description="Hours after which staff must sign in again.")
    RESET_LINK_MINUTES: int = Field(
        60, ge=5, le=1440, description="Minutes that the link for a forgotten password holds."
    )
    INVITATION_HOURS: int = Field(72, ge=1, description="Hours that the link of an invitation holds.")
    AUDIT_KEEP_DAYS: int = Field(
        1095, ge=184, description="Days that rows of the audit record are kept; the law asks for six months."
    )

    EMAIL_HOST: str = Field("", description="SMTP server; empty in development: mails are files in `VAR_DIR/inbox`.")
    EMAIL_PORT: int = Field(587, description="SMTP port.")
    EMAIL_HOST_USER: str = Field("", description="SMTP user.")
    EMAIL_HOST_PASSWORD: str = Field("", description="SMTP password.")
    EMAIL_USE_TLS: bool = Field(True, description="STARTTLS.")
    DEFAULT_FROM_EMAIL: str = Field("no-reply@localhost", description="Sender of every mail.")
    SMS_SENDER: str = Field(
        "notifications.channels.FileSmsSender", description="Dotted path of the class that sends text messages."
    )
    ALIYUN_SMS_ACCESS_KEY_ID: str = Field("", description="Aliyun's access key, allowed to send text messages only.")
    ALIYUN_SMS_ACCESS_KEY_SECRET: str = Field("", description="The secret of that access key.")
    ALIYUN_SMS_SIGN_NAME: str = Field("", description="The signature Aliyun has approved (短信签名).")
    ALIYUN_SMS_TEMPLATES: dict[str, list[str]] = Field(
        default_factory=dict,
        description="JSON: our message template → codes of Aliyun with their parameters, see operations.md.",
    )
    ALIYUN_SMS_ENDPOINT: str = Field(
        "https://dysmsapi.aliyuncs.com", description="Where Aliyun takes text messages; http only in development."
    )
    NUDGE_WORKER: bool = Field(True, description="Wake the worker after a commit. Off: the sweep alone sends.")
    OUTBOX_LEASE_SECONDS: int = Field(120, ge=2, description="When a vanished worker's message is taken over.")
    OUTBOX_RETRY_SECONDS: int = Field(60, ge=1, description="Pause after a first failed attempt; it doubles each time.")
    OUTBOX_MAX_ATTEMPTS: int = Field(12, ge=1, description="Failed attempts after which a message is given up.")
    BULK_MAX: int = Field(50, ge=1, le=500, description="Cases that an officer changes at once from the queue.")
    EXPORT_MAX_ROWS: int = Field(200_000, ge=1, le=1_000_000, description="Rows of one exported file.")
    DEMO: bool = Field(False, description="Say on the front page that the data is invented.")

    @field_validator(
        "VAULT_KEYS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "TRUSTED_PROXIES", "MARKING_POSITIONS", mode="before"
    )
    @classmethod
    def split_words(cls, value: object) -> object:
        """Read `a, b` as a list."""
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value

    @field_validator("MARKING_POSITIONS")
    @classmethod
    def known_positions(cls, value: list[str]) -> list[str]:
        """Refuse a position that cannot be painted."""
        unknown = set(value) - {"LEFT", "RIGHT", "REAR"}
        if unknown or not value:
            raise ValueError("must name some of LEFT, RIGHT, REAR")
        return value

    @field_validator("TRUSTED_PROXIES")
    @classmethod
    def real_networks(cls, value: list[str]) -> list[str]:
        """Refuse what is no network."""
        for network in value:
            (IPv6Network if ":" in network else IPv4Network)(network)
        return value

    @model_validator(mode="after")
    def complete(self) -> Self:
        """Fill what follows from the rest, and refuse production without its secrets."""
        if self.ENVIRONMENT == "production":
            needed = (*SECRETS, "PUBLIC_BASE_URL", "EMAIL_HOST")
            faults = [f"{name} is missing: production needs it" for name in needed if not getattr(self, name)]
            if self.DEBUG:
                faults.append("DEBUG must be off in production")
            if "*" in self.ALLOWED_HOSTS:
                faults.append("ALLOWED_HOSTS must name the hosts in production")
            if faults:
                raise ValueError("\n".join(faults))
        if self.SMS_SENDER == ALIYUN and (lacking := aliyun_faults(self)):
            raise ValueError("\n".join(lacking))
        self.PUBLIC_BASE_URL = (self.PUBLIC_BASE_URL or f"http://localhost:{self.PORT}").rstrip("/")
        return self


def aliyun_faults(env: Environment) -> list[str]:
    """What is missing for sending by Aliyun, one line each; nothing is shown of what is there."""
    needed = ("ALIYUN_SMS_ACCESS_KEY_ID", "ALIYUN_SMS_ACCESS_KEY_SECRET", "ALIYUN_SMS_SIGN_NAME")
    found = [f"{name} is missing: SMS_SENDER names Aliyun" for name in needed if not getattr(env, name)]
    if find_spec("alibabacloud_dysmsapi20170525") is None:
        found.append("SMS_SENDER names Aliyun, its package is not installed: pip install -r requirements-aliyun.txt")
    allowed = ("https://",) if env.ENVIRONMENT == "production" else ("https://", "http://")
    if not env.ALIYUN_SMS_ENDPOINT.startswith(allowed):
        found.append("ALIYUN_SMS_ENDPOINT must begin with https://")
    lacking = table_faults(env.ALIYUN_SMS_TEMPLATES, texts_in(BASE_DIR))
    return found + [f"ALIYUN_SMS_TEMPLATES: {fault}" for fault in lacking]


def development_secrets(var_dir: Path) -> dict[str, str]:
    """The secrets of this checkout, made on first use and kept in `var/secrets.json` (never in production).

    Many may start at once: the file appears whole (hard link), and whoever comes second reads it.
    """
    path = var_dir / "secrets.json"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "VAULT_KEYS": Fernet.generate_key().decode(),
            "VAULT_INDEX_KEY": secrets.token_urlsafe(32),
        }
        handle, name = tempfile.mkstemp(prefix="secrets.", suffix=".tmp", dir=var_dir)  # 0600
        draft = Path(name)
        with os.fdopen(handle, "w") as file:
            json.dump(made, file, indent=1)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its secrets count
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment of this process, read once. Exits with one line per fault."""
    values: dict[str, str] = {}
    if os.environ.get("ENVIRONMENT", "development") == "development":
        var_dir = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var")
        values = {k: v for k, v in development_secrets(var_dir).items() if not os.environ.get(k)}
    try:
        return Environment(**values)  # type: ignore[arg-type]  # strings, parsed by the validators
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            where = "".join(f"{part}: " for part in fault["loc"])
            for line in fault["msg"].removeprefix("Value error, ").splitlines():
                sys.stderr.write(f"settings: {where}{line}\n")
        sys.exit(78)  # EX_CONFIG
