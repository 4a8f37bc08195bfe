"""The steps an officer can take on the page of a case: one table from step to form and service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from complaints import case_forms as forms
from complaints.kinds import facts_of
from complaints.models import Handling
from complaints.parties import buttons
from complaints.services.asking import ask, take_back_question
from complaints.services.concluding import (
    close,
    conclude,
    investigate,
    propose_conclusion,
    reopen,
    send_back_conclusion,
)
from complaints.services.noting import note
from complaints.services.recusing import recuse
from complaints.services.splitting import split
from complaints.services.taking_on import (
    accept,
    add_handler,
    assign,
    decide_objection,
    decline,
    hand_over,
    object_to,
)
from complaints.workflow import Action, HandlingState


@dataclass(frozen=True)
class Doing:
    """How one step is asked for and done. `fits` says whether a part needs it, beyond what the table allows."""

    action: Action
    words: Promise
    said: Promise
    """What the officer is told afterwards."""
    form: type[forms.StepForm]
    do: Callable[..., object]
    hint: Promise | str = ""
    """What the step sets in motion."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    fits: Callable[[Handling], bool] = lambda _part: True
    leaves: bool = False
    """Whether the officer cannot see the case afterwards."""
    is_grave: bool = False
    """Drawn as a step that ends something."""


def _is_waiting(part: Handling) -> bool:
    return part.waiting_since is not None


def _is_not_waiting(part: Handling) -> bool:
    return part.waiting_since is None


def _has_no_half(part: Handling) -> bool:
    """Only money can be claimed back and reported at once; a case has one other half at most."""
    complaint = part.complaint
    return facts_of(complaint.kind).asks_money and complaint.twin_of_id is None


def _is_not_merged(part: Handling) -> bool:
    """Merged cases are separated on the page of links, which knows the main case."""
    return part.state != HandlingState.MERGED


DOINGS: Final[dict[str, Doing]] = {
    "accept": Doing(
        Action.ACCEPT,
        _("Accept"),
        _("Accepted. The complainant is told, and the clock of the decision runs."),
        forms.AcceptForm,
        accept,
        _("The complainant is told, and the clock of the decision runs from today."),
    ),
    "decline": Doing(
        Action.DECLINE,
        _("Do not accept"),
        _("Not accepted. The complainant is told the reason."),
        forms.DeclineForm,
        decline,
        _("The complainant is told, with the reason. This part ends."),
        is_grave=True,
    ),
    "uphold": Doing(
        Action.UPHOLD,
        _("Uphold the objection"),
        _("The objection is upheld; the other authority has the case."),
        forms.UpholdForm,
        decide_objection,
    ),
    "reject": Doing(
        Action.REJECT,
        _("Reject the objection"),
        _("The objection is rejected; the authority answers."),
        forms.RejectForm,
        decide_objection,
    ),
    "conclude": Doing(
        Action.CONCLUDE,
        _("Approve the conclusion"),
        _("Answered. The complainant is told."),
        forms.ConcludeForm,
        conclude,
        _("The answer is given as proposed, and the complainant is told how to ask for a review."),
    ),
    "send_back": Doing(
        Action.SEND_BACK,
        _("Send the conclusion back"),
        _("Sent back; the handler reads why."),
        forms.SendBackForm,
        send_back_conclusion,
    ),
    "propose": Doing(
        Action.PROPOSE,
        _("Propose a conclusion"),
        _("The conclusion waits for the supervisor."),
        forms.ProposeForm,
        propose_conclusion,
        _("A supervisor decides on it. The complainant reads nothing before."),
    ),
    "investigate": Doing(
        Action.INVESTIGATE,
        _("Note what was found out"),
        _("Noted. A conclusion can be proposed now."),
        forms.InvestigateForm,
        investigate,
        fits=_is_not_waiting,
    ),
    "ask": Doing(
        Action.ASK,
        _("Ask the complainant"),
        _("The complainant is asked. The clock rests until the answer."),
        forms.AskForm,
        ask,
        fits=_is_not_waiting,
    ),
    "take_back": Doing(
        Action.NOTE,
        _("Take the question back"),
        _("The question is taken back; the clock goes on."),
        forms.TakeBackForm,
        take_back_question,
        fits=_is_waiting,
    ),
    "close": Doing(
        Action.CLOSE,
        pgettext_lazy("case", "Close"),
        _("Closed."),
        forms.CloseForm,
        close,
        _("Close it once what was ordered has been done."),
    ),
    "note": Doing(Action.NOTE, _("Write words"), _("The words are in the file."), forms.NoteForm, note),
    "assign": Doing(Action.ASSIGN, _("Give to an officer"), _("It is noted who handles it."), forms.AssignForm, assign),
    "add_handler": Doing(
        Action.ADD_HANDLER,
        _("Let another authority join"),
        _("The other authority has a part of its own now."),
        forms.AddHandlerForm,
        add_handler,
        _("It gets a part of its own, with its own deadlines and answer."),
    ),
    "hand_over": Doing(
        Action.HAND_OVER,
        _("Hand over"),
        _("Handed over; the other authority has the case."),
        forms.HandOverForm,
        hand_over,
        _("The other authority has the case at once and may object. The complainant is told."),
        is_grave=True,
    ),
    "object": Doing(
        Action.OBJECT,
        _("Object: not ours"),
        _("The objection is with the higher authority."),
        forms.ObjectForm,
        object_to,
        _("The common higher authority decides. The page of the case says until when; later it is marked late."),
    ),
    "reassign": Doing(
        Action.REASSIGN,
        _("Give to another authority"),
        _("The other authority has the case."),
        forms.HandOverForm,
        hand_over,
        _("As the higher authority you take it from one and give it to another. The complainant is told."),
        fixed={"action": Action.REASSIGN},
        is_grave=True,
    ),
    "split": Doing(
        Action.SPLIT,
        _("Open the other half"),
        _("Claim and report are two cases now; the complainant is told."),
        forms.SplitForm,
        split,
        _("For a submission that is a claim and a report of illegality: each is handled by its own rules."),
        fits=_has_no_half,
    ),
    "reopen": Doing(
        Action.REOPEN,
        _("Open again"),
        _("Opened again; the clock of the decision runs anew."),
        forms.ReopenForm,
        reopen,
        _("The complainant is told, and the clock of the decision runs anew."),
        fits=_is_not_merged,
    ),
    "recuse": Doing(
        Action.RECUSE,
        _("Step aside"),
        _("You have stepped aside. Your supervisors are told."),
        forms.RecuseForm,
        recuse,
        _("For an officer with an interest in the case. Your supervisors are told, and you see it no more."),
        leaves=True,
    ),
}
"""By the name in the address. The order is that of the buttons: first what the state waits for."""


@dataclass(frozen=True)
class Offer:
    """A button: the step's name in the address, its words, and whether it is drawn as the main one."""

    name: str
    words: str
    is_main: bool
    is_grave: bool


def offers(user: User, part: Handling) -> list[Offer]:
    """The buttons of a part for this person: only what the table allows now. No query where all is loaded."""
    allowed = buttons(user, part)
    names = [name for name, doing in DOINGS.items() if doing.action in allowed and doing.fits(part)]
    return [
        Offer(name, str(DOINGS[name].words), is_main=number == 0 and name in MAIN, is_grave=DOINGS[name].is_grave)
        for number, name in enumerate(names)
    ]


MAIN: Final = frozenset({"accept", "uphold", "conclude", "propose", "investigate", "close"})
"""Steps that a state waits for, and so stand out when they come first."""
