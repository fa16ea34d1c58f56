"""The graph of a policy: every edge says what it means."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from doelbinding.compiler.graph import PolicyGraph
from tests.policies import policy

ROOT = Path(__file__).parents[2]
FLOW = ("flow", "news-mail")


def graph(**changes: Any) -> PolicyGraph:
    return policy(**changes).graph


def edges(of: PolicyGraph, kind: str) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    return {(start, end) for start, end, key in of.edges(keys=True) if key == kind}


def test_an_id_lies_within_the_one_above_it() -> None:
    assert edges(graph(recipients={"mailer.bulk": {}}, purposes={"news.local": {}}), "within") == {
        (("category", "contact.email"), ("category", "contact")),
        (("category", "contact.phone"), ("category", "contact")),
        (("category", "loans.titles"), ("category", "loans")),
        (("subject", "member.child"), ("subject", "member")),
        (("purpose", "news.local"), ("purpose", "news")),
        (("party", "mailer.bulk"), ("party", "mailer")),
    }


def test_a_flow_lies_between_its_parties_and_says_what_for_and_what() -> None:
    found = graph()
    assert edges(found, "from") == {(("party", "library"), FLOW)}
    assert edges(found, "to") == {(FLOW, ("party", "mailer"))}
    assert edges(found, "for") == {(FLOW, ("purpose", "news"))}
    assert edges(found, "carries") == {(FLOW, ("category", "contact"))}


def test_a_flow_of_several_parties_has_an_edge_for_each() -> None:
    found = graph(
        flows={"news-mail": {"from": ["library", "data-subject"], "to": ["mailer", "printer"]}}
    )
    assert {start[1] for start, _ in edges(found, "from")} == {"library", "data-subject"}
    assert {end[1] for _, end in edges(found, "to")} == {"mailer", "printer"}


def test_a_purpose_may_use_its_ceiling_stated_or_inherited() -> None:
    found = graph(purposes={"news.local": {}, "news.names": {"data": ["name"]}})
    assert {(start[1], end[1]) for start, end in edges(found, "may-use")} == {
        ("news", "contact"),
        ("news", "name"),
        ("news.local", "contact"),
        ("news.local", "name"),
        ("news.names", "name"),
    }


def test_a_sub_processor_works_for_the_one_that_engaged_it() -> None:
    role = {"role": "sub-processor", "purposes": ["news"], "agreement": {"reference": "H"}}
    found = graph(recipients={"host": {"roles": [{**role, "of": "mailer"}]}})
    assert edges(found, "works-for") == {(("party", "host"), ("party", "mailer"))}


def test_every_party_is_a_node_also_where_no_flow_names_it() -> None:
    parties = {name for kind, name in graph().nodes if kind == "party"}
    assert parties == {"library", "data-subject", "mailer", "printer"}


def test_what_states_nothing_is_a_node_without_edges() -> None:
    found = graph(
        categories={"spare": {}},
        subjects={"spare": {}},
        purposes={"spare": {}},
        recipients={"spare": {}},
        flows={"news-mail": {"data": None}},
    )
    spare = {(kind, "spare") for kind in ("category", "purpose", "party", "subject")}
    assert spare == {node for node in found.nodes if node[1] == "spare"}
    assert [found.degree(node) for node in spare] == [0] * 4
    assert edges(found, "carries") == set()


def test_there_are_no_other_edges_and_the_graph_is_built_once() -> None:
    of = policy()
    assert {key for _, _, key in of.graph.edges(keys=True)} == {
        *("within", "from", "to", "for", "carries", "may-use")
    }
    assert of.graph is of.graph


def test_the_graph_library_is_not_imported_before_the_graph_is_asked_for() -> None:
    script = """
import sys
from tests.policies import ask, policy
of = policy()
ask(of, data=["loans"])
print("networkx" in sys.modules)
of.graph
print("networkx" in sys.modules)
"""
    printed = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True)
    assert printed.split() == ["False", "True"]
