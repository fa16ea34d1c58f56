"""The module that `doelbinding types` writes, as Python, mypy, pyright and ruff see it."""

import inspect
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Never, get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from doelbinding import Facts
from doelbinding.model.ids import BUILT_IN_FACTS
from doelbinding.views.types import render_types
from tests.policies import policy
from tests.typing.checkers import Fault, mypy, pyright, tool

Checker = Callable[[Path], list[Fault]]

AWKWARD = {
    *("a.b", "a-b", "a.b-c", "a-b.c", "a-b-c", "a.b.c"),  # alike but for their marks
    *("class", "import", "none", "true", "match", "self", "print", "bool", "facts", "check"),
    *("2fa", "2.0", "x" * 64, ".".join(["y" * 49] * 4)),
}
"""Ids that are no Python names, or names of something else, or very long."""

PROGRAM = '''\
from doelbinding import Effect, Policy
from ids import Category, Flow, Purpose, Recipient, check, facts

PURPOSE: Purpose = "news"
RECIPIENT: Recipient = "mailer"


def may_go(policy: Policy, wanted: list[Category], asked: bool | None) -> bool:
    """Whether the news may go."""
    decision = check(
        policy,
        recipient=RECIPIENT,
        purpose=PURPOSE,
        data=["name", "contact.email", *wanted],
        sender="library",
        subject="member.child",
        facts=facts(asked=asked, class_=True, a__b=False),
        reference="R-1",
        at="2026-06-01T12:00:00+02:00",
    )
    flow: Flow = "news-mail"
    return decision.effect is Effect.ALLOW and flow in decision.rules
'''

MISSPELT = """\
from doelbinding import Policy
from ids import Category, Flow, Purpose, Recipient, check, facts

purpose: Purpose = "nws"  # wrong
recipient: Recipient = "mailr"  # wrong
wanted: list[Category] = ["name", "contact.emial"]  # wrong
flow: Flow = "news-mial"  # wrong
one_fact = facts(aksed=True)  # wrong
one_state = facts(asked="yes")  # wrong


def decide(policy: Policy) -> None:
    check(policy, recipient="mailer", purpose="news", data=["name"])
    check(policy, recipient="mailr", purpose="news", data=["name"])  # wrong
    check(policy, recipient="mailer", purpose="nws", data=["name"])  # wrong
    check(policy, recipient="mailer", purpose="news", data=["nam"])  # wrong
    check(policy, recipient="mailer", purpose="news", data="name")  # wrong
    check(policy, recipient="mailer", purpose="news", data=["name"], sender="libary")  # wrong
    check(policy, recipient="mailer", purpose="news", data=["name"], subject="membr")  # wrong
    check(policy, recipient="mailer", purpose="news", data=["name"], facts={"asked": True})  # wrong
    check(policy, recipient="mailer", purpose="news")  # wrong
"""


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """A user's folder, with the module of a policy and a program that uses it rightly."""
    made = policy(facts={"asked": {}, "class": {}, "a.b": {}, "a-b": {}})
    text = render_types(made.declarations, made.identity)
    (tmp_path / "ids.py").write_text(text, "utf-8")
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    return tmp_path


# ── mypy and pyright ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_program_that_uses_it_rightly_is_clean(checker: Checker, user: Path) -> None:
    assert checker(user / "program.py") == []


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_each_misspelt_id_is_seen_in_its_line(checker: Checker, user: Path) -> None:
    (user / "program.py").write_text(MISSPELT, "utf-8")
    lines = enumerate(MISSPELT.splitlines(), start=1)
    wrong = [number for number, line in lines if line.endswith("# wrong")]
    assert sorted({fault.line for fault in checker(user / "program.py")}) == wrong


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_type_without_ids_takes_none(checker: Checker, tmp_path: Path) -> None:
    made = policy()
    (tmp_path / "ids.py").write_text(render_types(made.declarations, made.identity), "utf-8")
    program = tmp_path / "program.py"
    program.write_text('from ids import Invariant\n\nkept: Invariant = "anything"\n', "utf-8")
    assert [fault.line for fault in checker(program)] == [3]


