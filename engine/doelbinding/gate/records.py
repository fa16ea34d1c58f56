"""A decided transfer to the entries of the log."""

from collections.abc import Sequence
from typing import NamedTuple

from doelbinding.audit.entries import (
    Asked,
    Decided,
    Lack,
    Outcome,
    OutcomeKind,
    Remedy,
    Trace,
    Went,
    encoded,
    policy_of,
)
from doelbinding.audit.log import AuditLog
from doelbinding.audit.pending import Pending
from doelbinding.decider.index import Index
from doelbinding.gate.facts import KnownFacts
from doelbinding.gate.fresh import fresh_digits
from doelbinding.gate.request import Request, Whose, has_good_id, question_of, trace_of, whose
from doelbinding.gate.verdict import Settled, Verdict
from doelbinding.model.decision import Withheld
from doelbinding.model.flows import DUTIES

_BLANK = "\0"
_BLANK_IN_JSON = '"\\u0000"'


class Recorded(NamedTuple):
    """A decision on its way into the log, and the header that goes along with its transfer."""

    id: str
    traceparent: str
    pending: Pending


class Recorder:
    """Hands decisions of one policy to the log. It may be shared between threads."""

    def __init__(self, log: AuditLog, index: Index) -> None:
        self._log = log
        self._index = index

    def decided(
        self,
        request: Request,
        known: KnownFacts,
        settled: Settled,
        at: int,
    ) -> Recorded:
        """Hand over a decision. Raises `SourceError` when the log does not take it.

        It waits for what may not go unrecorded, and for an id that the caller chose: only the log
        knows whether it was given to another question.
        """
        fresh = fresh_digits()
        chosen = request.decision_id if has_good_id(request) else None
        trace, header = trace_of(request.traceparent, fresh[32:])
        identifier = chosen or fresh[:32]
        verdict, enforcement = settled.verdict, self._index.enforcement
        writing = _Writing(self._log, self._index, request, known, verdict, at)
        about = whose(request, self._index, writing.keyed)
        form = settled.form
        if form is None:
            form = writing.form()
            settled.form = form
        pending = self._log.record(
            Decided.kind,
            _filled(form, (identifier, *about, trace.id, trace.span, trace.parent)),
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


class _Writing:
    """One decision as it is written down."""

    def __init__(
        self,
        log: AuditLog,
        index: Index,
        request: Request,
        known: KnownFacts,
        verdict: Verdict,
        at: int,
    ) -> None:
        self._log = log
        self._index = index
        self._request = request
        self._known = known
        self._verdict = verdict
        self._at = at

    def keyed(self, kind: str, text: str) -> str:
        """The keyed digest of a text."""
        if kind == "unknown":
            return self._log.unknown(text, self._at)
        return self._log.keys.pseudonym(kind, text, self._at)

    def asked(self, about: Whose) -> Asked:
        """What an id is given to."""
        parts = self._request, about, self._index, self._known
        stripped = self._verdict.stripped
        went = None if stripped is None else Went(list(stripped.data))
        return Asked(question_of(*parts, self.keyed), self._verdict.action, went)

    def form(self) -> str:
        """The entry with blanks for what differs between transfers that are asked for alike."""
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
            fulfilled=sorted(DUTIES.intersection(self._request.fulfils)),
            unknown_facts=[self.keyed("unknown", each) for each in decision.unknown_facts],
            gate=verdict.stopped,
            stripped=verdict.stripped,
            observed_until=None if observed is None else observed.until.isoformat(),
            policy=policy_of(index.policy),
            trace=Trace(_BLANK, _BLANK, _BLANK),
        )
        return encoded(body).decode("utf-8").replace("%", "%%").replace(_BLANK_IN_JSON, "%s")

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
