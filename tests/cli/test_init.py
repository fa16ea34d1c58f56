"""`init` lays out a policy that works as it is, and never writes over anything."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
import yaml

from doelbinding.model.period import Period
from doelbinding.policy import Policy
from doelbinding.validator.schemas import files_by_name
from tests.cli.conftest import Run, assert_misuse, assert_screen

FILES = (
    "categories.yaml",
    "facts.yaml",
    "flows.yaml",
    "invariants.yaml",
    "policy.yaml",
    "purposes.yaml",
    "recipients.yaml",
    "schemas/policy.json",
    "schemas/tests.json",
    "statement.yaml",
    "tests/membership.yaml",
    "tests/newsletter.yaml",
)
LANGUAGES = ("en", "nl")
_A_DAY = timedelta(days=1)


class _Plain(yaml.SafeLoader):
    """YAML in which dates are texts, as JSON Schema sees them."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def laid_out(run: Run, folder: str, *options: str) -> Path:
    ran = run("init", folder, *options)
    assert (ran.code, ran.err) == (0, "")
    return Path(folder)


def contents(folder: Path) -> dict[str, str]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


# ── What is laid out ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_screen_is_exactly_this(run: Run, lang: str) -> None:
    ran = run("init", "a club", "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"init.{lang}", ran.out)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_screen_says_to_try_next_succeeds(run: Run, lang: str) -> None:
    out = run("init", "a club", "--lang", lang).out
    commands = [shlex.split(line)[1:] for line in out.splitlines() if "doelbinding " in line]
    names = [words[0] for words in commands]
    assert names == ["validate", "test", "prove", "check", "check"]
    for words in commands:
        assert run(*words).code == 0, words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_policy_has_no_finding_on_any_day_of_a_year(run: Run, lang: str) -> None:
    folder = laid_out(run, "club", "--lang", lang)
    assert tuple(contents(folder)) == FILES
    now = datetime.now(UTC)
    for days in (0, 1, 90, 364):
        assert Policy.load(folder, at=now + days * _A_DAY).findings == ()
    later = Policy.load(folder, at=now + 366 * _A_DAY).findings
    assert [finding.rule for finding in later] == ["review-overdue"]


def test_the_policy_means_the_same_in_each_language(run: Run) -> None:
    digests = {
        Policy.load(laid_out(run, lang, "--id", "club", "--lang", lang)).identity.digest
        for lang in LANGUAGES
    }
    assert len(digests) == 1


def test_the_policy_shows_something_of_all_that_a_policy_holds(run: Run) -> None:
    declared = Policy.load(laid_out(run, "club")).declarations
    assert {each.lawful_basis for each in declared.purposes.values()} >= {"contract", "consent"}
    roles = [role for each in declared.recipients.values() for role in each.roles or ()]
    assert {role.kind for role in roles} == {"processor", "controller"}
    assert declared.prohibitions
    assert declared.facts
    assert declared.invariants
    assert any(flow.when for flow in declared.flows.values())
    assert any(flow.assumption for flow in declared.flows.values())


def test_its_agreement_holds_from_today_for_three_years(run: Run) -> None:
    folder = laid_out(run, "club")
    roles = Policy.load(folder).declarations.recipients["mailing-provider"].roles
    assert roles is not None
    (role,) = roles
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    assert role.agreement is not None
    assert role.agreement.valid == Period(today, today + 1095 * _A_DAY)


# ── Whose it is ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("Bibliotheek Almelo", "bibliotheek-almelo"),
        ("Café  Über & Söhne (1898)", "cafe-uber-sohne-1898"),
        ("a" * 100, "a" * 64),
        ('It\'s "quoted": {a}, [b] # c \\ $id %YAML', "it-s-quoted-a-b-c-id-yaml"),
    ],
)
def test_the_id_is_made_from_the_name(run: Run, name: str, identifier: str) -> None:
    manifest = Policy.load(laid_out(run, "club", "--name", name)).declarations.manifest
    assert (manifest.policy, manifest.controller.id) == (identifier, identifier)
    assert manifest.controller.label.in_language("en") == name


def test_an_id_may_be_given(run: Run) -> None:
    folder = laid_out(run, "club", "--name", "日本図書館", "--id", "tokyo.library-1")
    assert Policy.load(folder).identity.id == "tokyo.library-1"


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("Almelo", "write lower-case words joined by hyphens"),
        ("a: b", "write lower-case words joined by hyphens"),
        ("a\nrevision: 2", "write lower-case words joined by hyphens"),
        ("a--b", "`a--b` is not an id"),
        ("partner", "lies within the controller"),
        ("data-subject", "lies within `data-subject`"),
        ("1", "holds a number"),
        ("", "give one with --id"),
    ],
)
def test_an_id_that_cannot_be_used_is_refused(run: Run, identifier: str, message: str) -> None:
    assert_misuse(run("init", "club", "--id", identifier), message)
    assert not Path("club").exists()


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[2J", "日本図書館", "\udcff"])
def test_a_name_that_cannot_be_used_is_refused(run: Run, name: str) -> None:
    assert_misuse(run("init", "club", "--name", name), "--name")
    assert not Path("club").exists()


# ── Editors ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_file_names_a_schema_that_is_there_and_that_it_meets(run: Run, lang: str) -> None:
    folder = laid_out(run, "club", "--lang", lang)
    for path in folder.rglob("*.yaml"):
        text = path.read_text("utf-8")
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
        assert named is not None
        schema = json.loads((path.parent / named[1]).read_text("utf-8"))
        jsonschema.Draft202012Validator(schema).validate(yaml.load(text, _Plain))  # noqa: S506 - a safe one


@pytest.mark.parametrize("name", ["policy", "tests"])
def test_a_schema_for_editors_needs_no_other_file(run: Run, name: str) -> None:
    schema = json.loads((laid_out(run, "club") / f"schemas/{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    references = [*_references(schema)]
    assert references
    for reference in references:
        found: Any = schema
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert isinstance(found, dict)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "$ref")
    for inner in (
        part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    ):
        yield from _references(inner)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("policy", {"flows": {"a": {"label": "A", "from": "x", "to": "y", "when": {"nott": "z"}}}}),
        ("policy", {"purposes": {"a": {"label": "A", "lawful-basis": "consnt"}}}),
        ("policy", {"recipients": {"a": {"label": "A", "roles": [{"role": "procesor"}]}}}),
        ("policy", {"invariants": {"a": {"label": "A", "never": {"too": "b"}}}}),
        ("policy", {"flow": {}}),
        ("tests", {"label": "A", "cases": {"a": {"effect": "alow"}}}),
        ("tests", {"cases": {"a": {"effect": "allow"}}}),
    ],
)
def test_what_the_language_refuses_an_editor_marks(run: Run, name: str, wrong: Any) -> None:
    schema = json.loads((laid_out(run, "club") / f"schemas/{name}.json").read_text("utf-8"))
    assert not jsonschema.Draft202012Validator(schema).is_valid(wrong)


