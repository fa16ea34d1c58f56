"""Asked again: the same answer, as long as it is right, whatever others ask meanwhile."""

import copy
import pickle
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, asdict
from random import Random
from typing import Any

import pytest

from doelbinding import Decision, Effect, Policy, Reason
from tests.clock import clock_at
from tests.policies import MOMENT, policy
from tests.properties.answers import ask as answered
from tests.properties.answers import ask_reference, engine_policy, reference_policy, transfers_of
from tests.properties.generators import generate_policy

LAST_DAY = {"news-mail": {"valid": {"until": "2026-06-30"}}}
ASKED: dict[str, Any] = {"recipient": "mailer", "purpose": "news", "data": ("contact",)}


def test_what_is_asked_again_is_the_same_object() -> None:
    of = policy()
    with clock_at(MOMENT):
        first = of.check(**ASKED)
        assert all(of.check(**ASKED) is first for _ in range(3))
    assert of.check(**ASKED, at=MOMENT) is first


def test_what_is_left_out_is_the_same_as_what_it_stands_for() -> None:
    of = policy()
    with clock_at(MOMENT):
        first = of.check(**ASKED)
        assert of.check(**ASKED, sender="library", subject="member", facts={}) == first


def test_an_answer_ends_with_the_epoch_and_comes_back_when_the_clock_does() -> None:
    of = policy(flows=LAST_DAY)
    route = of.route(recipient="mailer", purpose="news")
    with clock_at("2026-06-30T23:59:59.999999+02:00") as clock:
        for _ in range(3):
            assert of.check(**ASKED).effect is route.check(("contact",)).effect is Effect.ALLOW
        clock.set("2026-07-01T00:00:00+02:00")
        for _ in range(3):
            assert of.check(**ASKED).effect is route.check(("contact",)).effect is Effect.DENY
        clock.set("2026-06-30T23:59:59.999999+02:00")
        for _ in range(3):
            assert of.check(**ASKED).effect is route.check(("contact",)).effect is Effect.ALLOW


def test_a_moment_of_another_epoch_does_not_disturb_the_present_one() -> None:
    of = policy(flows=LAST_DAY)
    with clock_at("2026-06-01T12:00:00+02:00"):
        for _ in range(3):
            assert of.check(**ASKED).effect is Effect.ALLOW
            assert of.check(**ASKED, at="2026-08-01T12:00:00+02:00").effect is Effect.DENY
            assert of.check(**ASKED, at="2026-05-01T12:00:00+02:00").effect is Effect.ALLOW


@pytest.mark.parametrize("state", [1, 0, 1.0])
def test_a_number_never_passes_for_the_state_that_it_is_equal_to(state: object) -> None:
    of = policy(flows={"news-mail": {"when": "asked"}})
    with clock_at(MOMENT):
        for _ in range(3):
            of.check(**ASKED, facts={"asked": bool(state)})
        with pytest.raises(TypeError, match="a state in `facts` is True, False or None"):
            of.check(**ASKED, facts={"asked": state})  # type: ignore[dict-item]  # the point


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"recipient": ["mailer"]}, "`recipient` is a text, not list"),
        ({"recipient": None}, "`recipient` is a text, not NoneType"),
        ({"purpose": 1}, "`purpose` is a text, not int"),
        ({"sender": b"library"}, "`sender` is a text, not bytes"),
        ({"subject": {}}, "`subject` is a text, not dict"),
        ({"data": "contact"}, "`data` is a list of category ids, not str"),
        ({"data": (["contact"],)}, "`data` is a text, not list"),
        ({"data": [1]}, "`data` is a text, not int"),
        ({"data": 1}, "`data` is a list of category ids, not int"),
        ({"facts": [("asked", True)]}, "`facts` are ids with True, False or None, not list"),
        ({"facts": {1: True}}, "an id in `facts` is a text, not int"),
        ({"reference": 1}, "`reference` is a text, not int"),
        ({"at": "yesterday"}, "`at` is a moment with its offset"),
        ({"at": -1}, "`at` is a moment with its offset"),
    ],
)
@pytest.mark.parametrize("is_warm", [False, True])
def test_a_value_of_the_wrong_type_is_named_warm_or_not(
    changes: dict[str, Any], message: str, is_warm: bool
) -> None:
    of = policy()
    with clock_at(MOMENT):
        for _ in range(3 if is_warm else 0):
            of.check(**ASKED)
        with pytest.raises(TypeError, match=message):
            of.check(**{**ASKED, **changes})


def test_any_iterable_of_categories_is_read_once() -> None:
    of = policy()
    with clock_at(MOMENT):
        first = of.check(**ASKED)
        for data in (["contact"], {"contact"}, iter(["contact"]), (each for each in ["contact"])):
            assert of.check(**{**ASKED, "data": data}) is first


def denial() -> Decision:
    return policy(flows={"news-mail": {"when": "asked"}}).check(**ASKED, at=MOMENT)


def test_the_reasons_of_a_denial_are_made_when_looked_at_and_stay() -> None:
    decision = denial()
    assert decision.withheld is decision.withheld
    assert decision.withheld[0].reason is Reason.FACT_MISSING


