"""Exact questions about how flows and prohibitions lie over each other."""

from collections.abc import Callable, Iterator
from itertools import product

from doelbinding.model.condition import Term, can_hold_together
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow, Prohibition
from doelbinding.model.ids import DATA_SUBJECT, chain, touches_any, within_any
from doelbinding.model.period import Period
from doelbinding.validator.conditions import terms_or_none

_Duties = frozenset[str]
_EVERY_DAY = Period()


def can_grant_together(
    declared: Declarations, one: Flow, other: Flow, matters: Callable[[_Duties], bool]
) -> str | None:
    """A party to which one transfer can be granted by both flows with duties that matter."""
    senders = _common(declared.party_tree.expand, one.senders, other.senders)
    recipients = _common(declared.party_tree.expand, one.recipients, other.recipients)
    purposes = _common(declared.purpose_tree.expand, one.purposes, other.purposes)
    for recipient in sorted(recipients):
        if matters(declared.duties_of(recipient) | {*one.duties, *other.duties}):
            for sender, purpose in product(sorted(senders), sorted(purposes)):
                if _both_grant(declared, (one, other), sender, recipient, purpose):
                    return recipient
    return None


def _both_grant(
    declared: Declarations, flows: tuple[Flow, ...], sender: str, recipient: str, purpose: str
) -> bool:
    periods = [flow.valid for flow in flows]
    periods += [declared.purposes[each].valid for each in chain(purpose)]
    periods += [
        declared.recipients[each].valid
        for party in {sender, recipient}
        for each in chain(party)
        if each in declared.recipients
    ]
    return (
        _has_role(declared, recipient, purpose)
        and bool(_subjects(declared, flows, purpose))
        and all(declared.sent_by(flow, purpose) & declared.ceiling(purpose) for flow in flows)
        and can_hold_together(
            *(_terms(flow) for flow in flows), (declared.purpose(purpose).demands,)
        )
        and _overlap(periods)
    )


def _subjects(declared: Declarations, flows: tuple[Flow, ...], purpose: str) -> frozenset[str]:
    common = frozenset(declared.subjects)
    for named in (declared.purpose(purpose).subjects, *(flow.subjects for flow in flows)):
        if named is not None:
            common &= declared.subject_tree.expand(named)
    return common


def _has_role(declared: Declarations, recipient: str, purpose: str) -> bool:
    if recipient in (declared.controller, DATA_SUBJECT):
        return True
    return any(role.covers(purpose) for role in declared.recipient(recipient).roles or ())


def _common(
    expand: Callable[[tuple[str, ...]], frozenset[str]],
    one: tuple[str, ...],
    other: tuple[str, ...],
) -> frozenset[str]:
    return expand(one) & expand(other)


def _terms(flow: Flow) -> tuple[Term, ...]:
    return terms_or_none(flow.when) or ()


def _overlap(periods: list[Period | None]) -> bool:
    starts = [period.start for period in periods if period and period.start]
    ends = [period.end for period in periods if period and period.end]
    return not starts or not ends or max(starts) <= min(ends)


def _covers(wide: Period | None, narrow: Period | None) -> bool:
    wide, narrow = wide or _EVERY_DAY, narrow or _EVERY_DAY
    begins = wide.start is None or (narrow.start is not None and wide.start <= narrow.start)
    ends = wide.end is None or (narrow.end is not None and narrow.end <= wide.end)
    return begins and ends


class Forbidding:
    """Whether prohibitions leave anything of what a flow grants."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._prohibitions = [declared.prohibitions[each] for each in sorted(declared.prohibitions)]

    def wholly(self, flow: Flow) -> str | None:
        """A prohibition by which all that the flow grants is forbidden, alone or with others."""
        concerned = [each for each in self._prohibitions if self._always_stands(each, flow)]
        biting: str | None = None
        if not concerned:
            return None
        for sender, recipient, purpose, subject in self._transfers(flow):
            granted = self._declared.sent_by(flow, purpose) & self._declared.ceiling(purpose)
            for each in concerned:
                if granted and _touch(each, sender, recipient, purpose, subject):
                    biting = biting or each.id
                    granted -= self._forbidden(each)
            if granted:
                return None
        return biting

    def _always_stands(self, prohibition: Prohibition, flow: Flow) -> bool:
        lifted = prohibition.unless is not None and can_hold_together(
            terms_or_none(prohibition.unless) or (), _terms(flow)
        )
        return not lifted and _covers(prohibition.valid, flow.valid)

    def _forbidden(self, prohibition: Prohibition) -> frozenset[str]:
        if prohibition.data is None:
            return frozenset(self._declared.categories)
        return self._declared.expanded(prohibition.data)

    def _transfers(self, flow: Flow) -> Iterator[tuple[str, str, str, str]]:
        declared = self._declared
        for purpose in sorted(declared.purpose_tree.expand(flow.purposes)):
            yield from product(
                sorted(declared.party_tree.expand(flow.senders)),
                sorted(declared.party_tree.expand(flow.recipients)),
                (purpose,),
                sorted(_subjects(declared, (flow,), purpose)),
            )


def _touch(
    prohibition: Prohibition, sender: str, recipient: str, purpose: str, subject: str
) -> bool:
    pairs = (
        (sender, prohibition.senders),
        (recipient, prohibition.recipients),
        (purpose, prohibition.purposes),
        (subject, prohibition.subjects),
    )
    return all(named is None or touches_any(each, named) for each, named in pairs)


class Covering:
    """Which flow grants all that another grants, on the same terms or easier ones."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._by_target: dict[tuple[str, str], list[Flow]] = {}
        for _, flow in sorted(declared.flows.items()):
            for target in product(flow.recipients, flow.purposes):
                self._by_target.setdefault(target, []).append(flow)

    def of(self, flow: Flow) -> str | None:
        """The first flow that makes this one superfluous; of two alike, only the later is."""
        for other in self._candidates(flow):
            if other.id == flow.id or not self._covers(other, flow):
                continue
            if other.id < flow.id or not self._covers(flow, other):
                return other.id
        return None

    def _candidates(self, flow: Flow) -> Iterator[Flow]:
        for target in product(chain(flow.recipients[0]), chain(flow.purposes[0])):
            yield from self._by_target.get(target, ())

    def _covers(self, wide: Flow, narrow: Flow) -> bool:
        return (
            all(within_any(each, wide.senders) for each in narrow.senders)
            and all(within_any(each, wide.recipients) for each in narrow.recipients)
            and all(within_any(each, wide.purposes) for each in narrow.purposes)
            and (narrow.needs_reference or not wide.needs_reference)
            and (wide.effect == narrow.effect or narrow.effect == "allow")
            and {*narrow.duties} <= {*wide.duties}
            and _covers(wide.valid, narrow.valid)
            and all(any(easy <= hard for easy in _terms(wide)) for hard in _terms(narrow))
            and self._covers_data(wide, narrow)
        )

    def _covers_data(self, wide: Flow, narrow: Flow) -> bool:
        declared = self._declared
        return all(
            _subjects(declared, (narrow,), purpose) <= _subjects(declared, (wide,), purpose)
            and declared.sent_by(narrow, purpose) & declared.ceiling(purpose)
            <= declared.sent_by(wide, purpose)
            for purpose in declared.purpose_tree.expand(narrow.purposes)
        )
