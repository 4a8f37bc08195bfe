"""Words for the deeds that this room writes into the audit record; `RegistryAppConfig.ready` hands them over."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEED_WORDS: Final[dict[str, Promise]] = {
    "ambulance.changed": _("Vehicle changed without an application"),
    "ambulance.suspended": _("Vehicle suspended"),
    "ambulance.returned": _("Vehicle put back in service"),
    "ambulance.retired": _("Vehicle taken off the register"),
    "ambulance.exported": _("List of vehicles exported"),
    "marking.issued": _("Codes issued"),
    "marking.mounted": _("Code noted as mounted"),
    "marking.revoked": _("Code revoked"),
    "marking.reissued": _("Code replaced"),
    "application.begun": _("Application begun"),
    "application.saved": _("Application saved"),
    "application.submitted": _("Application submitted"),
    "application.withdrawn": _("Application withdrawn"),
    "application.agreed": _("Transfer agreed to"),
    "application.declined": _("Transfer declined"),
    "application.approved": _("Application approved"),
    "application.returned": _("Application returned"),
    "application.refused": _("Application refused"),
    "application.document_attached": _("Document attached"),
    "application.document_removed": _("Document removed"),
    "application.document_read": _("Document read"),
    "crew.added": _("Crew member added"),
    "crew.changed": _("Crew member changed"),
    "crew.left": _("Crew member noted as left"),
    "price.posted": _("Price posted"),
    "webhook.added": _("Web hook added"),
    "webhook.tried": _("Web hook tried"),
    "webhook.resumed": _("Web hook resumed"),
    "webhook.removed": _("Web hook removed"),
    "platform.added": _("Platform added"),
    "platform.changed": _("Platform changed"),
    "platform.closed": _("Platform closed"),
    "platform.reopened": _("Platform reopened"),
    "institution.changed": _("Facts of an institution corrected"),
    "institution.closed": _("Institution closed"),
    "institution.reopened": _("Institution reopened"),
    "institution.exported": _("List of institutions exported"),
}
