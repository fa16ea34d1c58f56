"""What is asked of the gate, and what of it may stand in a record."""

import re
from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from types import NoneType
from typing import Any, NamedTuple, Required, TypedDict, cast

from doelbinding.audit.entries import Fact, Question, Trace
from doelbinding.decider.index import Index
from doelbinding.gate.facts import CALLER, FactStates, KnownFacts
from doelbinding.model.facts import Facts, states_of
from doelbinding.model.flows import DUTIES
from doelbinding.model.ids import DATA_SUBJECT
from doelbinding.model.transfer import matches_reference, names_of, text_of

_is_isil = re.compile(r"[A-Z]{1,4}-[A-Za-z0-9/:-]{1,11}").fullmatch  # ISO 15511
_is_traceparent = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?"
).fullmatch
_nine_digits = re.compile(  # in digits of a digest or UUID they are nobody's
    r"(?<![0-9a-f])(?:[0-9]{9}|[0-9]{4}\.[0-9]{2}\.[0-9]{3})(?![0-9a-f])"
).findall
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

    @property
    def names(self) -> tuple[str, ...]:
        """The categories, once it is plain."""
        return cast(tuple[str, ...], self.data)


_NEEDED = "recipient", "purpose"
_LEFT_OUT = "sender", "subject", "reference", "subject_id", "recipient_id", "decision_id"
_TEXTS = (*_NEEDED, *_LEFT_OUT, "traceparent")
_texts_of = attrgetter(*_TEXTS)
_PLAIN = {str, NoneType}

_MANY = 64
"""Of no more categories, a transfer is one that may be asked for again and again."""


def plain(request: Request) -> Request:
    """The request in plain values, which nobody else changes: what is decided is what is recorded.

    Raises `TypeError` for a value of the wrong type.
    """
    texts, facts, fulfils = _texts_of(request), request.facts, request.fulfils
    if None in texts[: len(_NEEDED)] or not are_plain(texts):
        request = request._replace(**_plain_texts(texts))
    if isinstance(fulfils, str | bytes):
        raise TypeError("`fulfils` is a collection of duties, not a text")
    return request._replace(
        subject_id=_somebody(request.subject_id),
        recipient_id=_somebody(request.recipient_id),
        data=names_of(request.data),
        facts=facts if facts is None or type(facts) is Facts else states_of(facts),
        fulfils=frozenset(fulfils),
    )


def _somebody(text: str | None) -> str | None:
    """An id; a blank one is nobody's."""
    return None if text is None or text.isspace() else text or None


def are_plain(texts: Iterable[object]) -> bool:
    """Whether each is left out, or a text of no kind of its own."""
    return _PLAIN.issuperset(map(type, texts))


def _plain_texts(texts: Iterable[object]) -> dict[str, Any]:
    return {
        field: text_of(field, value)
        for field, value in zip(_TEXTS, texts, strict=True)
        if value is not None or field in _NEEDED
    }


def has_good_id(request: Request) -> bool:
    """Whether an id that the caller chose may stand in the log."""
    chosen = request.decision_id
    return chosen is None or (
        matches_reference(chosen) is not None and not _tells_of_a_person(chosen, request)
    )


def names_little(request: Request, known: KnownFacts, index: Index) -> bool:
    """Whether it names nothing but what the policy knows, and not much.

    Of these there are not too many to be remembered, and no record holds a keyed digest for good.
    """
    return (
        len(request.names) <= _MANY
        and request.recipient in index.parties
        and (request.sender is None or request.sender in index.parties)
        and request.purpose in index.purposes
        and (request.subject is None or request.subject in index.subjects)
        and all(each in index.expansions for each in request.names)
        and all(each in index.fact_bits for each in known.states or ())
        and DUTIES.issuperset(request.fulfils)
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
        data=sorted({named(each, index.expansions) for each in request.names}),
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
    is_isil = _is_isil(text) is not None and request.recipient != DATA_SUBJECT
    if is_isil and not _tells_of_a_person(text, request):
        return text
    return keyed("recipient", text)


def _reference(request: Request, keyed: Keyed) -> str | None:
    text = request.reference
    if text is None or matches_reference(text) is None:
        return None
    return keyed("reference", text) if _tells_of_a_person(text, request) else text


def _tells_of_a_person(text: str, request: Request) -> bool:
    """Whether it holds the person's own id, or nine digits that can be a citizen's number."""
    person = (request.subject_id or "").strip().casefold()
    if person and person in text.casefold():
        return True
    return any(_can_be_bsn(each.replace(".", "")) for each in _nine_digits(text))


def _can_be_bsn(digits: str) -> bool:
    """The test of a Dutch citizen service number: a weighted sum that eleven divides."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _BSN_WEIGHTS, strict=True))
    return total % 11 == 0 and digits != "000000000"
