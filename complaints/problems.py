"""Problems that only complaints have."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from edge.problems import Forbidden, NotFound, Problem


class ComplaintNotFound(NotFound):
    """Reference or receipt code is wrong; which of them is not told."""

    code, title = "complaint-not-found", _("No complaint has this reference and receipt code")


class QuestionUnknown(NotFound):
    """No question of this complaint has this id."""

    code, title = "question-unknown", _("This complaint has no such question")


class ReviewTermOver(Problem):
    """The days in which a review can be asked for are over."""

    status_code, code, title = 409, "term-over", _("The term for a review is over")


class NobodyAbove(Problem):
    """No higher authority is in this service. The right to a review is not touched by that."""

    status_code, code, title = 409, "no-superior", _("No higher authority is in this service")


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


class CaseStale(Problem):
    """Somebody took a step after this version was read. Says which version is current, who took it, when, and what."""

    status_code, code, title = 409, "stale-version", _("This was changed meanwhile")


class StepNotPossible(Problem):
    """The part is in a state that does not allow the step."""

    status_code, code, title = 409, "not-in-this-state", _("The present state does not allow this step")


class PersonNeeded(Forbidden):
    """A step that a person takes, past the second factor; no system can."""

    code, title = "person-needed", _("A person has to take this step")


class Unsoundness(Problem):
    """What was written or chosen cannot be taken; `errors` says what to do, for each field."""

    status_code, code, title = 422, "unsound", _("This cannot be taken as it is")
