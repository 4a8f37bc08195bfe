"""The proof of work: right solutions pass once, everything else is told apart, and nothing makes it fail."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge import challenge
from edge.challenge import VALID_FOR, Verdict, check_solution, new_challenge


def now() -> datetime:
    return datetime.now(UTC)


class Spent:
    """Remembers what was used, as a table would."""

    def __init__(self) -> None:
        self.seen: dict[str, datetime] = {}

    def __call__(self, signature: str, expires_at: datetime) -> bool:
        fresh = signature not in self.seen
        self.seen[signature] = expires_at
        return fresh


@pytest.fixture(autouse=True)
def little_work(monkeypatch):
    """The same work, less of it."""
    monkeypatch.setattr(challenge, "ROUNDS", 2)
    monkeypatch.setattr(challenge, "ATTEMPTS", (5, 20))


def packed(data: object) -> str:
    return base64.b64encode(json.dumps(data).encode()).decode()


def solved(found: dict[str, Any], **changed) -> str:
    """A right solution, or one with parts of the challenge changed after solving it."""
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(found))
    assert solution
    parameters = {**found["parameters"], **changed}
    return packed({"challenge": {**found, "parameters": parameters}, "solution": solution.to_dict()})


def test_a_right_solution_passes_and_is_spent_until_it_expires():
    spent, asked_at = Spent(), now()
    found = new_challenge(asked_at)
    assert check_solution(solved(found), now(), spent) is Verdict.OK
    assert list(spent.seen) == [found["signature"]]
    assert abs(spent.seen[found["signature"]] - asked_at - VALID_FOR) < timedelta(seconds=1)


def test_the_same_solution_passes_only_once():
    spent, payload = Spent(), solved(new_challenge(now()))
    assert check_solution(payload, now(), spent) is Verdict.OK
    assert check_solution(payload, now(), spent) is Verdict.REPLAYED


def test_the_same_challenge_packed_differently_is_still_a_replay():
    spent, payload = Spent(), solved(new_challenge(now()))
    other = json.loads(base64.b64decode(payload))
    other["solution"]["counter"] = 999
    other["more"] = "x"
    assert check_solution(payload, now(), spent) is Verdict.OK
    assert check_solution(packed(other), now(), spent) is Verdict.REPLAYED


def test_a_late_solution_has_expired_and_is_not_spent():
    spent = Spent()
    old = solved(new_challenge(now() - VALID_FOR - timedelta(seconds=2)))
    assert check_solution(old, now(), spent) is Verdict.EXPIRED
    fresh = solved(new_challenge(now()))
    assert check_solution(fresh, now() + VALID_FOR + timedelta(seconds=1), spent) is Verdict.EXPIRED
    assert not spent.seen


def test_a_form_without_script_is_told_apart_from_a_wrong_solution():
    assert check_solution("", now(), Spent()) is Verdict.MISSING


@pytest.mark.parametrize(
    "changed",
    [
        {"cost": 1},
        {"keyPrefix": "00"},
        {"expiresAt": 4_000_000_000},
        {"expiresAt": None},
        {"expiresAt": "soon"},
        {"keySignature": "00"},
        {"data": {"attempts": 1}},
        {"algorithm": "SCRYPT", "cost": 2**20},
    ],
)
def test_a_challenge_made_easier_is_wrong(changed):
    spent = Spent()
    assert check_solution(solved(new_challenge(now()), **changed), now(), spent) is Verdict.WRONG
    assert not spent.seen


def test_an_unsolved_challenge_is_wrong():
    found = new_challenge(now())
    guess = {"counter": 7, "derivedKey": "00" * 32}
    assert check_solution(packed({"challenge": found, "solution": guess}), now(), Spent()) is Verdict.WRONG


def test_a_challenge_signed_by_somebody_else_is_wrong():
    theirs = altcha.create_challenge(
        challenge.ALGORITHM, 1, counter=3, hmac_secret="theirs", hmac_key_secret="theirs", expires_at=now() + VALID_FOR
    )
    assert check_solution(solved(theirs.to_dict()), now(), Spent()) is Verdict.WRONG


@pytest.mark.parametrize(
    "payload",
    [
        "x",
        "救护车",
        "=" * 100,
        "A" * 10_000,
        packed(None),
        packed([]),
        packed("text"),
        packed({"challenge": 1, "solution": 2}),
        packed({"challenge": {"parameters": []}, "solution": {}}),
        packed({"challenge": {"parameters": None}, "solution": []}),
        base64.b64encode(b"[" * 2900).decode(),
        base64.b64encode(b"\xff\xfe").decode(),
    ],
)
def test_rubbish_is_wrong_and_never_an_error(payload):
    assert check_solution(payload, now(), Spent()) is Verdict.WRONG


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PARAMETERS = [
    "algorithm", "nonce", "salt", "cost", "keyLength", "keyPrefix", "keySignature", "expiresAt", "data"
]  # fmt: skip


@settings(deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(PARAMETERS, JSON)), JSON, JSON, JSON)
def test_no_shape_of_json_makes_it_fail_or_pass(parameters, signature, counter, key):
    body = {
        "challenge": {"parameters": parameters, "signature": signature},
        "solution": {"counter": counter, "derivedKey": key},
    }
    assert check_solution(packed(body), now(), Spent()) in {Verdict.WRONG, Verdict.EXPIRED}
