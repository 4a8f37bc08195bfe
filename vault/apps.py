"""Django's entry to the vault app."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from vault.checks import check_keys


class VaultAppConfig(AppConfig):
    """Encryption at rest: sealed fields, keyed hashes, the key ring."""

    name = "vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let `migrate` and `check --database` refuse a key ring that does not open the data."""
        register(check_keys, Tags.database)
