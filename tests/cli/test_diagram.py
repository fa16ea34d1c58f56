"""`diagram` draws the flows of a policy as Mermaid text."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import AT, Run, apart, assert_misuse, assert_screen, spoil
from tests.views.grammar import parse
from tests.views.test_mermaid import HOSTILE, shape

DIAGRAM = ("diagram", *AT)
LABEL = "{en: Mailing provider, nl: Verzender van mailings}"


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("by", ["recipient", "purpose", "category"])
def test_the_picture_is_exactly_this(run: Run, by: str, lang: str) -> None:
    ran = run(*DIAGRAM, "--by", by, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"diagram.{by}.{lang}", ran.out)
    assert parse(ran.out).edges


def test_by_recipient_is_the_usual_picture(run: Run) -> None:
    assert run(*DIAGRAM) == run(*DIAGRAM, "--by", "recipient", "--format", "mermaid")


def test_the_same_policy_and_moment_give_the_same_bytes(run: Run) -> None:
    here = run(*DIAGRAM).out
    seeds = [apart(*DIAGRAM, env={"PYTHONHASHSEED": seed}).out for seed in ("1", "2")]
    assert [here, *seeds] == [here] * 3


@pytest.mark.parametrize(
    ("wanted", "recipients"),
    [
        (["police"], {"Police"}),
        (["party:police", "purpose:lending"], {"Police", "Partner library"}),
        (["contact.email"], {"Mailing provider", "Partner library"}),
        (["category:name"], {"Mailing provider", "Partner library", "Police"}),
        (["flow:on-demand"], {"Police"}),
        (["town-library"], {"Police", "Partner library", "Mailing provider"}),
        (["loans"], set[str]()),
    ],
)
def test_only_what_is_wanted_is_drawn(run: Run, wanted: list[str], recipients: set[str]) -> None:
    ran = run(*DIAGRAM, *[word for each in wanted for word in ("--only", each)])
    parsed = parse(ran.out)
    assert {parsed.nodes[end] for *_, end in parsed.edges} == recipients


def test_of_a_wanted_category_only_the_names_that_touch_it_are_drawn(run: Run) -> None:
    by_category = (*DIAGRAM, "--by", "category")
    parsed = parse(run(*by_category, "--only", "contact.phone").out)
    assert {parsed.nodes[start] for start, *_ in parsed.edges} == {"Contact details"}
    parsed = parse(run(*by_category, "--only", "contact.phone", "--only", "mailing").out)
    assert {parsed.nodes[start] for start, *_ in parsed.edges} == {"Contact details", "Name"}


def test_a_wish_that_the_policy_does_not_know_gets_the_nearest_name(run: Run) -> None:
    assert_misuse(run(*DIAGRAM, "--only", "mailling"), "did you mean mailing?")
    assert_misuse(run(*DIAGRAM, "--only", "flow:on-demnd"), "did you mean flow:on-demand?")
    assert_misuse(run(*DIAGRAM, "--only", "\x1b]0;x\x07"), "declares nothing of that name")


def test_the_moment_decides_on_what_is_drawn(run: Run) -> None:
    spoil("    when: asked\n", "    when: asked\n    valid: {from: 2026-07-01}\n")
    assert len(parse(run("diagram", "--at", "2026-06-30T23:59:59+02:00").out).edges) == 3
    assert len(parse(run("diagram", "--at", "2026-07-01T00:00:00+02:00").out).edges) == 4


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_in_the_policy_changes_no_node_and_no_edge(run: Run, label: str) -> None:
    plain = shape(parse(run(*DIAGRAM).out))
    spoil(LABEL, json.dumps(label, ensure_ascii=False))
    ran = run(*DIAGRAM, "--output", "flows.mmd")
    assert (ran.code, ran.err) == (0, "")
    parsed = parse(Path("flows.mmd").read_text("utf-8"))
    assert shape(parsed) == plain
    assert " ".join(label.split("\n")) in parsed.nodes.values()
