"""What is asked of the gate, and what of it may stand in a record."""

import re
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple, Required, TypedDict

from doelbinding.audit.entries import Fact, Question, Trace
from doelbinding.decider.index import Index
from doelbinding.gate.facts import CALLER, FactStates, KnownFacts
from doelbinding.model.transfer import check_texts, matches_reference

_is_isil = re.compile(r"[A-Z]{1,4}-[A-Za-z0-9/:-]{1,11}").fullmatch  # ISO 15511
_is_traceparent = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?"
).fullmatch
_nine_digits = re.compile(r"(?<![0-9])[0-9]{9}(?![0-9])").findall
_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)

Keyed = Callable[[str, str], str]
"""The keyed digest of a text, by what it is."""


class Asked(TypedDict, total=False):
    """The arguments of `Gate.send`, as other ways to ask take them."""

    recipient: Required[str]
    purpose: Required[str]
    data: Required[Iterable[str]]
    sender: str | None
    subject: str | None
    facts: FactStates | None
    reference: str | None
    subject_id: str | None
    recipient_id: str | None
    decision_id: str | None
    fulfils: Collection[str]
    traceparent: str | None


class Given(TypedDict, total=False):
    """The same for a decorated function, where a function of the call's arguments gives a value."""

    recipient: Required[str | Callable[..., str]]
    purpose: Required[str | Callable[..., str]]
    data: Required[Iterable[str] | Callable[..., Iterable[str]]]
    sender: str | Callable[..., str | None] | None
    subject: str | Callable[..., str | None] | None
    facts: FactStates | Callable[..., FactStates | None] | None
    reference: str | Callable[..., str | None] | None
    subject_id: str | Callable[..., str | None] | None
    recipient_id: str | Callable[..., str | None] | None
    decision_id: str | Callable[..., str | None] | None
    fulfils: Collection[str] | Callable[..., Collection[str]]
    traceparent: str | Callable[..., str | None] | None


class Request(NamedTuple):
    """A transfer as a caller puts it to the gate."""

    recipient: str
    purpose: str
    data: Iterable[str]
    sender: str | None = None
    subject: str | None = None
    facts: FactStates | None = None
    reference: str | None = None
    subject_id: str | None = None
    recipient_id: str | None = None
    decision_id: str | None = None
    fulfils: Collection[str] = ()
    traceparent: str | None = None
    strips: bool = False


def check_request(request: Request) -> None:
    """Raise `TypeError` for a field of the wrong type that `Policy.check` does not look at."""
    check_texts(
        subject_id=request.subject_id,
        recipient_id=request.recipient_id,
        decision_id=request.decision_id,
        traceparent=request.traceparent,
    )
    if isinstance(request.fulfils, str | bytes):
        raise TypeError("`fulfils` is a collection of duties, not a text")


def has_good_id(request: Request) -> bool:
    """Whether an id that the caller chose may stand in the log."""
    chosen = request.decision_id
    return chosen is None or (
        matches_reference(chosen) is not None and not _tells_of_a_person(chosen, request)
    )


class Whose(NamedTuple):
    """Who it is about, which member of a class gets it, and its number, as they are recorded."""

    recipient_id: str | None
    subject_id: str | None
    reference: str | None


def whose(request: Request, index: Index, keyed: Keyed) -> Whose:
    """What differs between transfers that are otherwise the same."""
    person = request.subject_id
    return Whose(
        _recipient_id(request, index, keyed),
        None if person is None else keyed("subject", person),
        _reference(request, keyed),
    )


def question_of(
    request: Request,
    about: Whose,
    index: Index,
    known: KnownFacts,
    names: tuple[str, ...],
    keyed: Keyed,
) -> Question:
    """The question as it is recorded: ids that the policy knows, and keyed digests."""

    def named(text: str | None, ids: Collection[str], otherwise: str = "") -> str:
        return otherwise if text is None else text if text in ids else keyed("unknown", text)

    parties = index.parties
    return Question(
        sender=named(request.sender, parties, index.controller),
        recipient=named(request.recipient, parties),
        recipient_id=about.recipient_id,
        purpose=named(request.purpose, index.purposes),
        subject=named(request.subject, index.subjects, index.default_subject),
        subject_id=about.subject_id,
        data=sorted({named(each, index.expansions) for each in names}),
        facts=_facts(known, index),
        reference=about.reference,
    )


def trace_of(traceparent: str | None, fresh: str) -> tuple[Trace, str]:
    """The trace of a transfer, and the header that goes along with it; a new one without any.

    `fresh` are 48 hexadecimal digits that nobody can foresee.
    """
    trace, span = fresh[:32], fresh[32:]
    found = None if traceparent is None else _is_traceparent(traceparent)
    if found is None:
        return Trace(trace, span, None), f"00-{trace}-{span}-01"
    trace, parent, flags = found.groups()
    return Trace(trace, span, parent), f"00-{trace}-{span}-{flags}"


def _facts(known: KnownFacts, index: Index) -> dict[str, Fact]:
    """The facts of known state that the policy declares; what it does not can open nothing."""
    states = known.states
    if not states:
        return {}
    return {
        fact: Fact(state, known.sources.get(fact, CALLER))
        for fact, state in sorted(states.items())
        if state is not None and fact in index.fact_bits
    }


def _recipient_id(request: Request, index: Index, keyed: Keyed) -> str | None:
    """An organisation's own number stands as it is; anything else might be a person's."""
    text = request.recipient_id
    if text is None or text in index.parties:
        return text
    if _is_isil(text) is not None and not _tells_of_a_person(text, request):
        return text
    return keyed("recipient", text)


def _reference(request: Request, keyed: Keyed) -> str | None:
    text = request.reference
    if text is None or matches_reference(text) is None:
        return None
    return keyed("reference", text) if _tells_of_a_person(text, request) else text


def _tells_of_a_person(text: str, request: Request) -> bool:
    """Whether it holds the person's own id, or nine digits that can be a citizen's number."""
    person = request.subject_id
    if person and person.strip() and person.strip() in text:
        return True
    return any(map(_can_be_bsn, _nine_digits(text)))


def _can_be_bsn(digits: str) -> bool:
    """The test of a Dutch citizen service number: a weighted sum that eleven divides."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _BSN_WEIGHTS, strict=True))
    return total % 11 == 0 and digits != "000000000"
