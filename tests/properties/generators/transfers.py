"""Transfers that a policy would nearly let through."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.properties.generators.conditions import Literals, agree
from tests.properties.generators.dates import FIRST, LAST, first_moment
from tests.properties.generators.draw import Policy, chance, some
from tests.properties.generators.index import Fit, Flow, Index
from tests.properties.generators.tree import lineage

Transfer = dict[str, Any]
Spoiler = Callable[[Random, Index, Transfer], None]

MICROSECOND = timedelta(microseconds=1)
ELSEWHERE = timezone(timedelta(hours=5, minutes=30))
REFERENCES = ("R-1", "2024/06:12_a.b", "0", "x" * 64)
MALFORMED = ("a b", "y" * 65, "", "é", "R-1\n", "R-1 ", "a\\b", "٣")

_last: list[tuple[Policy, Index]] = []


def index_of(policy: Policy) -> Index:
    """The index of a policy; that of the last one asked for is kept."""
    if not _last or _last[0][0] is not policy:
        _last[:] = [(policy, Index(policy))]
    return _last[0][1]


def generate_transfer(random: Random, policy: Policy) -> dict[str, object]:
    """A transfer that a flow would grant, mostly, with up to three things spoilt."""
    index = index_of(policy)
    if not index.flows or chance(random, 7):
        transfer = _any_transfer(random, index)
    else:
        transfer = _fitting(random, index, random.choice(index.flows))
    for _ in range(random.choice((0, 0, 0, 1, 1, 1, 2, 2, 3))):
        random.choice(SPOILERS)(random, index, transfer)
    return _finished(random, index, transfer)


def _any_transfer(random: Random, index: Index) -> Transfer:
    names = [*index.facts, "consent", "objection"]
    return {
        "sender": random.choice(index.parties),
        "recipient": random.choice(index.parties),
        "purpose": random.choice(index.purposes.ids),
        "subject": random.choice(index.subjects.ids),
        "data": some(random, index.categories.ids, 1, 3),
        "facts": {name: chance(random, 50) for name in names if chance(random, 60)},
        "reference": random.choice(REFERENCES),
        "at": _moment_on(random, index, random.randint(FIRST, LAST)),
    }


def _fitting(random: Random, index: Index, flow: Flow) -> Transfer:
    """A transfer that the flow grants, if there is any for the parties and purpose drawn."""
    sender, recipient = random.choice(flow.senders), random.choice(flow.recipients)
    purpose = random.choice(flow.purposes)
    windows = flow.windows(sender, recipient, purpose)
    if not windows:
        recipient, purpose = random.choice(flow.recipients), random.choice(flow.purposes)
        windows = flow.windows(sender, recipient, purpose)
    fit = flow.fit(purpose)
    asked = _asked(random, flow, fit)
    return {
        "sender": sender,
        "recipient": recipient,
        "purpose": purpose,
        "subject": _subject(random, index, fit),
        "data": _data(random, index, fit),
        "facts": _facts(random, index, asked),
        "reference": random.choice(REFERENCES)
        if flow.needs_reference or chance(random, 30)
        else None,
        "at": _moment(random, index, windows),
        "windows": windows,
        "asked": asked,
    }


def _subject(random: Random, index: Index, fit: Fit) -> str:
    if index.default_subject in fit.subjects and chance(random, 50):
        return index.default_subject
    return random.choice(fit.subjects or index.subjects.ids)


def _data(random: Random, index: Index, fit: Fit) -> list[str]:
    if fit.over and chance(random, 25):
        return some(random, fit.over, 1, 2)
    whole: Sequence[str] = fit.whole or fit.granted or index.categories.ids
    return some(random, whole, 1, 3)


def _asked(random: Random, flow: Flow, fit: Fit) -> Literals:
    """What the purpose and one term of the flow ask to be known."""
    terms = [term for term in flow.terms if agree(term, fit.demands)]
    return random.choice(terms or flow.terms) | fit.demands


def _facts(random: Random, index: Index, asked: Literals) -> dict[str, bool | None]:
    """The facts that are asked, and some others."""
    facts: dict[str, bool | None] = {}
    for name in index.facts:
        draw = random.randrange(8)
        if draw > 4:
            facts[name] = draw > 6
    if index.exceptions and chance(random, 30):
        facts |= random.choice(index.exceptions)
    return facts | asked


def _moment(random: Random, index: Index, windows: Sequence[tuple[int, int]]) -> datetime:
    """A moment within one of the windows, often on its first or last day."""
    if not windows:
        return _moment_on(random, index, random.randint(FIRST, LAST))
    first, last = random.choice(windows)
    low, high = max(first, FIRST - 30), min(last, LAST + 30)
    if low > high or chance(random, 15):
        return _moment_on(random, index, first)
    return _moment_on(random, index, last if chance(random, 18) else random.randint(low, high))


def _moment_on(random: Random, index: Index, day: int) -> datetime:
    draw = random.randrange(8)
    if draw > 1:
        clock = time(random.randrange(24), random.choice((0, 15, 59)), draw)
        local = datetime.combine(date.fromordinal(day), clock, ZoneInfo(index.zone))
        return local.astimezone(UTC)
    if draw == 1:
        return first_moment(index.zone, day)
    return first_moment(index.zone, day + 1) - MICROSECOND


def _finished(random: Random, index: Index, transfer: Transfer) -> dict[str, object]:
    """The moment as text, and optional keys sometimes left out."""
    for note in ("windows", "asked"):
        transfer.pop(note, None)
    transfer["at"] = _moment_text(random, index, transfer["at"])
    if transfer["reference"] is None:
        del transfer["reference"]
    if not transfer["facts"]:
        del transfer["facts"]
    if transfer["sender"] == index.controller and chance(random, 50):
        del transfer["sender"]
    if transfer["subject"] == index.default_subject and chance(random, 50):
        del transfer["subject"]
    return transfer


def _moment_text(random: Random, index: Index, moment: datetime) -> str:
    draw = random.randrange(8)
    if draw < 5:
        return moment.astimezone(ZoneInfo(index.zone)).isoformat()
    return moment.astimezone(UTC if draw < 7 else ELSEWHERE).isoformat()


def _near(random: Random, ids: Sequence[str], identifier: str) -> str:
    """Another id with the same parent, above or below; any other where there is none."""
    parent = identifier.rpartition(".")[0]
    near = [
        other
        for other in ids
        if other != identifier
        and (other == parent or other.rpartition(".")[0] in (parent, identifier))
    ]
    return random.choice(near or ids)


def _spoil_sender(random: Random, index: Index, transfer: Transfer) -> None:
    transfer["sender"] = _near(random, index.parties, transfer["sender"])


def _spoil_recipient(random: Random, index: Index, transfer: Transfer) -> None:
    transfer["recipient"] = _near(random, index.parties, transfer["recipient"])


def _spoil_purpose(random: Random, index: Index, transfer: Transfer) -> None:
    transfer["purpose"] = _near(random, index.purposes.ids, transfer["purpose"])


def _spoil_subject(random: Random, index: Index, transfer: Transfer) -> None:
    transfer["subject"] = _near(random, index.subjects.ids, transfer["subject"])


def _extra_category(random: Random, index: Index, transfer: Transfer) -> None:
    transfer["data"].insert(0, random.choice(index.categories.ids))


def _near_category(random: Random, index: Index, transfer: Transfer) -> None:
    if transfer["data"]:
        near = _near(random, index.categories.ids, transfer["data"][-1])
        transfer["data"].append(near)


def _parent_category(random: Random, index: Index, transfer: Transfer) -> None:
    data = transfer["data"]
    if data:
        place = random.randrange(len(data))
        data[place] = random.choice(lineage(data[place])[:2][-1:] + lineage(data[place])[-1:])


def _spoil_fact(random: Random, index: Index, transfer: Transfer) -> None:
    """One fact flipped, removed or made none."""
    facts = transfer["facts"]
    asked = [name for name in transfer.get("asked", ()) if name in facts]
    if facts:
        name = random.choice(asked if asked and chance(random, 70) else list(facts))
        way = random.randrange(4)
        if way > 1:
            facts[name] = not facts[name]
        elif way == 1:
            facts[name] = None
        else:
            del facts[name]


def _spoil_built_in(random: Random, index: Index, transfer: Transfer) -> None:
    name = random.choice(("consent", "objection"))
    transfer["facts"][name] = random.choice((True, False, None))


def _undeclared_fact(random: Random, index: Index, transfer: Transfer) -> None:
    name = random.choice(("undeclared", "legal-demand-x", "court", "Consent"))
    transfer["facts"][name] = chance(random, 50)


def _spoil_reference(random: Random, index: Index, transfer: Transfer) -> None:
    transfer["reference"] = None if chance(random, 50) else random.choice(MALFORMED)


def _boundary(random: Random, index: Index, transfer: Transfer) -> None:
    """Exactly the moment at which something begins or has ended, or just before."""
    moments = index.boundaries
    if transfer.get("windows") and chance(random, 60):
        first, last = random.choice(transfer["windows"])
        moments = [first_moment(index.zone, first), first_moment(index.zone, last + 1)]
    if moments:
        moment = random.choice(moments)
        transfer["at"] = moment - MICROSECOND if chance(random, 50) else moment


def _typo(random: Random, index: Index, transfer: Transfer) -> None:
    """An id that nobody declared, much like one that somebody did."""
    key = random.choice(("sender", "recipient", "purpose", "subject", "data", "data"))
    if key != "data":
        transfer[key] = _mistyped(random, transfer[key])
    elif transfer["data"]:
        place = random.randrange(len(transfer["data"]))
        transfer["data"][place] = _mistyped(random, transfer["data"][place])


def _mistyped(random: Random, identifier: str) -> str:
    place = random.randrange(len(identifier))
    ways = (
        identifier[:place] + identifier[place + 1 :],
        identifier[:place] + "q" + identifier[place:],
        identifier + ".x",
        identifier + "-x",
        identifier.upper(),
    )
    return random.choice(ways)


def _no_data(random: Random, index: Index, transfer: Transfer) -> None:
    if chance(random, 40):
        transfer["data"] = []


def _twice(random: Random, index: Index, transfer: Transfer) -> None:
    transfer["data"] = transfer["data"] * 2


SPOILERS: tuple[Spoiler, ...] = (
    _spoil_sender,
    _spoil_recipient,
    _spoil_recipient,
    _spoil_purpose,
    _spoil_purpose,
    _spoil_subject,
    _extra_category,
    _near_category,
    _parent_category,
    _parent_category,
    _spoil_fact,
    _spoil_fact,
    _spoil_fact,
    _spoil_built_in,
    _undeclared_fact,
    _spoil_reference,
    _spoil_reference,
    _boundary,
    _boundary,
    _boundary,
    _typo,
    _no_data,
    _twice,
)
