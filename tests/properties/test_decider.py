"""The engine and the reference give the same answers, case by case."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pprint import pformat
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from doelbinding.policy import Policy
from tests.policies import completed
from tests.properties.answers import (
    Answer,
    answer_of,
    ask_reference,
    batched,
    bundled_policy,
    engine_policy,
    reference_policy,
    transfers_of,
)
from tests.properties.generators import generate_policy
from tests.properties.reference import ReferencePolicy
from tests.properties.seeds import blocks, long_blocks, name
from tests.properties.ways import every_way

TRANSFERS = 50
"""Cases for each policy."""

SEEDS = 10
BLOCKS = blocks(240, SEEDS)

SOAK_SEEDS = 500
SOAK_BLOCKS = long_blocks(20_000, SOAK_SEEDS)


def answered(
    engine: Policy, reference: ReferencePolicy, transfer: Mapping[str, Any], case: str
) -> Answer:
    """The answer on which both agree, whichever way the engine is asked."""
    expected = ask_reference(reference, transfer)
    for way, decision in every_way(engine, transfer):
        answer = answer_of(decision)
        assert answer == expected, (
            f"{case}, {way}\n{pformat(transfer)}\n"
            f"engine: {pformat(answer)}\nreference: {pformat(expected)}"
        )
    return expected


def compare(seed: int) -> Counter[str]:
    """Both answer the same, on one policy; how often each effect and reason came."""
    random = Random(seed)
    files = generate_policy(random, size=2 if seed % 10 == 9 else 1)
    engine, reference = engine_policy(files), reference_policy(files)
    bundled = bundled_policy(engine, files)
    transfers = transfers_of(random, files, TRANSFERS)
    expected: list[Answer] = []
    seen: Counter[str] = Counter()
    for number, transfer in enumerate(transfers):
        answer = answered(engine, reference, transfer, f"seed {seed}, transfer {number}")
        assert answer_of(bundled.check(**transfer)) == answer
        expected.append(answer)
        seen.update([answer["effect"], *{entry["reason"] for entry in answer["withheld"]}])
    assert batched(engine, [*transfers, *transfers]) == [*expected, *expected]
    return seen


def compare_all(seeds: range) -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in seeds:
        seen += compare(seed)
    assert seen["allow"] + seen["log"] + seen["deny"] == len(seeds) * TRANSFERS
    assert min(seen["allow"], seen["log"], seen["deny"]) > 0  # or the comparison says little
    return seen


@pytest.mark.parametrize("seeds", BLOCKS, ids=name)
def test_engine_and_reference_agree_on_every_case(seeds: range) -> None:
    compare_all(seeds)


@pytest.mark.soak
@pytest.mark.parametrize("seeds", SOAK_BLOCKS, ids=name)
def test_engine_and_reference_agree_on_a_million_cases(seeds: range) -> None:
    seen = compare_all(seeds)
    counts = ", ".join(f"{count} {what}" for what, count in seen.most_common())
    print(f"{name(seeds)}, {len(seeds) * TRANSFERS} cases: {counts}")  # noqa: T201 - kept as evidence


# ── Days that are not 24 hours long ──────────────────────────────────────────────────────────────

ODD_YEARS = (
    ("America/Havana", 2026),  # strikes midnight twice, and once not at all
    ("America/St_Johns", 2010),  # changed its clocks a minute past midnight
    ("America/Sao_Paulo", 2018),  # went back at midnight, into the day before
    ("Pacific/Apia", 2011),  # skipped a day
)
CLOCK = tuple(time(hour, minute) for hour in (0, 1, 3, 4, 23) for minute in (0, 1))
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)


def odd_days(zone: ZoneInfo, year: int) -> list[date]:
    """The days since whose eve, at noon, the clocks have changed."""
    days = [date(year, 1, 2) + each * DAY for each in range(364)]
    noon = time(12, tzinfo=zone)

    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, noon).utcoffset()

    return [day for day in days if offset(day) != offset(day - DAY)]


def moments_around(zone: ZoneInfo, day: date) -> list[datetime]:
    """Where one may take the day to begin or end: at, just before and just after."""
    shown = [
        datetime.combine(each, at, zone) for each in (day - DAY, day, day + DAY) for at in CLOCK
    ]
    folded = {each.replace(fold=fold).astimezone(UTC) for each in shown for fold in (0, 1)}
    return sorted(at + shift * MICROSECOND for at in folded for shift in (-1, 0, 1))


def with_periods(zone: str, day: date) -> dict[str, Any]:
    """A policy in which each kind of period begins or ends on the day, each for one category."""
    first, last = {"from": f"{day}"}, {"until": f"{day}"}
    only = first | last
    to_mailer = {"from": "library", "to": "mailer", "purpose": "news"}
    return completed(
        {
            "timezone": zone,
            "categories": {each: {} for each in "abcd"},
            "subjects": {"member": {}},
            "purposes": {
                "news": {"lawful-basis": "contract", "data": [*"abcd"]},
                "fresh": {
                    "lawful-basis": "contract",
                    "data": ["a"],
                    "announcement": {"on": f"{day}", "refusal-until": f"{day}"},
                },
                "timely": {"lawful-basis": "contract", "data": ["a"], "valid": only},
            },
            "recipients": {
                "mailer": {"roles": [{"role": "controller"}]},
                "printer": {
                    "roles": [{"role": "joint-controller", "agreement": {"reference": "A", **only}}]
                },
                "visitor": {"valid": only, "roles": [{"role": "controller"}]},
            },
            "flows": {
                "begins": {**to_mailer, "data": ["a"], "valid": first},
                "ends": {**to_mailer, "data": ["b"], "valid": last},
                "lasts": {**to_mailer, "data": ["c", "d"], "valid": only},
                "others": {**to_mailer, "to": ["printer", "visitor"], "data": ["a"]},
                "else": {**to_mailer, "purpose": ["fresh", "timely"], "data": ["a"]},
                "open": {**to_mailer, "data": ["d"]},
            },
            "prohibitions": {"bites": {"data": ["d"], "valid": only}},
        }
    )


def asked_around(zone: ZoneInfo, day: date) -> Iterator[dict[str, Any]]:
    ways = [("mailer", "news", [*"abcd"]), ("mailer", "fresh", ["a"]), ("mailer", "timely", ["a"])]
    ways += [("printer", "news", ["a"]), ("visitor", "news", ["a"])]
    for at in moments_around(zone, day):
        for recipient, purpose, data in ways:
            yield {
                "recipient": recipient,
                "purpose": purpose,
                "data": data,
                "facts": {"objection": False},
                "at": at.isoformat(),
            }


@pytest.mark.parametrize(("place", "year"), ODD_YEARS, ids=[place for place, _ in ODD_YEARS])
def test_they_agree_on_the_moments_around_every_change_of_the_clocks(place: str, year: int) -> None:
    zone = ZoneInfo(place)
    changes = odd_days(zone, year)
    assert changes
    for day in [change + shift * DAY for change in changes for shift in (-1, 0, 1)]:
        files = {"policy.yaml": with_periods(place, day)}
        engine, reference = engine_policy(files), reference_policy(files)
        going: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        for transfer in asked_around(zone, day):
            answer = answered(engine, reference, transfer, f"{place}, {day}")
            way = transfer["recipient"], transfer["purpose"]
            going.setdefault(way, set()).add(tuple(answer["permitted"]))
        skipped = day == date(2011, 12, 30) and place == "Pacific/Apia"
        # Each way opens or closes in between, but for what lasts a day that never was.
        assert all(len(found) > 1 or skipped for found in going.values()), (day, going)
