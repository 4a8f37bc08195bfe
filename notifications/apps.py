"""Django's entry to the notifications app."""

from django.apps import AppConfig


class NotificationsAppConfig(AppConfig):
    """The outbox and its channels."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
