"""Whether two flows can grant one transfer."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow
from doelbinding.validator.overlap.days import NEVER, Window, is_open, overlap_of, window
from doelbinding.validator.overlap.grants import Grants

_Duties = frozenset[str]
_DAY = timedelta(days=1)


class Meeting(NamedTuple):
    """To whom and for what one transfer can be granted by two flows."""

    recipient: str
    purpose: str


class Together:
    """Whether two flows can grant one transfer."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._grants = Grants(declared)

    def meet(self, one: Flow, other: Flow, matters: Callable[[_Duties], bool]) -> Meeting | None:
        """Some recipient and purpose for which both can grant, with duties that matter."""
        tree = self._declared.party_tree
        senders = tree.expand(one.senders) & tree.expand(other.senders)
        recipients = tree.expand(one.recipients) & tree.expand(other.recipients)
        own = {*one.duties, *other.duties}
        concerned = [
            each for each in sorted(recipients) if matters(self._declared.duties_of(each) | own)
        ]
        if not senders or not concerned:
            return None
        from_senders = {self._days_of_party(each) for each in senders}
        purposes = dict(self._purposes(one, other))
        for recipient in concerned:
            of_recipient = self._days_of_party(recipient)
            for purpose, days in purposes.items():
                for role in self._grants.days_of_role(recipient, purpose):
                    together = overlap_of(days, of_recipient, role)
                    if any(is_open(overlap_of(together, each)) for each in from_senders):
                        return Meeting(recipient, purpose)
        return None

    def _purposes(self, one: Flow, other: Flow) -> Iterator[tuple[str, Window]]:
        """The purposes for which both can grant something of somebody, and on which days."""
        tree, grants = self._declared.purpose_tree, self._grants
        conditions = [grants.terms(flow) for flow in (one, other)]
        for purpose in sorted(tree.expand(one.purposes) & tree.expand(other.purposes)):
            first, second = grants.of(one, purpose), grants.of(other, purpose)
            if not (first.data and second.data and first.subjects & second.subjects):
                continue
            days = overlap_of(window((one.valid, other.valid)), self._days_of_purpose(purpose))
            if is_open(days) and grants.can_hold(purpose, *conditions):
                yield purpose, days

    def _days_of_party(self, party: str) -> Window:
        recipients = self._declared.recipients
        chain = self._declared.party_tree.chain(party)
        return window(recipients[each].valid for each in chain if each in recipients)

    def _days_of_purpose(self, purpose: str) -> Window:
        declared = self._declared
        chain = declared.purpose_tree.chain(purpose)
        days = window(declared.purposes[each].valid for each in chain)
        announcement = declared.purpose(purpose).announcement
        if announcement is None:
            return days
        last = announcement.refusal_until
        return NEVER if last == date.max else overlap_of(days, (last + _DAY, date.max))
