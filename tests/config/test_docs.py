"""The documents say what is so: every command, setting, file, picture and word in them exists, and none is missing."""

from __future__ import annotations

import ast
import io
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.urls import Resolver404, resolve
from PIL import Image

from config.api_pages import nothing_here
from config.demo.fleet import UNUSED_CODE
from config.environment import Environment
from config.links import links_to_open
from scripts import rooms, screenshots
from scripts.screenshots import ADDRESS
from tests.config.test_house import LINE, ROOT, sources

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
DECISIONS = ROOT / "docs" / "decisions"
OPERATIONS = ROOT / "docs" / "operations.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
PAGES = (*READMES, *sorted((ROOT / "docs").rglob("*.md")))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def documents(paths=PAGES):
    return pytest.mark.parametrize("document", paths, ids=named)


def code_in(text: str) -> str:
    """What stands in fences and between backticks."""
    fences = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
    return "\n".join([*fences, *spans])


# --- commands, settings, files ------------------------------------------------------------------------------------


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))


@documents()
def test_every_make_target_it_names_is_one(document):
    wanted = set(re.findall(r"\bmake ([a-z][a-z-]+)", code_in(document.read_text())))
    assert wanted <= make_targets()


def test_both_readmes_name_the_two_commands():
    for readme in READMES:
        assert {"run", "test"} <= set(re.findall(r"^make ([a-z-]+)", code_in(readme.read_text()), re.MULTILINE))


@documents()
def test_every_management_command_it_names_is_one(document):
    wanted = set(re.findall(r"manage\.py ([a-z_]+)", code_in(document.read_text())))
    assert wanted <= set(get_commands())


@documents((*READMES, OPERATIONS))
def test_every_setting_it_names_is_one(document):
    in_capitals = set(
        re.findall(r"(?<![\w$./-])([A-Z]{2,}(?:_[A-Z0-9]+)+|PORT|DEMO|ENVIRONMENT)\b(?=[=`:\s,])", document.read_text())
    )
    assert in_capitals, "no setting was found: does the pattern still fit?"
    assert in_capitals - {"RECEIPT_CODE"} <= set(Environment.model_fields)


@documents()
def test_every_link_leads_somewhere(document):
    text = document.read_text()
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    local = [target for target in targets if "://" not in target]
    missing = [target for target in local if not (document.parent / target).exists() and not is_picture_to_take(target)]
    assert not missing


def is_picture_to_take(target: str) -> bool:
    """Whether the screenshot script makes it."""
    return Path(target).suffix == ".png" and Path(target).stem in screenshots.NAMES


@documents((ROOT / "docs" / "architecture.md", OPERATIONS, *READMES))
def test_every_file_it_names_is_there(document):
    paths = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|csv|md|css|js|html|json))`", document.read_text())
    assert not [path for path in paths if not (ROOT / path).exists() and not path.startswith("var/")]


STANDS_FOR = {"$API": "/api/v1", "$CODE": UNUSED_CODE, "$REFERENCE": "AB12-3456"}
"""What the sample calls leave to the reader."""


@documents(READMES)
def test_every_address_it_names_is_answered(document):
    text = document.read_text().replace("API=http://localhost:8000/api/v1", "").replace("http://localhost:8000", " ")
    paths = re.findall(r"(?:^|\s)((?:/|\$API/)[^\s`'\"?>]*)", text, re.MULTILINE)
    assert len(paths) > 10, "few addresses were found: does the pattern still fit?"
    for path in paths:
        assert_answered(filled_in(path))


def filled_in(path: str) -> str:
    for name, value in STANDS_FOR.items():
        path = path.replace(name, value)
    return path


def assert_answered(path: str) -> None:
    try:
        match = resolve(path)
    except Resolver404:
        pytest.fail(f"nothing answers {path}")
    assert match.func is not nothing_here, f"the API has no {path}"


def test_the_readmes_list_what_make_run_lists(db):
    """Every label of `welcome`, the vehicles of the demo apart."""
    labels = [label.strip() for label, _ in links_to_open("http://localhost:8000")]
    for readme in READMES:
        assert not [label for label in labels if label not in readme.read_text()]


def test_both_readmes_show_the_same_commands_addresses_and_pictures():
    def facts(readme: Path) -> list[set[str]]:
        text = readme.read_text()
        patterns = (r"make [a-z]+[a-z-]*", r"localhost:8000/[^\s`'\"?>]*", r"docs/[\w./-]+\.(?:md|svg)")
        return [set(re.findall(pattern, text)) for pattern in patterns]

    assert facts(READMES[0]) == facts(READMES[1])


def test_every_decision_is_in_the_index_under_its_title():
    index = (DECISIONS / "README.md").read_text()
    for path in sorted(DECISIONS.glob("[0-9]*.md")):
        assert f"({path.name})" in index, f"{path.name} is missing in docs/decisions/README.md"


@pytest.mark.parametrize("process", ["worker", "beat"])
def test_the_units_start_the_processes_of_the_procfile(process):
    line = next(line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith(f"{process}:"))
    command = line[line.index("celery ") :]
    assert f".venv/bin/{command}" in OPERATIONS.read_text()


# --- pictures ----------------------------------------------------------------------------------------------------


