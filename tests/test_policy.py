"""The handle that users hold: reading, asking, and what a caller can do wrong."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import pytest

from doelbinding import Limits, Policy, PolicyError, SourceError
from doelbinding.loader import load_texts
from doelbinding.model.decision import Effect
from tests.policies import BASE, MOMENT, ask, changed, completed, policy, policy_of
from tests.properties.generators import generate_policy, generate_transfer

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The base policy in a folder."""
    text = json.dumps(completed(BASE))
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    return tmp_path


# ── Load ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_is_loaded_from_a_text_or_a_path(folder: Path) -> None:
    assert Policy.load(folder).identity == Policy.load(str(folder)).identity


def test_the_folder_is_called_policy_unless_another_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    assert Policy.load().identity == Policy.load(ROOT / "policy").identity


def test_a_wrong_policy_raises_with_every_finding_and_the_source(folder: Path) -> None:
    (folder / "more.yaml").write_text("flows:\n  a: {label: A}\nnonsense: 1\n")
    with pytest.raises(PolicyError) as refusal:
        Policy.load(folder)
    rules = [finding.rule for finding in refusal.value.findings]
    assert rules.count("missing-key") == 3
    assert "unknown-key" in rules
    assert refusal.value.source == str(folder)
    assert "4 errors" in str(refusal.value)
    assert "more.yaml:2:3" in str(refusal.value)


def test_a_wrong_policy_with_many_errors_names_the_first_ten(folder: Path) -> None:
    lines = [f"  f{number}: {{label: {number}}}" for number in range(10, 30)]
    (folder / "more.yaml").write_text("\n".join(["facts:", *lines]))
    with pytest.raises(PolicyError) as refusal:
        Policy.load(folder)
    assert "the policy has 20 errors" in str(refusal.value)
    assert "… and 10 more" in str(refusal.value)


def test_a_folder_that_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        Policy.load(tmp_path / "nowhere")


def test_limits_are_kept(folder: Path) -> None:
    with pytest.raises(PolicyError, match="limit-exceeded"):
        Policy.load(folder, limits=Limits(file_bytes=10))


