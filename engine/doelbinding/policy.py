"""The handle that users hold: a policy that was read, checked and compiled."""

import os
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import time, time_ns
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from doelbinding.compiler.bundle import bundle_of, open_bundle, refuse_older
from doelbinding.compiler.compiled import CompiledPolicy
from doelbinding.compiler.restore import restore
from doelbinding.decider.desk import Desk, Epoch
from doelbinding.diagnostics import Finding, PolicyError
from doelbinding.errors import SourceError
from doelbinding.loader import (
    DEFAULT_LIMITS,
    ContentCache,
    Limits,
    PolicySource,
    is_bundle,
    load_source,
    read_tests,
)
from doelbinding.model.decision import Decision, PolicyIdentity
from doelbinding.model.facts import Facts, states_of
from doelbinding.model.period import instant, moment
from doelbinding.model.transfer import (
    check_texts,
    is_reference,
    matches_reference,
    names_of,
    text_of,
)

if TYPE_CHECKING:
    from doelbinding.compiler.graph import PolicyGraph
    from doelbinding.model.declarations import Declarations

FactStates = Mapping[str, bool | None]
"""Facts known to be true or false; None, as one that is not named, is unknown."""


_REMEMBERED_BY_POLICY = 16_384
_REMEMBERED_BY_ROUTE = 1_024
"""How many answers to small questions, of about a kilobyte, either remembers for good."""


