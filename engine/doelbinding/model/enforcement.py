"""How the answers of a policy are enforced: read by the gate, never by the decision."""

from dataclasses import dataclass
from datetime import date

from doelbinding.model.ids import within_any


@dataclass(frozen=True, slots=True)
class Observed:
    """Transfers that are merely observed; None: whatever purpose or party.

    `until` is the last day, and `end` the instant after it, in the policy's time zone.
    """

    purposes: tuple[str, ...] | None
    senders: tuple[str, ...] | None
    recipients: tuple[str, ...] | None
    until: date
    end: int

    def covers(self, sender: str, recipient: str, purpose: str) -> bool:
        """Whether a transfer between these for that purpose is among them."""
        named = (self.senders, sender), (self.recipients, recipient), (self.purposes, purpose)
        return all(ids is None or within_any(given, ids) for ids, given in named)


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What the gate reads of a policy.

    `classes` are the recipients that stand for many; `always_enforced` are the purposes, the
    parties and the prohibitions that are never merely observed; `retention` is how long a record
    is kept (ISO 8601 duration), and `allow_waits` whether an *allow* waits for its record too.
    """

    observed: tuple[Observed, ...] = ()
    classes: frozenset[str] = frozenset()
    enforced_purposes: frozenset[str] = frozenset()
    enforced_parties: frozenset[str] = frozenset()
    enforced_prohibitions: frozenset[str] = frozenset()
    retention: str = "P2Y"
    allow_waits: bool = False

    def observation(self, sender: str, recipient: str, purpose: str, at: int) -> Observed | None:
        """The observation of such a transfer that lasts longest at an instant, if there is one."""
        if not self.observed or self._is_enforced(sender, recipient, purpose):
            return None
        standing = [each for each in self.observed if at < each.end]
        covering = [each for each in standing if each.covers(sender, recipient, purpose)]
        return max(covering, key=lambda each: each.end, default=None)

    def _is_enforced(self, sender: str, recipient: str, purpose: str) -> bool:
        parties = self.enforced_parties
        return (
            within_any(purpose, self.enforced_purposes)
            or within_any(sender, parties)
            or within_any(recipient, parties)
        )