def test_a_denial_never_changes_is_equal_to_its_like_and_can_be_copied() -> None:
    decision = denial()
    with pytest.raises(FrozenInstanceError):
        decision.effect = Effect.ALLOW  # type: ignore[misc]  # the point of the test
    assert decision == denial()
    assert hash(decision) == hash(denial())
    assert copy.deepcopy(decision) == pickle.loads(pickle.dumps(decision)) == decision  # noqa: S301
    assert asdict(decision)["withheld"][0]["remedy"]["facts"] == {"asked": True}
    assert "fact-missing" in repr(decision)
    assert "label" not in str(asdict(decision))  # the text of the policy does not go along
    with pytest.raises(AttributeError, match="no attribute `reason`"):
        _ = decision.reason


def test_threads_that_ask_alike_and_differently_get_right_answers() -> None:
    random = Random(5)
    files = generate_policy(random)
    of, reference = engine_policy(files), reference_policy(files)
    transfers = transfers_of(random, files, 40)
    expected = [ask_reference(reference, each) for each in transfers]

    def answers(seed: int) -> bool:
        order = list(enumerate(transfers)) * 5
        Random(seed).shuffle(order)
        return all(answered(of, asked) == expected[number] for number, asked in order)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(answers, range(16)))


def flood(of: Policy, count: int) -> None:
    """So many different questions, most of them about ids that nobody knows."""
    for number in range(count):
        decision = of.check(
            recipient=f"stranger-{number}" if number % 3 else "mailer",
            purpose="news",
            data=(f"category-{number}", "contact"),
            facts={f"fact-{number}": True, "asked": True},
        )
        assert decision.withheld  # made when looked at, and kept


def grown_by(of: Policy, count: int) -> int:
    """How many bytes more are held after so many different questions."""
    tracemalloc.start()
    try:
        flood(of, count)
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_what_is_remembered_has_a_limit() -> None:
    of = policy()
    with clock_at(MOMENT):
        first = of.check(**ASKED)
        of.check(**ASKED)
        assert grown_by(of, 40_000) < 50_000_000
        assert of.check(**ASKED) is first


@pytest.mark.soak
def test_a_million_different_questions_leave_the_process_within_50_megabytes() -> None:
    of = policy()
    with clock_at(MOMENT):
        grown = grown_by(of, 1_000_000)
    print(f"a million different questions: {grown / 1e6:.1f} MB are held")  # noqa: T201 - evidence
    assert grown < 50_000_000


def test_a_question_of_enormous_names_is_answered_and_not_remembered() -> None:
    of = policy()
    with clock_at(MOMENT):
        tracemalloc.start()
        for number in range(200):
            name = f"{number:0100000}"
            assert not of.check(recipient="mailer", purpose="news", data=(name,))
            assert not of.check(
                recipient="mailer", purpose="news", data=(name,), facts={name: True}
            )
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert held < 10_000_000


class Folded(str):
    """A text that is equal to others that differ in case."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.casefold() == other.casefold()

    def __hash__(self) -> int:
        return hash(self.casefold())


@pytest.mark.parametrize(
    "odd",
    [
        {"recipient": Folded("MAILER")},
        {"purpose": Folded("NEWS")},
        {"data": (Folded("CONTACT"),)},
        {"sender": Folded("LIBRARY")},
        {"subject": Folded("MEMBER")},
        {"facts": {Folded("ASKED"): True}},
    ],
)
def test_a_text_of_a_kind_of_its_own_does_not_change_what_others_are_answered(
    odd: dict[str, Any],
) -> None:
    asked = {**ASKED, "sender": "library", "subject": "member", "facts": {"asked": True}}
    of = policy(flows={"news-mail": {"when": "asked"}})
    route = of.route(recipient="mailer", purpose="news")
    rest = {key: odd[key] for key in odd if key in ("data", "facts", "subject")}
    with clock_at(MOMENT):
        for _ in range(3):
            assert of.check(**{**asked, **odd}).effect is Effect.DENY
            route.check(**{"data": ("contact",), "facts": {"asked": True}, **rest})
        assert of.check(**asked).effect is Effect.ALLOW
        assert route.check(("contact",), {"asked": True}).effect is Effect.ALLOW


def test_what_a_route_is_asked_about_at_length_is_not_kept() -> None:
    route = policy().route(recipient="mailer", purpose="news")
    with clock_at(MOMENT):
        tracemalloc.start()
        for number in range(300):
            assert not route.check(("contact",), {"asked": True}, subject=f"{number:0100000}")
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert held < 5_000_000


def test_large_sets_of_facts_and_large_denials_count_for_what_they_hold() -> None:
    facts = [f"fact-{number}" for number in range(60)]
    parts: dict[str, Any] = {f"all.part-{number}": {} for number in range(2_000)}
    of = policy(categories={"all": {}, **parts}, facts={each: {} for each in facts})
    random = Random(1)
    with clock_at(MOMENT):
        tracemalloc.start()
        for _ in range(4_000):
            prepared = of.facts({each: random.choice((True, False)) for each in facts})
            decision = of.check(**{**ASKED, "data": ("all",)}, facts=prepared)
            assert len(decision.withheld[0].parts) == 2_001
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert held < 50_000_000