@dataclass(frozen=True)
class Policy:
    """A policy that can decide. It never changes and may be shared between threads."""

    compiled: CompiledPolicy
    _origin: tuple[str, Limits] | None = field(default=None, repr=False, compare=False)
    _desk: Desk = field(init=False, repr=False, compare=False)
    _fact_bits: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = self.compiled.index
        object.__setattr__(self, "_desk", Desk(index, _REMEMBERED_BY_POLICY))
        object.__setattr__(self, "_fact_bits", index.fact_bits)

    @classmethod
    def load(
        cls,
        source: str | os.PathLike[str] = "policy",
        *,
        limits: Limits = DEFAULT_LIMITS,
        at: datetime | str | None = None,
        verify: str | os.PathLike[str] | None = None,
        at_least: int | None = None,
        cache: ContentCache | None = None,
    ) -> "Policy":
        """Read a policy from a folder, a git revision as `REVISION:FOLDER`, or a bundle.

        Args:
            source: where it is.
            limits: how much is read at most.
            at: the moment from which warnings about time are seen; left out, now.
            verify: the PEM file of a public key: only a bundle that is signed with it will do.
            at_least: the lowest revision that will do.
            cache: where what files say is kept, so that unchanged ones are not read twice; a
                bundle has no use for it.

        Raises:
            PolicyError: something in the policy is wrong; it carries every finding.
            SourceError: the source cannot be opened, read or trusted.
        """
        if verify is not None or is_bundle(source):
            opened = open_bundle(source, limits, verify=verify, at_least=at_least)
            return cls(restore(opened, _instant(at)), (os.fspath(source), limits))
        policy = cls.from_source(load_source(source, limits, cache), at=at)
        refuse_older(os.fspath(source), policy.identity.revision, at_least)
        return cls(policy.compiled, (os.fspath(source), limits))

    @classmethod
    def from_source(cls, source: PolicySource, *, at: datetime | str | None = None) -> "Policy":
        """The policy of texts that were read already. Raises `PolicyError`."""
        from doelbinding.compiler import compile_policy  # a bundle decides without these
        from doelbinding.validator import validate

        validation = validate(source, at=_instant(at))
        if validation.declarations is None:
            raise PolicyError(validation.findings, source.name)
        return cls(compile_policy(validation.declarations, source.digest, validation.findings))

    @property
    def identity(self) -> PolicyIdentity:
        """Id, revision and digests, as they stand in every decision."""
        return self.compiled.identity

    @property
    def declarations(self) -> "Declarations":
        """What the policy declares. A bundle is read for it once; raises `SourceError` then."""
        return self.compiled.declared.declarations

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The warnings with which the policy was read; of a bundle as of its declarations."""
        return self.compiled.declared.findings

    def bundle(self) -> bytes:
        """The policy as an unsigned bundle, its texts and tests read once more from their place.

        Raises `SourceError`, also when the texts have changed since it was loaded.
        """
        if self._origin is None:
            raise SourceError("the policy was not read from a place", "Read it with `Policy.load`.")
        source, limits = self._origin
        return bundle_of(self.compiled, source, limits, read_tests(source, limits))

    @property
    def graph(self) -> "PolicyGraph":
        """The policy as a networkx graph, built when it is first asked for."""
        return self.compiled.graph

    def check(
        self,
        *,
        recipient: str,
        purpose: str,
        data: Iterable[str],
        sender: str | None = None,
        subject: str | None = None,
        facts: FactStates | None = None,
        reference: str | None = None,
        at: datetime | str | None = None,
    ) -> Decision:
        """Decide one transfer (policy language, sections 3 and 4).

        Left out, the sender is the controller, the subject the policy's default subject, the
        moment now; a fact that is not named, or None, is unknown. Nothing that a transfer says
        raises: unknown ids are answers. What was asked before is looked up, not worked out again.

        Raises:
            TypeError: a value is of the wrong type, or a moment without offset.
        """
        epoch = self._desk.present
        names: tuple[str, ...] = data if type(data) is tuple else names_of(data)  # pyright: ignore[reportUnknownVariableType]  # of texts, as declared
        try:
            told = _told(facts, self._fact_bits)
            numbered = reference is not None and matches_reference(reference) is not None
            key = (recipient, purpose, names, numbered, sender, subject)
            if at is not None or not epoch.begin <= time() < epoch.end:
                epoch = _epoch(self._desk, at)
            answers = epoch.known.get(told)
            if answers is not None:
                known = answers.get(key)
                if known is not None:
                    return known
        except TypeError:
            check_texts(sender=sender, recipient=recipient, purpose=purpose, subject=subject)
            check_texts(reference=reference)
            names_of(names)
            raise
        return self._ask(epoch, told, key, facts)

    def told(self, facts: FactStates | None) -> Hashable:
        """What is equal for equal facts, and for no others. Raises `TypeError` as `check` does."""
        return _told_plainly(_told(facts, self._fact_bits), facts)

    def _ask(
        self,
        epoch: Epoch,
        told: Hashable,
        key: tuple[str, str, tuple[str, ...], bool, str | None, str | None],
        facts: FactStates | None,
    ) -> Decision:
        """The long way, in which every value is looked at: only plain texts are remembered."""
        desk, index = self._desk, self._desk.index
        recipient, purpose, names, numbered, sender, subject = key
        if type(recipient) is not str or type(purpose) is not str:
            recipient, purpose = text_of("recipient", recipient), text_of("purpose", purpose)
        if sender is not None:
            sender = text_of("sender", sender)
        if subject is not None:
            subject = text_of("subject", subject)
        names = names_of(names)
        parties = (
            index.controller if sender is None else sender,
            recipient,
            purpose,
            index.default_subject if subject is None else subject,
        )
        told = _told_plainly(told, facts)
        plain = (recipient, purpose, names, numbered, sender, subject)
        return desk.ask(epoch, told, told, plain, parties, names, facts, numbered)

    def check_many(
        self, transfers: Iterable[Mapping[str, Any]], *, at: datetime | str | None = None
    ) -> Iterator[Decision]:
        """Decide transfers one after the other, each given by the arguments of `check`.

        `at` is the moment of those that name none; left out, it is now, for each.

        Raises:
            TypeError: as `check` does; its note says which transfer it is, counted from 0.
        """
        for number, transfer in enumerate(transfers):
            try:
                yield self.check(**transfer) if "at" in transfer else self.check(**transfer, at=at)
            except TypeError as error:
                error.add_note(f"in transfer {number}")
                raise

    def route(
        self,
        *,
        recipient: str,
        purpose: str,
        sender: str | None = None,
        subject: str | None = None,
    ) -> "Route":
        """Bind what is constant at a call site. Raises `TypeError` for what is no text."""
        index = self.compiled.index
        return Route(
            index.controller if sender is None else text_of("sender", sender),
            text_of("recipient", recipient),
            text_of("purpose", purpose),
            index.default_subject if subject is None else text_of("subject", subject),
            Desk(index, _REMEMBERED_BY_ROUTE),
            index.fact_bits,
        )

    def facts(self, states: FactStates | None = None, /, **named: bool | None) -> Facts:
        """A prepared set of facts, which is looked up faster than a dictionary.

        In keywords, `_` stands for the `-` of an id: `member_request=True` is `member-request`.

        Raises:
            TypeError: a state is not True, False or None, or a fact is given twice.
        """
        listed = states_of(states)
        given = {name.replace("_", "-"): state for name, state in named.items()}
        twice = sorted(given.keys() & listed.keys())
        if twice:
            raise TypeError(f"`{twice[0]}` is given twice")
        return Facts({**listed, **given})

    def __repr__(self) -> str:
        identity = self.identity
        return f"<Policy {identity.id}, revision {identity.revision}, {identity.digest[:19]}…>"

    def instant(self, at: datetime | str | None = None) -> int:
        """That moment, or now, in microseconds since 1970-01-01T00:00Z. Raises `TypeError`."""
        return _instant(at)

    def moment(self, at: datetime | str | None = None) -> datetime:
        """That moment, or now, by the clocks of the policy's time zone. Raises `TypeError`."""
        return moment(_instant(at), ZoneInfo(self.compiled.index.timezone))