def test_the_picture_of_the_rooms_is_true():
    assert rooms.TARGET.read_text() == rooms.drawn(), "The rooms have changed: make docs"


def test_the_picture_has_the_rooms_in_the_order_of_the_house():
    floors = [set(floor) for floor in LINE]
    assert [set(rooms.GROUND), *({room} for room in reversed(rooms.ROOMS[: -len(rooms.GROUND)]))] == floors


def test_the_picture_tells_its_arrows_in_words():
    words = rooms.in_words([("config", "edge"), ("config", "vault"), ("registry", "edge")])
    assert "config needs edge, vault." in words
    assert "registry needs edge." in words
    assert "edge needs no other room." in words


@pytest.mark.parametrize(
    ("source", "room"),
    [
        ("import edge.reader", "edge"),
        ("from vault.keys import seal", "vault"),
        ("def f():\n from edge import reader", "edge"),
        ("models.ForeignKey('directory.Authority', models.PROTECT)", "directory"),
        ("x = 'directory.Authority is a table'", None),
        ("from django import forms", None),
    ],
)
def test_an_arrow_follows_an_import_or_a_table_given_as_text(source, room):
    assert list(rooms.named(ast.parse(source))) == ([room] if room else [])


def test_every_taken_picture_is_small_and_none_is_left_over():
    taken = list(screenshots.TARGET.glob("*.png"))
    assert {path.stem for path in taken} <= set(screenshots.NAMES)
    assert not [path.name for path in taken if path.stat().st_size > screenshots.LIMIT]


def test_the_script_finds_its_addresses_in_what_welcome_prints():
    site = screenshots.Site(
        "http://localhost:1",
        screenshots.links_in(
            f"Ready. Open:\n  Look-up  {ADDRESS}/\n  A card, AC EF  {ADDRESS}/a/ACEF\n  Mails  /tmp/inbox\n"
        ),
        "",
        {},
    )
    assert site.path("A card") == "/a/ACEF"
    assert site.path("Look-up") == "/"
    with pytest.raises(screenshots.NotTaken, match="Look-up, A card"):
        site.path("Mails")


def test_a_picture_is_squeezed_and_one_that_stays_too_large_is_refused():
    plain = Image.new("RGB", (780, 1688), "#f4f6f8")
    assert len(screenshots.squeezed(png_of(plain), "plain")) < 10_000
    noise = Image.effect_noise((780, 1688), 100)
    with pytest.raises(screenshots.NotTaken, match="noise"):
        screenshots.squeezed(png_of(noise), "noise")


def png_of(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


# --- words -------------------------------------------------------------------------------------------------------

ROW = re.compile(r"^\| *([^|]+?) *\| `([^`]+)` \| *([^|]+?) *\|$", re.MULTILINE)


@cache
def vocabularies() -> dict[str, set[str]]:
    """Dotted name of every class of choices in the product → its values as text."""
    found = {}
    for path in sources():
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name in choice_classes(ast.parse(path.read_text())):
            kind = import_module(module)
            for part in name.split("."):
                kind = getattr(kind, part)
            found[f"{module}.{name}"] = {str(value) for value in kind.values}
    return found


def choice_classes(tree: ast.Module | ast.ClassDef, outer: str = "") -> list[str]:
    found = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            name = f"{outer}{node.name}"
            if any(ast.unparse(base).endswith("Choices") for base in node.bases):
                found.append(name)
            found += choice_classes(node, f"{name}.")
    return found


def sections() -> dict[str, str]:
    """Heading → text under it."""
    parts = re.split(r"^##+ (.+)$", GLOSSARY.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@cache
def sections_of_vocabularies() -> dict[str, str]:
    return {found[1]: text for heading, text in sections().items() if (found := re.search(r"`([\w.]+)`$", heading))}


def test_every_vocabulary_of_the_code_is_in_the_glossary_and_no_other():
    assert set(sections_of_vocabularies()) == set(vocabularies())


@pytest.mark.parametrize("name", sorted(vocabularies()))
def test_every_value_of_it_is_in_the_glossary_and_no_other(name):
    text = sections_of_vocabularies().get(name, "")
    assert {code for _, code, _ in ROW.findall(text)} == vocabularies()[name]


def test_every_table_is_in_the_glossary_and_no_other():
    tables = {model._meta.label for model in apps.get_models() if (ROOT / model._meta.app_label).is_dir()}
    listed = {code for _, code, _ in ROW.findall(GLOSSARY.read_text()) if re.fullmatch(r"[a-z]+\.[A-Z]\w+", code)}
    assert listed == tables


def test_every_other_word_of_the_glossary_is_used_in_the_code():
    program = "\n".join(path.read_text() for path in sources())
    words = [code for name, text in sections().items() if name.startswith("Other") for _, code, _ in ROW.findall(text)]
    assert words
    assert not [word for word in words if not re.search(rf"\b{re.escape(word)}\b", program)]


def test_no_vocabulary_uses_one_chinese_term_twice():
    for name, text in sections_of_vocabularies().items():
        terms = [chinese for chinese, _, _ in ROW.findall(text) if chinese != "中文"]
        assert len(terms) == len(set(terms)), name
