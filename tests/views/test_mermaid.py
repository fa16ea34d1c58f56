"""Whatever a label says, it stays a label: the picture keeps its nodes and its edges."""

import re
from typing import Any

import pytest

from doelbinding.policy import Policy
from doelbinding.views.explain import Language
from doelbinding.views.pictures import Picture, View, only, render_mermaid, rows
from doelbinding.views.pictures.mermaid import harmless
from tests.policies import MOMENT, policy
from tests.views.grammar import Parsed, parse, plain

HOSTILE = [
    '"',
    "'`",
    '"] ; click A "javascript:alert(1)"',
    '"]) --> n9(["evil',
    "](javascript:alert(1))",
    "[[({<>})]]",
    "first\nevil --> ok",
    "first\r\nevil --> ok",
    "end",
    "subgraph x",
    "%%{init: {'theme': 'dark'}}%%",
    "%% comment",
    "$$\\href{javascript:alert(1)}{x}$$",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</br><br/>",
    "a\\",
    '\\"',
    "#quot;#34;&quot;&#34;",
    "|x|",
    "--> ==> -.-> --x",
    "::: class",
    "style n1 fill:#f00",
    "a\tb",
    "שלום مرحبا",
    "図書館 😀 é",
    "#",
    ";",
]


def picture(of: Policy, view: View = View.RECIPIENT, lang: Language = "en") -> str:
    shown = rows(of.declarations, of.instant(MOMENT))
    return render_mermaid(Picture(of.declarations, of.identity, shown, view, lang))


def labelled(label: str) -> Policy:
    """The base policy with that label wherever a picture shows one."""
    it: dict[str, Any] = {"label": label}
    return policy(
        controller={"id": "library", **it},
        categories=dict.fromkeys(("contact", "contact.email", "contact.phone", "name"), it),
        purposes={"news": it},
        recipients={"mailer": it, "printer": it},
        prohibitions={"never": {"from": "library", "to": "mailer", "data": ["loans"], **it}},
    )


def shape(parsed: Parsed) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The picture without its labels."""
    return list(parsed.nodes), [(start, style, end) for start, style, _, end in parsed.edges]


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_opens_no_node_edge_directive_or_link(label: str, view: View) -> None:
    parsed = parse(picture(labelled(label), view))
    assert shape(parsed) == shape(parse(picture(labelled("plain"), view)))
    shown = " ".join(label.split("\n"))
    assert set(parsed.nodes.values()) == {shown}
    assert {part for edge in parsed.edges for part in edge[2].split("\n")} == {shown}


@pytest.mark.parametrize("label", HOSTILE)
def test_what_mermaid_could_act_upon_does_not_stand_in_the_text(label: str) -> None:
    text = picture(labelled(label))
    assert not re.search(r"\n *click|javascript:|%%\{|\$\$|<(?!br/>)|\\|&|`|(?<!\d);", text)
    assert text.isascii()
    assert all(line.count('"') % 2 == 0 for line in text.splitlines())


@pytest.mark.parametrize("label", HOSTILE)
def test_a_reader_of_the_picture_sees_the_label_as_it_was_written(label: str) -> None:
    assert plain(harmless(label)) == label.replace("\n", " ")


def test_half_a_character_in_a_label_is_written_as_a_number_too() -> None:
    assert harmless("\ud800") == "#55296;"


def test_more_than_four_names_on_an_arrow_are_counted() -> None:
    categories = {f"c{number}": {"label": f"C{number}"} for number in range(6)}
    of = policy(
        categories=categories,
        purposes={"news": {"data": [*categories]}},
        flows={"news-mail": {"data": [*categories]}},
    )
    (edge,) = parse(picture(of, View.PURPOSE)).edges
    assert edge[2].split("\n") == ["C0", "C1", "C2", "C3", "and 2 more"]


def test_arrows_show_the_terms() -> None:
    def style(**flow: Any) -> str:
        (edge,) = parse(picture(policy(flows={"news-mail": flow}))).edges
        return edge[1]

    assert style() == "-->"
    assert style(when="asked") == "-.->"
    assert style(effect="log") == "==>"
    assert style(effect="log", when="asked") == "==>"


def test_a_prohibition_that_names_both_parties_is_drawn_crossed() -> None:
    never = {"from": "library", "to": "mailer", "data": ["loans"], "label": "Never"}
    edges = parse(picture(policy(prohibitions={"never": never}))).edges
    assert [edge[1:3] for edge in edges] == [("-->", "news"), ("--x", "Never")]


def test_what_is_out_of_force_is_not_drawn() -> None:
    of = policy(flows={"news-mail": {"valid": {"from": "2027-01-01"}}})
    assert parse(picture(of)).edges == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ((), True),
        (("mailer",), True),
        (("library",), True),
        (("party:mailer",), True),
        (("purpose:news",), True),
        (("category:contact",), True),
        (("flow:news-mail",), True),
        (("printer", "news"), True),
        (("printer",), False),
        (("category:news",), False),
        (("contact.email",), True),
        (("name",), False),
        (("member",), False),
    ],
)
def test_only_the_rows_that_touch_what_is_wanted_are_left(
    wanted: tuple[str, ...], found: bool
) -> None:
    of = policy()
    shown = rows(of.declarations, of.instant(MOMENT))
    assert bool(only(of.declarations, shown, wanted)) is found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("shop.north", True),
        ("shop", True),
        ("shop.south", False),
        ("news", True),
        ("news.weekly", True),
        ("news.monthly", False),
        ("contact", True),
        ("contact.email", True),
        ("contact.phone", False),
        ("kiosk", True),
        ("library", False),
    ],
)
def test_a_flow_is_touched_by_what_lies_below_its_names_and_is_not_left_out(
    wanted: str, found: bool
) -> None:
    role = {"roles": [{"role": "controller"}]}
    of = policy(
        recipients={"shop": role, "shop.north": {}, "shop.south": {}, "kiosk": role},
        purposes={"news.weekly": {"data": ["contact"]}, "news.monthly": {}},
        flows={
            "news-mail": {
                "from": "shop.north",
                "to": "kiosk",
                "purpose": "news.weekly",
                "except": ["contact.phone"],
            }
        },
    )
    shown = rows(of.declarations, of.instant(MOMENT))
    assert bool(only(of.declarations, shown, (wanted,))) is found


def test_an_assumption_is_marked_and_explained() -> None:
    of = policy(flows={"news-mail": {"assumption": "It is assumed."}})
    parsed = parse(picture(of, lang="nl"))
    assert parsed.edges[0][2] == "news*"
    assert parsed.legend[-1] == "* aangenomen: de verklaring laat het open"
