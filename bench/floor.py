"""What a decision costs a competent developer who writes it by hand, for this one question."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from bench.comparison import Question
from bench.peers.rules import Rules, Terms

Names = tuple[str, ...]
Answer = tuple[str, Names, Names]
"""The effect, the categories that may go, those that may not."""

Masks = tuple[tuple[int, int], ...]
"""Terms of a condition: the facts that must be true, and those that must be false."""


class MaskDecider:
    """Sets as integers, everything found by purpose and recipient; no reasons, no checks."""

    def load(self, rules: Rules) -> None:
        """Lay the rules out for look-up."""
        self._bits = {each: 1 << place for place, each in enumerate(rules.categories)}
        self._facts = {each: 1 << place for place, each in enumerate(rules.facts)}
        self._flows = defaultdict[tuple[str | None, str | None], list[tuple[int, Masks, bool]]](
            list
        )
        self._bans = defaultdict[str | None, list[tuple[int, Masks]]](list)
        for flow in rules.flows:
            entry = (self._set(flow.data), self._masks(flow.terms), flow.logs)
            self._flows[flow.purpose, flow.recipient].append(entry)
        for ban in rules.bans:
            assert ban.purpose is None
            self._bans[ban.recipient].append((self._set(ban.data), self._masks(ban.terms)))

    def _set(self, names: Iterable[str]) -> int:
        return sum(self._bits[name] for name in names)

    def _masks(self, terms: Terms) -> Masks:
        return tuple(
            (
                sum(self._facts[fact] for fact, state in term if state),
                sum(self._facts[fact] for fact, state in term if not state),
            )
            for term in terms
        )

    def decide(self, question: Question) -> str:
        """The effect alone."""
        return self.check(*question)[0]

    def check(self, purpose: str, recipient: str, data: Names, facts: dict[str, bool]) -> Answer:
        """The decision."""
        bits = self._bits
        asked = true = false = granted = logged = 0
        for name in data:
            asked |= bits[name]
        for fact, state in facts.items():
            if state:
                true |= self._facts[fact]
            else:
                false |= self._facts[fact]
        for grants, terms, logs in self._flows.get((purpose, recipient), ()):
            for needs_true, needs_false in terms:
                if not (needs_true & ~true or needs_false & ~false):
                    granted |= grants
                    if logs:
                        logged |= grants
                    break
        for banned, terms in self._bans.get(recipient, ()):
            for needs_true, needs_false in terms:
                if not (needs_true & ~true or needs_false & ~false):
                    granted &= ~banned
                    break
        if not asked & ~granted:
            return "log" if asked & logged else "allow", data, ()
        permitted = tuple([name for name in data if bits[name] & granted])
        return "deny", permitted, tuple([name for name in data if not bits[name] & granted])


def remembering(decide: Callable[[Question], str]) -> Callable[..., str]:
    """The same with a dict before it, which a developer would put before a slow engine."""
    known: dict[Hashable, str] = {}

    def decide_once(purpose: str, recipient: str, data: Names, facts: dict[str, bool]) -> str:
        key = purpose, recipient, data, tuple(facts.items())
        try:
            return known[key]
        except KeyError:
            return known.setdefault(key, decide(Question(purpose, recipient, data, facts)))

    return decide_once