# ── Python ───────────────────────────────────────────────────────────────────────────────────────


def rendered(**ids: list[str]) -> str:
    """The module of the base policy with other ids in some sections."""
    made = policy()
    named = {section: dict.fromkeys(each) for section, each in ids.items()}
    return render_types(replace(made.declarations, **named), made.identity)  # type: ignore[arg-type]


def executed(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "ids"}
    exec(compile(text, "ids.py", "exec", dont_inherit=True), names)  # noqa: S102 - our own text
    return names


_WORD = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
IDS = st.lists(_WORD, min_size=1, max_size=4).map(".".join)


@given(st.sets(IDS, max_size=12))
@example(AWKWARD)
def test_each_fact_has_a_keyword_of_its_own(facts: set[str]) -> None:
    function = executed(rendered(facts=sorted(facts)))["facts"]
    keywords = [*inspect.signature(function).parameters]
    known = sorted(facts | BUILT_IN_FACTS)
    assert len(keywords) == len(known)
    for keyword, fact in zip(keywords, known, strict=True):
        assert function(**{keyword: False}) == Facts({fact: False})


@pytest.mark.parametrize(
    ("fact", "keyword"),
    [
        *(("member-request", "member_request"), ("a.b-c", "a__b_c"), ("a", "a")),
        *(("class", "class_"), ("none", "none"), ("match", "match"), ("2fa", "_2fa")),
    ],
)
def test_a_keyword_is_the_fact_as_near_as_python_writes_it(fact: str, keyword: str) -> None:
    assert keyword in inspect.signature(executed(rendered(facts=[fact]))["facts"]).parameters


def test_a_type_holds_all_ids_sorted_or_never() -> None:
    names = executed(rendered(purposes=["b", "a.c", "a-b", "a"], flows=[], clauses=["only"]))
    assert get_args(names["Purpose"]) == ("a", "a-b", "a.c", "b")
    assert names["Clause"] == Literal["only"]
    assert names["Flow"] is Never


def test_the_order_in_which_ids_are_declared_changes_nothing() -> None:
    ids = sorted(AWKWARD)
    assert rendered(facts=ids, flows=ids) == rendered(facts=ids[::-1], flows=ids[::-1])


def test_hundreds_of_thousands_of_ids_are_written_and_imported() -> None:
    ids = [f"group-{number // 100}.item-{number}" for number in range(200_000)]
    names = executed(rendered(categories=ids))
    assert len(get_args(names["Category"])) == len(ids)


# ── ruff ─────────────────────────────────────────────────────────────────────────────────────────


def laid_out(text: str) -> str:
    """The text as ruff lays it out when nobody tells it how."""
    command = [tool("ruff"), "format", "--isolated", "--stdin-filename", "ids.py", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sets(IDS, max_size=6), st.sets(IDS, max_size=2))
@example(AWKWARD, {"z" * 63})
@example(AWKWARD, {"z" * 64})
@example({f"{'f' * 63}.{each}" for each in ("", "a", "ab", "abc", "abcd") if each}, set())
def test_ruff_lays_nothing_out_otherwise(facts: set[str], others: set[str]) -> None:
    ids = sorted(others)
    text = rendered(facts=sorted(facts), flows=ids, clauses=ids, purposes=ids or ["a"])
    assert laid_out(text) == text


@pytest.mark.parametrize("length", range(50, 74))
def test_ruff_lays_nothing_out_otherwise_at_the_end_of_a_line(length: int) -> None:
    long = [("x" * 24 + "-" + "y" * length)[:length]]
    text = rendered(facts=long, flows=long, subjects=long, clauses=long, invariants=long)
    assert laid_out(text) == text