@dataclass(frozen=True, slots=True, repr=False)
class Route:
    """Transfers between the same parties for the same purpose: made by `Policy.route`.

    It never changes, and may be shared between threads.
    """

    sender: str
    recipient: str
    purpose: str
    subject: str
    _desk: Desk = field(compare=False)
    _fact_bits: Mapping[str, int] = field(compare=False)

    def check(
        self,
        data: Iterable[str],
        facts: FactStates | None = None,
        subject: str | None = None,  # give these by name: they stand before no star, because
        reference: str | None = None,  # a default behind one costs a look-up at every call
        at: datetime | str | None = None,
    ) -> Decision:
        """Decide one transfer, as `Policy.check` does. Raises `TypeError` as it does."""
        if at is None:
            epoch = self._desk.present
            if epoch.begin <= time() < epoch.end:
                try:
                    told = facts.key if type(facts) is Facts else _told(facts, self._fact_bits)
                    if reference is not None or subject is not None:
                        told = _told_with(told, subject, reference)
                    return epoch.known[told][data]  # type: ignore[index]  # a list is a TypeError
                except (KeyError, TypeError):  # not asked before, a list, or no texts at all
                    pass
        return self._ask(data, facts, subject, reference, at)

    def _ask(
        self,
        data: Iterable[str],
        facts: FactStates | None,
        subject: str | None,
        reference: str | None,
        at: datetime | str | None,
    ) -> Decision:
        names, told = names_of(data), _told_plainly(_told(facts, self._fact_bits), facts)
        numbered = is_reference(reference)
        whom = self.subject if subject is None else text_of("subject", subject)
        circumstances = told
        if reference is not None or subject is not None:
            circumstances = _told_with(told, None if subject is None else whom, reference)
        epoch = _epoch(self._desk, at)
        try:
            return epoch.known[circumstances][names]
        except KeyError:
            parties = (self.sender, self.recipient, self.purpose, whom)
            asked = (parties, names, facts, numbered)
            return self._desk.ask(epoch, told, circumstances, names, *asked)

    def __repr__(self) -> str:
        return f"<Route {self.sender} to {self.recipient} for {self.purpose}>"


def _told(facts: FactStates | None, bits: Mapping[str, int]) -> Hashable:
    """What facts are remembered by: those known true and those known false, as sets.

    No number passes for the state that it is equal to. Raises `TypeError`.
    """
    if facts is None:
        return 0, 0
    if type(facts) is Facts:
        return facts.key
    given: Mapping[str, object] = facts
    kind = type(facts)
    if kind is not dict:
        return Facts(facts).key
    true = false = 0
    try:
        for fact, state in given.items():
            bit = bits[fact]
            if state is True:
                true |= bit
            elif state is False:
                false |= bit
            elif state is not None:
                states_of(facts)
    except KeyError:  # the policy does not declare it
        return Facts(facts).key
    return true, false


def _told_plainly(told: Hashable, facts: FactStates | None) -> Hashable:
    """The same, where no text of a kind of its own passes for the fact that it is equal to."""
    kind = type(facts)
    if facts is not None and kind is dict:
        for fact in facts:
            if type(fact) is not str:
                return Facts(facts).key
    return told


def _told_with(told: Hashable, subject: str | None, reference: str | None) -> Hashable:
    """The same with what a call names besides; a number itself is never remembered."""
    return told, subject, reference is not None and matches_reference(reference) is not None


def _epoch(desk: Desk, at: datetime | str | None) -> Epoch:
    return desk.now(_instant(None)) if at is None else desk.then(_instant(at))


def _instant(at: datetime | str | None) -> int:
    if at is None:
        return time_ns() // 1000
    given = _parsed(at) if isinstance(at, str) else at
    if not isinstance(given, datetime) or given.utcoffset() is None:
        raise TypeError("`at` is a moment with its offset, such as 2026-11-24T09:30:00+01:00")
    return instant(given)


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
