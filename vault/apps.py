"""Django's entry to the vault app."""

from django.apps import AppConfig


class VaultAppConfig(AppConfig):
    """Encryption at rest: sealed fields, keyed hashes, the key ring."""

    name = "vault"
    default_auto_field = "django.db.models.BigAutoField"
