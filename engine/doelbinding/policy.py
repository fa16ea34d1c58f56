"""The handle that users hold: a policy that was read, checked and compiled."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from doelbinding.compiler import CompiledPolicy, compile_policy
from doelbinding.decider import decide
from doelbinding.diagnostics import Finding, PolicyError
from doelbinding.loader import DEFAULT_LIMITS, Limits, PolicySource, load_source
from doelbinding.model.decision import Decision, PolicyIdentity
from doelbinding.model.declarations import Declarations
from doelbinding.model.period import instant, moment
from doelbinding.model.transfer import Transfer, is_reference
from doelbinding.validator import validate

if TYPE_CHECKING:
    from doelbinding.compiler.graph import PolicyGraph


@dataclass(frozen=True)
class Policy:
    """A policy that can decide. It never changes and may be shared between threads.

    `findings` are the warnings with which it was read.
    """

    compiled: CompiledPolicy
    findings: tuple[Finding, ...] = ()

    @classmethod
    def load(
        cls,
        source: str | os.PathLike[str] = "policy",
        *,
        limits: Limits = DEFAULT_LIMITS,
        at: datetime | str | None = None,
    ) -> "Policy":
        """Read a policy from a folder, or from a git revision as `REVISION:FOLDER`.

        `at` is the moment from which warnings about time are seen; left out, now.

        Raises:
            PolicyError: something in the policy is wrong; it carries every finding.
            SourceError: the folder or revision cannot be opened or read.
        """
        return cls.from_source(load_source(source, limits), at=at)

    @classmethod
    def from_source(cls, source: PolicySource, *, at: datetime | str | None = None) -> "Policy":
        """The policy of texts that were read already. Raises `PolicyError`."""
        validation = validate(source, at=_instant(at))
        if validation.declarations is None:
            raise PolicyError(validation.findings, source.name)
        compiled = compile_policy(validation.declarations, source.digest)
        return cls(compiled, validation.findings)

    @property
    def identity(self) -> PolicyIdentity:
        """Id, revision and digests, as they stand in every decision."""
        return self.compiled.identity

    @property
    def declarations(self) -> Declarations:
        """What the policy declares."""
        return self.compiled.declarations

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
        facts: Mapping[str, bool | None] | None = None,
        reference: str | None = None,
        at: datetime | str | None = None,
    ) -> Decision:
        """Decide one transfer (policy language, sections 3 and 4).

        Left out, the sender is the controller, the subject the policy's default subject, the
        moment now; a fact that is not named, or None, is unknown. Nothing that a transfer says
        raises: unknown ids are answers.

        Raises:
            TypeError: a value is of the wrong type, or a moment without offset.
        """
        index = self.compiled.index
        known, strangers = _sorted_out({} if facts is None else facts, index.facts)
        transfer = Transfer(
            sender=index.controller if sender is None else _text("sender", sender),
            recipient=_text("recipient", recipient),
            purpose=_text("purpose", purpose),
            subject=index.default_subject if subject is None else _text("subject", subject),
            data=_names(data),
            facts=known,
            has_reference=reference is not None and is_reference(_text("reference", reference)),
            at=_instant(at),
        )
        return decide(index, transfer, strangers)

    def __repr__(self) -> str:
        identity = self.identity
        return f"<Policy {identity.id}, revision {identity.revision}, {identity.digest[:19]}…>"

    def instant(self, at: datetime | str | None = None) -> int:
        """That moment, or now, in microseconds since 1970-01-01T00:00Z. Raises `TypeError`."""
        return _instant(at)

    def moment(self, at: datetime | str | None = None) -> datetime:
        """That moment, or now, by the clocks of the policy's time zone. Raises `TypeError`."""
        return moment(_instant(at), self.declarations.manifest.zone)


def _instant(at: datetime | str | None) -> int:
    if at is None:
        return instant(datetime.now(UTC))
    given = _parsed(at) if isinstance(at, str) else at
    if not isinstance(given, datetime) or given.utcoffset() is None:
        raise TypeError("`at` is a moment with its offset, such as 2026-11-24T09:30:00+01:00")
    return instant(given)


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"`{field}` is a text, not {type(value).__name__}")
    return value


def _names(data: object) -> tuple[str, ...]:
    kind = type(data).__name__
    if isinstance(data, str | bytes | Mapping) or not isinstance(data, Iterable):
        raise TypeError(f"`data` is a list of category ids, not {kind}")
    return tuple(_text("data", each) for each in cast(Iterable[object], data))


def _sorted_out(facts: object, declared: frozenset[str]) -> tuple[dict[str, bool], tuple[str, ...]]:
    if not isinstance(facts, Mapping):
        raise TypeError(f"`facts` are ids with True, False or None, not {type(facts).__name__}")
    known: dict[str, bool] = {}
    strangers: list[str] = []
    for name, state in cast(Mapping[object, object], facts).items():
        fact = _text("facts", name)
        if state is not None and not isinstance(state, bool):
            raise TypeError(f"a fact is True, False or None, not {type(state).__name__}")
        if fact not in declared:
            strangers.append(fact)
        elif state is not None:
            known[fact] = state
    return known, tuple(sorted(strangers))
