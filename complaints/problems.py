"""Problems that only complaints have."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from edge.problems import NotFound, Problem


class ComplaintNotFound(NotFound):
    """Reference or receipt code is wrong; which of them is not told."""

    code, title = "complaint-not-found", _("No complaint has this reference and receipt code")


class IdempotencyKeyReused(Problem):
    """The key came with another content before."""

    status_code, code = 422, "idempotency-key-reused"
    title = _("This Idempotency-Key was used for another complaint")


class IdempotencyKeyInvalid(Problem):
    """The key is none."""

    code, title = "idempotency-key-invalid", _("This Idempotency-Key is too short, too long, or not plain ASCII")


class ReferenceUnknown(NotFound):
    """The platform handed nothing over under this reference."""

    code, title = "reference-unknown", _("Nothing was handed over under this reference")


class ReferenceReused(Problem):
    """The platform's reference came with another content before."""

    status_code, code = 422, "platform-reference-reused"
    title = _("Another complaint was handed over under this reference")


class DecodersBusy(Problem):
    """Every decoder stayed taken; nothing was kept."""

    status_code, code, title = 503, "busy", _("Too many files are arriving at this moment")
