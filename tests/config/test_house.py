"""The rules of the house that a machine can see: where imports may go, and what no file may be called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LINE = (
    ("edge", "vault"),
    ("evidence",),
    ("directory",),
    ("notifications",),
    ("accounts",),
    ("registry",),
    ("complaints",),
    ("config",),
)
"""From the lowest room to the highest; a room imports from itself and from below, never sideways or upwards."""

FLOOR = {app: floor for floor, apps in enumerate(LINE) for app in apps}
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def sources() -> list[Path]:
    """Every Python file of the product."""
    return sorted(path for app in FLOOR for path in (ROOT / app).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of every import in the tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def wrong_arrows(app: str, source: str) -> list[str]:
    """Imports in a file of `app` that go upwards, sideways or to the tests."""
    found = []
    for line, module in imported(ast.parse(source)):
        room = module.partition(".")[0]
        if module.startswith(".") or room == "tests":
            found.append(f"{line}: {module}")
        elif room in FLOOR and room != app and FLOOR[room] >= FLOOR[app]:
            found.append(f"{line}: {app} imports {module}")
    return found


def inner_imports(source: str) -> list[str]:
    """Imports inside functions. `AppConfig.ready` alone may: models are not loaded before it."""
    return [
        f"{line}: {function.name} imports {module}"
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != "ready"
        for line, module in imported(function)
    ]


@pytest.mark.parametrize(
    ("app", "source", "is_wrong"),
    [
        ("registry", "from directory.models import Division", False),
        ("registry", "import registry.codes", False),
        ("registry", "from complaints import kinds", True),
        ("edge", "from vault.keys import seal", True),
        ("vault", "import edge.reader", True),
        ("directory", "from tests.settings import X", True),
        ("directory", "from .models import Division", True),
        ("config", "from complaints.urls import urlpatterns", False),
        ("notifications", "import registry", True),
    ],
)
def test_the_rule_of_arrows_tells_right_from_wrong(app, source, is_wrong):
    assert bool(wrong_arrows(app, source)) is is_wrong


def test_the_rule_of_inner_imports_sees_a_method_but_not_the_module():
    assert inner_imports("class A:\n def b(self):\n  import os")
    assert not inner_imports("import os\ndef a(): pass")
    assert not inner_imports("class A:\n def ready(self):\n  import os")


def test_imports_go_one_way():
    found = [
        f"{path.relative_to(ROOT)}:{fault}"
        for path in sources()
        for fault in wrong_arrows(path.relative_to(ROOT).parts[0], path.read_text())
    ]
    assert not found, "\n".join(found)


def test_no_function_imports():
    found = [f"{path.relative_to(ROOT)}:{fault}" for path in sources() for fault in inner_imports(path.read_text())]
    assert not found, "\n".join(found)


def test_no_room_listens_to_django_signals():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in sources()
        for line, module in imported(ast.parse(path.read_text()))
        if module.startswith(("django.dispatch", "django.db.models.signals"))
    ]
    assert not found, "\n".join(found)


def test_every_file_is_called_after_its_job():
    found = [str(path.relative_to(ROOT)) for path in sources() if NAMELESS & {path.stem, path.parent.name}]
    assert not found, found


def test_every_room_stands_on_the_line(settings):
    rooms = {name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()}
    assert rooms == set(FLOOR)
