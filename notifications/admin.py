"""The outbox for staff: to look at, and to send dead letters again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications.masking import mask_recipient
from notifications.models import Message
from notifications.services import requeue
from notifications.states import HELD

if TYPE_CHECKING:
    MessageModelAdmin = admin.ModelAdmin[Message]  # generic for the type checker only
else:
    MessageModelAdmin = admin.ModelAdmin


@admin.register(Message)
class MessageAdmin(MessageModelAdmin):
    """Read-only; the recipient masked, the context left out."""

    list_display = (
        "event_key",
        "channel",
        "masked_recipient",
        "state",
        "attempt",
        "created_at",
        "not_before",
        "last_error",
    )
    list_filter = ("state", "channel", "language")
    search_fields = ("event_key",)
    fields = (
        *list_display,
        "template",
        "language",
        "sent_at",
        "provider_id",
        "lease_until",
    )
    readonly_fields = fields
    actions = ("send_again",)
    show_full_result_count = False

    @admin.display(description=_("recipient"))
    def masked_recipient(self, message: Message) -> str:
        """Enough to recognise, too little to call."""
        return mask_recipient(message.recipient)

    @admin.action(description=_("Send again (dead and suspended messages)"), permissions=["requeue"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Put the chosen dead and suspended messages back into the outbox; others are left as they are."""
        chosen = list(queryset.only("event_key", "state"))  # before their state, and with it the filter, changes
        held = [message for message in chosen if message.state in HELD]
        for message in held:
            requeue(message)
        again, left = len(held), len(chosen) - len(held)
        self.message_user(
            request,
            ngettext("%(count)d message will be sent again.", "%(count)d messages will be sent again.", again)
            % {"count": again},
            messages.SUCCESS if again else messages.WARNING,
        )
        if left:
            self.message_user(
                request, _("Messages that are neither dead nor suspended were left alone."), messages.WARNING
            )

    def has_requeue_permission(self, request: HttpRequest) -> bool:
        """Whoever may change messages may send them again."""
        return request.user.has_perm("notifications.change_message")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Messages are written by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        """Nobody edits a message."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        """Nobody deletes a message here."""
        return False