def test_the_schemas_for_editors_hold_all_that_the_language_has(run: Run) -> None:
    folder = laid_out(run, "club")
    held = "".join(
        (folder / f"schemas/{name}.json").read_text("utf-8") for name in ("policy", "tests")
    )
    for schema in files_by_name().values():
        for text in _descriptions(schema):
            assert json.dumps(text, ensure_ascii=False) in held


def _descriptions(part: Any) -> Iterator[str]:
    if isinstance(part, dict) and isinstance(part.get("description"), str):
        yield part["description"]
    for inner in (
        part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    ):
        yield from _descriptions(inner)


def test_schemas_alone_can_be_written_anew(run: Run) -> None:
    folder = laid_out(run, "club")
    before = contents(folder)
    (folder / "schemas/policy.json").write_text("{}")
    (folder / "schemas/tests.json").unlink()
    ran = run("init", "club", "--schemas")
    assert (ran.code, ran.out) == (0, "")
    assert contents(folder) == before


def test_schemas_alone_can_be_added_to_any_policy(run: Run) -> None:
    before = contents(Path("policy"))
    assert run("init", "--schemas").code == 0
    assert contents(Path("policy")).keys() == {*before, "schemas/policy.json", "schemas/tests.json"}
    assert run("validate").code == 0


def test_schemas_alone_are_written_into_no_new_folder(run: Run) -> None:
    assert_misuse(run("init", "club", "--schemas"), "there is no folder club")
    assert not Path("club").exists()


# ── Nothing is written over ──────────────────────────────────────────────────────────────────────


def test_a_folder_that_holds_something_is_refused(run: Run) -> None:
    before = contents(Path("policy"))
    assert_misuse(run("init"), "policy is not empty: it holds policy.yaml")
    laid_out(run, "club")
    assert_misuse(run("init", "club"), "club is not empty: it holds categories.yaml and 9 more")
    assert contents(Path("policy")) == before


def test_an_empty_folder_is_taken(run: Run) -> None:
    Path("club").mkdir()
    assert laid_out(run, "club").is_dir()


def test_a_folder_below_one_that_is_not_there_is_made(run: Run) -> None:
    assert tuple(contents(laid_out(run, "a/b/c"))) == FILES


def test_a_forced_folder_keeps_all_that_it_holds(run: Run) -> None:
    Path("club/tests").mkdir(parents=True)
    Path("club/README.md").write_text("Ours")
    Path("club/.pre-commit-config.yaml").write_text("repos: []")
    Path("club/tests/ours.yaml").write_text("label: Ours")
    held = contents(laid_out(run, "club", "--force"))
    assert sorted(held) == sorted(
        [*FILES, ".pre-commit-config.yaml", "README.md", "tests/ours.yaml"]
    )
    assert (held["README.md"], held["tests/ours.yaml"]) == ("Ours", "label: Ours")


@pytest.mark.parametrize("taken", ["schemas/policy.json", "tests/newsletter.yaml"])
def test_even_when_forced_no_file_is_replaced(run: Run, taken: str) -> None:
    target = Path("club", taken)
    target.parent.mkdir(parents=True)
    target.write_text("ours")
    assert_misuse(run("init", "club", "--force"), f"{target} exists already")
    assert contents(Path("club")) == {taken: "ours"}


@pytest.mark.parametrize("name", ["compose.yaml", "flows.yml"])
def test_even_when_forced_no_other_yaml_becomes_part_of_the_policy(run: Run, name: str) -> None:
    Path("club").mkdir()
    Path("club", name).write_text("a: b")
    assert_misuse(run("init", "club", "--force"), f"club/{name} would be part of the policy")


@pytest.mark.parametrize("folder", ["a-file", "a-file/club", "a-link"])
def test_what_can_be_no_folder_is_refused(run: Run, folder: str) -> None:
    Path("a-file").write_text("ours")
    Path("a-link").symlink_to("nowhere")
    assert_misuse(run("init", folder), f"{folder} cannot be")
    assert sorted(path.name for path in Path().iterdir()) == ["a-file", "a-link", "policy"]


def test_no_name_is_no_folder(run: Run) -> None:
    assert_misuse(run("init", ""), "name a folder")


def test_what_was_written_goes_again_when_the_rest_cannot_be(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def full(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "tests.json":
            raise OSError(28, "No space left on device")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", full)
    assert_misuse(run("init", "a/club"), "a/club cannot be written: no space left on device")
    assert not Path("a").exists()
