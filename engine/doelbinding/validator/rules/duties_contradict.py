"""The person must be told and must not be told of one transfer."""

from collections.abc import Hashable, Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.validator.draft import Draft
from doelbinding.validator.overlap import Meeting, Together
from doelbinding.validator.rule import Issue, rule

_TELL, _KEEP_SILENT = "inform-subject", "withhold-notice"


@rule(Severity.ERROR, "Let a fact decide between the two, or leave one of them out.")
def duties_contradict(draft: Draft) -> Iterator[Issue]:
    """inform-subject and withhold-notice are never both granted to one transfer."""
    together = Together(draft.declarations)
    silent = _Alike(draft.declarations, _flows_with(draft, _KEEP_SILENT))
    found: dict[Hashable, tuple[Flow, Meeting] | None] = {}
    for one in _flows_with(draft, _TELL):
        kind = _kind(one)
        if kind not in found:
            found[kind] = _first_against(one, silent, together)
        if (met := found[kind]) is not None:
            yield _issue(one, *met)


def _first_against(one: Flow, silent: "_Alike", together: Together) -> tuple[Flow, Meeting] | None:
    for other in silent.that_may_meet(one):
        meeting = together.meet(one, other, _contradicts)
        if meeting:
            return other, meeting
    return None


def _issue(one: Flow, other: Flow, meeting: Meeting) -> Issue:
    message = f"a transfer to `{meeting.recipient}` can carry both `{_TELL}` and `{_KEEP_SILENT}`"
    is_itself = _kind(one) == _kind(other)
    related = () if is_itself else (("the other flow", ("flows", other.id)),)
    about = (
        ("flows", other.id),
        ("purposes", meeting.purpose),
        ("recipients", meeting.recipient),
    )
    return Issue(("flows", one.id, "duties"), message, related=related, about=about)


def _contradicts(duties: frozenset[str]) -> bool:
    return {_TELL, _KEEP_SILENT} <= duties


def _flows_with(draft: Draft, duty: str) -> list[Flow]:
    declared = draft.declarations
    carrying = {party for party in declared.recipients if duty in declared.duties_of(party)}
    reached = declared.party_tree.expand
    found = [
        flow
        for flow in declared.flows.values()
        if duty in flow.duties or (carrying and carrying & reached(flow.recipients))
    ]
    return sorted(found, key=lambda flow: flow.id)


class _Alike:
    """Flows, of those that grant the same the first, by their parties and purposes."""

    def __init__(self, declared: Declarations, flows: list[Flow]) -> None:
        self._declared = declared
        first = {_kind(flow): flow for flow in reversed(flows)}
        self._flows = sorted(first.values(), key=lambda flow: flow.id)
        self._by_recipient: dict[str, set[int]] = {}
        self._by_purpose: dict[str, set[int]] = {}
        for place, flow in enumerate(self._flows):
            for recipient in declared.party_tree.expand(flow.recipients):
                self._by_recipient.setdefault(recipient, set()).add(place)
            for purpose in declared.purpose_tree.expand(flow.purposes):
                self._by_purpose.setdefault(purpose, set()).add(place)

    def that_may_meet(self, flow: Flow) -> list[Flow]:
        """Those that share a recipient and a purpose with the flow."""
        recipients = self._declared.party_tree.expand(flow.recipients)
        purposes = self._declared.purpose_tree.expand(flow.purposes)
        places = set[int]().union(*(self._by_recipient.get(each, ()) for each in recipients))
        places &= set[int]().union(*(self._by_purpose.get(each, ()) for each in purposes))
        return [self._flows[place] for place in sorted(places)]


def _kind(flow: Flow) -> Hashable:
    """All that bears on when a flow grants with which duties."""
    parties = (flow.senders, flow.recipients, flow.purposes, flow.subjects)
    return (*parties, flow.data, flow.excluded, flow.when, flow.valid, frozenset(flow.duties))
