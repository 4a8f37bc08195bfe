"""What somebody is told who must wait before the next attempt."""

from __future__ import annotations

import math

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.lockout import LockedOut

LOCKED_OUT = "locked_out"


def locked_out_error(locked: LockedOut) -> ValidationError:
    """The error of a form: how many minutes to wait. Says the same whether or not the account exists."""
    minutes = max(1, math.ceil((locked.until - timezone.now()).total_seconds() / 60))
    words = ngettext(
        "Too many attempts. Please try again in %(minutes)s minute.",
        "Too many attempts. Please try again in %(minutes)s minutes.",
        minutes,
    )
    return ValidationError(words, code=LOCKED_OUT, params={"minutes": minutes})


def status_of(form: BaseForm) -> int:
    """The status of the page that shows the form again: 429 for somebody who must wait, else 200."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    return 429 if LOCKED_OUT in codes else 200
