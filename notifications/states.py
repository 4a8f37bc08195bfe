"""What a message can be, and by which channels it can travel."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """pending → sending → sent; back to pending after a failure; dead or suspended until a person decides."""

    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    DEAD = "dead", _("given up")
    SUSPENDED = "suspended", _("held back after a restore")


class Medium(models.TextChoices):
    """The channels that exist. A new one is added here and in `notifications.channels.CHANNELS`."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    WEBHOOK = "webhook", _("web hook")


UNSENT = (State.PENDING, State.SENDING)
HELD = (State.DEAD, State.SUSPENDED)
"""States that only a person ends (`services.requeue`)."""
