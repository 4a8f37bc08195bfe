"""Django's entry to the notifications app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsAppConfig(AppConfig):
    """The outbox and its channels."""

    name = "notifications"
    verbose_name = _("Outgoing messages")
    default_auto_field = "django.db.models.BigAutoField"
