"""A decided transfer to the entries of the log."""

import os
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from doelbinding.audit.entries import (
    Asked,
    Decided,
    Lack,
    Outcome,
    OutcomeKind,
    Remedy,
    Trace,
    encoded,
    policy_of,
)
from doelbinding.audit.log import AuditLog
from doelbinding.audit.pending import Pending
from doelbinding.decider.index import Index
from doelbinding.gate.facts import KnownFacts
from doelbinding.gate.request import Request, Whose, has_good_id, question_of, trace_of, whose
from doelbinding.gate.verdict import Verdict
from doelbinding.model.decision import Decision, Withheld
from doelbinding.model.flows import DUTIES

_BLANK = "\0"
_BLANK_IN_JSON = '"\\u0000"'
_MOST_FORMS = 4096


class Recorded(NamedTuple):
    """A decision on its way into the log, and the header that goes along with its transfer."""

    id: str
    traceparent: str
    pending: Pending


class _Form(NamedTuple):
    """An entry with blanks for what differs between transfers that are otherwise the same.

    The decisions are kept so that no others can take their places in memory.
    """

    text: str
    decisions: tuple[Decision, Decision]


class Recorder:
    """Hands decisions of one policy to the log. It may be shared between threads."""

    def __init__(self, log: AuditLog, index: Index) -> None:
        self._log = log
        self._index = index
        self._forms: dict[Hashable, _Form] = {}

    def decided(
        self,
        request: Request,
        known: KnownFacts,
        names: tuple[str, ...],
        verdict: Verdict,
        at: int,
    ) -> Recorded:
        """Hand over a decision. Raises `SourceError` when the log does not take it.

        It waits for what may not go unrecorded, and for an id that the caller chose: only the log
        knows whether it was given to another question.
        """
        fresh = os.urandom(40).hex()
        chosen = request.decision_id if has_good_id(request) else None
        trace, header = trace_of(request.traceparent, fresh[32:])
        identifier = chosen or fresh[:32]
        writing = _Writing(self._log, self._index, request, known, names, verdict, at)
        about = whose(request, self._index, writing.keyed)
        enforcement = self._index.enforcement
        pending = self._log.record(
            Decided.kind,
            self._body(writing, identifier, about, trace),
            at,
            retention=enforcement.retention,
            id=identifier,
            subject=about.subject_id,
            asked=writing.asked(about) if chosen else None,
            waits=bool(chosen or verdict.waits or (verdict.goes and enforcement.allow_waits)),
        )
        return Recorded(identifier, header, pending)

    def outcome(self, identifier: str, outcome: OutcomeKind, because: str | None, at: int) -> None:
        """Hand over what became of a transfer. Raises `StoreError` if the log does not take it."""
        body = encoded(Outcome(identifier, outcome, because))
        retention = self._index.enforcement.retention
        self._log.record(Outcome.kind, body, at, retention=retention, id=identifier, must=True)

    def _body(self, writing: "_Writing", identifier: str, about: Whose, trace: Trace) -> bytes:
        """The entry, from a form that was filled in before, or one that is made now."""
        key = writing.key
        form = self._forms.get(key)
        if form is None:
            form = writing.form()
            if not writing.is_odd:
                if len(self._forms) >= _MOST_FORMS:
                    self._forms = {}
                self._forms[key] = form
        return _filled(form.text, (identifier, *about, trace.id, trace.span, trace.parent))


class _Writing:
    """One decision as it is written down. It is odd when it names what the policy does not know."""

    def __init__(
        self,
        log: AuditLog,
        index: Index,
        request: Request,
        known: KnownFacts,
        names: tuple[str, ...],
        verdict: Verdict,
        at: int,
    ) -> None:
        self.is_odd = False
        self._log = log
        self._index = index
        self._request = request
        self._known = known
        self._names = names
        self._verdict = verdict
        self._at = at
        self._fulfilled = sorted(DUTIES.intersection(request.fulfils))

    def keyed(self, kind: str, text: str) -> str:
        """The keyed digest of a text."""
        if kind != "unknown":
            return self._log.keys.pseudonym(kind, text, self._at)
        self.is_odd = True
        return self._log.unknown(text, self._at)

    @property
    def key(self) -> Hashable:
        """What is the same for transfers that differ in what is filled in alone."""
        request, verdict = self._request, self._verdict
        return (
            request.sender,
            request.recipient,
            request.purpose,
            request.subject,
            self._names,
            self._known.key,
            *self._fulfilled,
            id(verdict.decision),
            id(verdict.going),
            verdict.action,
            verdict.stopped and (verdict.stopped.reason, verdict.stopped.duties),
            verdict.observed and verdict.observed.until,
        )

    def asked(self, about: Whose) -> Asked:
        """What an id is given to."""
        parts = self._request, about, self._index, self._known, self._names
        return Asked(question_of(*parts, self.keyed), self._verdict.action)

    def form(self) -> _Form:
        """The entry with blanks."""
        verdict, index, observed = self._verdict, self._index, self._verdict.observed
        decision, blanks = verdict.decision, Whose(_BLANK, _BLANK, _BLANK)
        body = Decided(
            id=_BLANK,
            question=self.asked(blanks).question,
            effect=decision.effect.value,
            action=verdict.action,
            permitted=decision.permitted,
            withheld=[self._lack(each) for each in decision.withheld],
            rules=decision.rules,
            duties=decision.duties,
            fulfilled=self._fulfilled,
            unknown_facts=[self.keyed("unknown", each) for each in decision.unknown_facts],
            gate=verdict.stopped,
            stripped=verdict.stripped,
            observed_until=None if observed is None else observed.until.isoformat(),
            policy=policy_of(index.policy),
            trace=Trace(_BLANK, _BLANK, _BLANK),
        )
        text = encoded(body).decode("utf-8").replace("%", "%%").replace(_BLANK_IN_JSON, "%s")
        return _Form(text, (decision, verdict.going))

    def _lack(self, withheld: Withheld) -> Lack:
        category, parts = withheld.category, withheld.parts
        remedy = Remedy(dict(withheld.remedy.facts), withheld.remedy.reference)
        return Lack(
            None if category is None else self._named(category),
            withheld.reason.value,
            sorted(map(self._named, parts)),
            withheld.rule,
            remedy,
        )

    def _named(self, category: str) -> str:
        return category if category in self._index.expansions else self.keyed("unknown", category)


def _filled(form: str, values: Sequence[str | None]) -> bytes:
    """The form with its blanks filled in: texts of which none needs an escape in JSON, or null."""
    written = tuple(["null" if each is None else f'"{each}"' for each in values])
    return (form % written).encode("utf-8")
