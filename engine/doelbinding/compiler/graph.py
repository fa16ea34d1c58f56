"""The policy as a graph, for questions about paths and neighbourhoods."""

from collections.abc import Iterable
from typing import TypeAlias

import networkx

from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow

Node = tuple[str, str]
"""Kind (`party`, `purpose`, `category`, `subject`, `flow`) and id."""

PolicyGraph: TypeAlias = "networkx.MultiDiGraph[Node]"
"""Every edge has a key that says what it means."""


def build_graph(declared: Declarations) -> PolicyGraph:
    """The graph of parties, purposes, categories, subjects and flows.

    Edges are `within` (an id to the one above it), `from` (party to flow), `to` (flow to party),
    `for` (flow to purpose), `carries` (flow to category), `may-use` (purpose to category), and
    `works-for` (sub-processor to the processor that engaged it).
    """
    graph: PolicyGraph = networkx.MultiDiGraph()
    _add_hierarchy(graph, "category", declared.categories)
    _add_hierarchy(graph, "subject", declared.subjects)
    _add_hierarchy(graph, "purpose", declared.purposes)
    _add_hierarchy(graph, "party", declared.recipients)
    graph.add_nodes_from(("party", each) for each in declared.parties)
    for identifier, purpose in declared.effective_purposes.items():
        for category in purpose.data or ():
            graph.add_edge(("purpose", identifier), ("category", category), "may-use")
    for identifier, recipient in declared.effective_recipients.items():
        for role in recipient.roles or ():
            if role.works_for is not None:
                graph.add_edge(("party", identifier), ("party", role.works_for), "works-for")
    for flow in declared.flows.values():
        _add_flow(graph, flow)
    return graph


def _add_hierarchy(graph: PolicyGraph, kind: str, ids: Iterable[str]) -> None:
    for each in ids:
        graph.add_node((kind, each))
        parent = each.rpartition(".")[0]
        if parent:
            graph.add_edge((kind, each), (kind, parent), "within")


def _add_flow(graph: PolicyGraph, flow: Flow) -> None:
    node = ("flow", flow.id)
    graph.add_node(node)
    for sender in flow.senders:
        graph.add_edge(("party", sender), node, "from")
    for recipient in flow.recipients:
        graph.add_edge(node, ("party", recipient), "to")
    for purpose in flow.purposes:
        graph.add_edge(node, ("purpose", purpose), "for")
    for category in flow.data or ():
        graph.add_edge(node, ("category", category), "carries")
