"""Whoever reads the audit record reads words: every deed that a room writes down has some."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import pytest
from django.utils import translation

from accounts.deeds import DEEDS, words_of
from complaints.workflow import Action
from tests.config.test_house import ROOT, sources

pytestmark = pytest.mark.xdist_group("deeds")  # one worker reads the product, once
RECORDERS = {"record": 0, "record_refusal": 0, "export": 0}
"""Functions and methods that are given the name of a deed: as `action=…`, or at this place. Files have their own."""
FAMILIES: dict[object, list[str]] = {"complaint.": Action.values}
"""Names that are put together of a beginning and the name of a step: `complaint.accept`."""
PASSED_ON = frozenset({"action"})
"""Arguments under which a recorder hands the name to another one."""


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def own_recorders(tree: ast.Module) -> dict[str, int]:
    """The functions of a file that take the name of a deed to pass it on, and at which place."""
    return {
        node.name: place
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for place, argument in enumerate(node.args.args)
        if argument.arg in PASSED_ON and getattr(argument.annotation, "id", "") == "str"
    }


def name_argument(node: ast.Call, place: int) -> ast.expr | None:
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    return named.get("action") or (node.args[place] if len(node.args) > place else None)


def literals(value: ast.expr, constants: dict[str, str]) -> Iterator[str | None]:
    """The names an expression can be; None where a machine cannot tell."""
    if isinstance(value, ast.IfExp):
        yield from literals(value.body, constants)
        yield from literals(value.orelse, constants)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr) and (family := FAMILIES.get(getattr(value.values[0], "value", ""))):
        yield from (f"{value.values[0].value}{member}" for member in family)  # type: ignore[attr-defined]
    elif isinstance(value, ast.Name) and value.id in constants:
        yield constants[value.id]
    elif not (isinstance(value, ast.Name) and value.id in PASSED_ON):
        yield None


def constants_of(trees: list[ast.Module]) -> dict[str, str]:
    """Texts that stand under a name in capitals, anywhere in the product."""
    found = {}
    for node in (node for tree in trees for node in tree.body):
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            found[target.id] = value.value
    return found


def audits(tree: ast.Module) -> bool:
    """Whether a file writes to the audit record at all: other rooms have functions called `_record`, too."""
    modules = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return any(name.endswith((".audit", ".Deed", "audit.record", "exports.export")) for name in modules)


@cache
def recorded() -> list[tuple[str, str | None]]:
    """(place, name) of every deed that the product records."""
    files = [(path, ast.parse(path.read_text())) for path in sources()]
    constants = constants_of([tree for _, tree in files])
    found: list[tuple[str, str | None]] = []
    for path, tree in (file for file in files if audits(file[1])):
        recorders = {**RECORDERS, **own_recorders(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in recorders:
                argument = name_argument(node, recorders[called(node)])
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                found += [(place, name) for name in literals(argument, constants)] if argument else []
    return found


def test_every_deed_is_written_where_a_machine_can_read_its_name():
    assert not [place for place, name in recorded() if name is None]


def test_every_recorded_deed_has_words():
    without = {f"{place}: {name}" for place, name in recorded() if name is not None and name not in DEEDS}
    assert not without, "\n".join(sorted(without))


def test_the_search_finds_what_is_there():
    found = {name for _, name in recorded()}
    assert {"sign_in.done", "audit.pruned", "keys.made", "ambulance.suspended", "ambulance.returned"} <= found
    assert {"marking.reissued", "crew.left", "webhook.tried", "institution.exported", "people.closed"} <= found


def test_nobody_wrote_words_for_a_deed_that_nobody_does():
    assert set(DEEDS) <= {name for _, name in recorded()}


def test_the_page_of_the_record_shows_the_words_of_the_registry():
    with translation.override("en"):
        assert words_of("marking.reissued") == "Code replaced"
        assert words_of("application.document_read") == "Document read"


def test_no_two_deeds_read_alike():
    with translation.override("en"):
        words = [words_of(name) for name in DEEDS]
    assert len(words) == len(set(words))