def test_warnings_come_with_the_policy_seen_from_the_moment_that_is_named() -> None:
    texts = [("a.yaml", json.dumps(completed(changed(BASE, {"review-by": "2026-06-30"}))))]
    source = load_texts("policy", texts)

    def is_overdue(at: str | datetime) -> bool:
        found = Policy.from_source(source, at=at).findings
        return "review-overdue" in [finding.rule for finding in found]

    assert not is_overdue("2026-06-30T12:00:00+02:00")
    assert is_overdue("2026-07-01T12:00:00+02:00")
    assert is_overdue(datetime(2026, 7, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    "at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_policy_can_be_seen_from_the_ends_of_the_calendar(at: str) -> None:
    texts = [("a.yaml", json.dumps(completed(changed(BASE, {"review-by": "2026-06-30"}))))]
    of = Policy.from_source(load_texts("policy", texts), at=at)
    assert ask(of, at=at).effect is Effect.ALLOW


# ── Check: what is left out ──────────────────────────────────────────────────────────────────────


def test_sender_and_subject_left_out_are_the_controller_and_the_default_subject() -> None:
    of = policy(flows={"news-mail": {"subjects": ["member"]}})
    assert ask(of) == ask(of, sender="library", subject="member") == ask(of, sender=None)
    assert ask(of, subject="visitor").effect is Effect.DENY


def test_a_fact_that_is_none_or_not_named_is_unknown() -> None:
    of = policy(flows={"news-mail": {"when": {"not": "asked"}}})
    assert ask(of) == ask(of, facts={"asked": None}) == ask(of, facts=None)
    assert ask(of, facts={"asked": False}).effect is Effect.ALLOW


def test_recipient_purpose_and_data_are_never_left_out() -> None:
    given: dict[str, Any] = {"recipient": "mailer", "purpose": "news", "data": ["contact"]}
    for key in given:
        with pytest.raises(TypeError, match=key):
            policy().check(**{each: it for each, it in given.items() if each != key})


@pytest.mark.parametrize(
    "data",
    [
        ("contact", "name"),
        {"contact", "name"},
        frozenset({"name", "contact"}),
        iter(["name", "contact"]),
    ],
)
def test_data_are_any_collection_of_names(data: Any) -> None:
    assert ask(policy(flows={"news-mail": {"data": None}}), data=data).permitted == (
        "contact",
        "name",
    )


def test_facts_are_any_mapping_and_are_not_kept() -> None:
    of = policy(flows={"news-mail": {"when": "asked"}})
    facts = {"asked": True, "weather": True}
    decision = ask(of, facts=MappingProxyType(facts))
    facts.clear()
    assert (decision.effect, decision.unknown_facts) == (Effect.ALLOW, ("weather",))


# ── Check: the moment ────────────────────────────────────────────────────────────────────────────


def dated(begin: date | None = None, until: date | None = None) -> Policy:
    days = {"from": begin, "until": until}
    valid = {key: day.isoformat() for key, day in days.items() if day}
    return policy(flows={"news-mail": {"valid": valid}})


def test_a_moment_is_text_or_datetime_with_any_offset() -> None:
    of = dated(begin=date(2026, 6, 1))
    east = timezone(timedelta(hours=9))
    before, after = "2026-05-31T21:59:59Z", "2026-05-31T22:00:00Z"
    for text, effect in ((before, Effect.DENY), (after, Effect.ALLOW)):
        moment = datetime.fromisoformat(text)
        for at in (text, moment, moment.astimezone(east), moment.astimezone(east).isoformat()):
            assert ask(of, at=at).effect is effect


def test_a_moment_left_out_is_now() -> None:
    today = datetime.now(UTC).date()
    assert ask(dated(begin=today - timedelta(days=2)), at=None).effect is Effect.ALLOW
    assert ask(dated(begin=today + timedelta(days=2)), at=None).effect is Effect.DENY
    assert ask(dated(until=today - timedelta(days=2)), at=None).effect is Effect.DENY


def test_the_moment_is_told_by_the_clocks_of_the_policy() -> None:
    of = policy(timezone="Asia/Tokyo")
    assert of.moment("2026-06-01T12:00:00Z").isoformat() == "2026-06-01T21:00:00+09:00"
    assert of.instant("1970-01-01T00:00:01Z") == 1_000_000
    assert abs(of.instant() - of.instant(datetime.now(UTC))) < 60_000_000


# ── Check: what a caller can get wrong ───────────────────────────────────────────────────────────

SECRET = "mevrouw-jansen-0612345678"  # noqa: S105 - a value that must not come back


class Clockless(tzinfo):
    """A time zone that does not say its offset."""

    def utcoffset(self, moment: datetime | None) -> None:
        return None

    dst = tzname = utcoffset


WRONG_TYPES: list[tuple[str, Any]] = [
    ("sender", 7),
    ("sender", [SECRET]),
    ("sender", SECRET.encode()),
    ("recipient", None),
    ("recipient", [SECRET]),
    ("purpose", None),
    ("purpose", {SECRET: True}),
    ("subject", 7),
    ("subject", (SECRET,)),
    ("data", SECRET),
    ("data", SECRET.encode()),
    ("data", None),
    ("data", 7),
    ("data", {SECRET: True}),
    ("data", ["contact", 7]),
    ("data", [[SECRET]]),
    ("data", [None]),
    ("facts", [SECRET]),
    ("facts", SECRET),
    ("facts", []),
    ("facts", ""),
    ("facts", 0),
    ("facts", False),
    ("facts", {7: True}),
    ("facts", {"asked": SECRET}),
    ("facts", {"asked": 1}),
    ("facts", {"asked": 0}),
    ("facts", {SECRET: "yes"}),
    ("reference", 42),
    ("reference", [SECRET]),
    ("reference", SECRET.encode()),
    ("at", SECRET),
    ("at", "2026-06-01T12:00:00"),
    ("at", "2026-06-01"),
    ("at", datetime(2026, 6, 1, 12)),
    ("at", datetime(2026, 6, 1, 12, tzinfo=Clockless())),
    ("at", date(2026, 6, 1)),
    ("at", 1_780_000_000),
    ("at", ""),
]


@pytest.mark.parametrize(("field", "value"), WRONG_TYPES)
def test_a_value_of_the_wrong_type_is_a_type_error_that_names_the_field_and_no_value(
    field: str, value: Any
) -> None:
    with pytest.raises(TypeError) as defect:
        ask(policy(), **{field: value})
    message = str(defect.value)
    assert SECRET not in message
    assert re.search(rf"\b{field.removesuffix('s')}", message)


@pytest.mark.parametrize("at", ["2026-06-01T12:00:00", SECRET, 7])
def test_loading_and_telling_the_moment_want_an_offset_too(at: Any, folder: Path) -> None:
    for use in (policy().moment, policy().instant, lambda at: Policy.load(folder, at=at)):
        with pytest.raises(TypeError) as defect:
            use(at)
        assert SECRET not in str(defect.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sender", ""),
        ("recipient", "x" * 100_000),
        ("purpose", "no\0where\n"),
        ("subject", "\ud800"),
        ("data", [""]),
        ("data", ["中文", "contact\u202e"]),
        ("data", ["contact"] * 10_000),
        ("facts", {"": True, "\u202e": None}),
        ("reference", "x" * 100_000),
        ("reference", "\ud800"),
    ],
)
def test_nothing_that_a_transfer_says_raises(field: str, value: Any) -> None:
    assert ask(policy(), **{field: value}).effect in Effect


# ── The handle ───────────────────────────────────────────────────────────────────────────────────


def test_a_policy_cannot_be_changed() -> None:
    of = policy()
    with pytest.raises(FrozenInstanceError):
        of.findings = ()  # type: ignore[misc]  # what must fail
    with pytest.raises(FrozenInstanceError):
        of.compiled.index.flows = {}  # type: ignore[misc]  # what must fail
    with pytest.raises(FrozenInstanceError):
        of.identity.digest = ""  # type: ignore[misc]  # what must fail


def test_a_policy_shows_its_id_revision_and_the_beginning_of_its_digest() -> None:
    of = policy(revision=4)
    assert repr(of) == f"<Policy library, revision 4, {of.identity.digest[:19]}…>"


def test_threads_share_a_policy_and_get_the_answers_of_one() -> None:
    random = Random(5)
    files = generate_policy(random)
    texts = [(name, json.dumps(it, ensure_ascii=False)) for name, it in files.items()]
    of = Policy.from_source(load_texts("policy", texts), at=MOMENT)
    transfers: list[dict[str, Any]] = [generate_transfer(random, files) for _ in range(200)]
    alone = [of.check(**each) for each in transfers]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(3):
            assert list(threads.map(lambda each: of.check(**each), transfers)) == alone


def test_the_graph_is_built_once_also_when_threads_ask_for_it() -> None:
    of = policy_of(BASE)
    with ThreadPoolExecutor(8) as threads:
        graphs = list(threads.map(lambda _: of.graph, range(32)))
    assert all(graph.nodes == of.graph.nodes for graph in graphs)


# ── Many ─────────────────────────────────────────────────────────────────────────────────────────

NEWS: dict[str, Any] = {"recipient": "mailer", "purpose": "news", "data": ["contact"]}


def test_many_are_decided_one_after_the_other_at_their_moments() -> None:
    of = policy(flows={"news-mail": {"valid": {"until": "2026-06-30"}}})
    later = {**NEWS, "at": "2026-08-01T12:00:00+02:00"}
    answers = [of.check(**NEWS, at=MOMENT), of.check(**later)]
    assert list(of.check_many(iter([NEWS, later]), at=MOMENT)) == answers
    assert [each.effect for each in answers] == [Effect.ALLOW, Effect.DENY]


def test_many_are_taken_as_they_come() -> None:
    decisions = policy().check_many(iter([NEWS, {**NEWS, "recipient": 1}]), at=MOMENT)
    assert next(decisions).effect is Effect.ALLOW
    with pytest.raises(TypeError, match="`recipient` is a text, not int") as defect:
        next(decisions)
    assert defect.value.__notes__ == ["in transfer 1"]


def test_a_transfer_without_a_field_or_with_one_too_many_is_a_defect() -> None:
    for transfer in ({"purpose": "news", "data": []}, {**NEWS, "to": "mailer"}):
        with pytest.raises(TypeError):
            list(policy().check_many([transfer]))
