"""How flows and prohibitions lie over each other: exact, and never contradicted by a decision."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest

from doelbinding.compiler import compile_policy
from doelbinding.decider import Index, decide
from doelbinding.decider.cell import settle
from doelbinding.decider.evaluate import evaluate
from doelbinding.decider.index import FlowEntry
from doelbinding.model.declarations import Declarations
from doelbinding.model.period import instant
from doelbinding.model.transfer import Transfer
from doelbinding.validator import ValidDeclarations
from doelbinding.validator.assemble import assemble
from doelbinding.validator.draft import Draft
from doelbinding.validator.overlap import Covering, Forbidding
from doelbinding.validator.rules.duties_contradict import duties_contradict
from tests.policies import BASE, changed, completed, source_of

FLOW = {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"]}
TELL = {**FLOW, "duties": ["inform-subject"]}
HUSH = {**FLOW, "duties": ["withhold-notice"]}


def draft(**changes: Any) -> Draft:
    """The base policy put together with changes, whatever rules would say of it."""
    return assemble(source_of(completed(changed(BASE, changes))), None).draft


# ── Duties that contradict each other ────────────────────────────────────────────────────────────


def contradictions(of: Draft) -> list[tuple[str, str]]:
    """The flows at which the rule complains, and the party that it names."""
    return [(str(i.path[1]), i.message.split("`")[1]) for i in duties_contradict.check(of)]


def between(one: dict[str, Any], other: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    flows = {"news-mail": None, "tell": {**TELL, **one}, "hush": {**HUSH, **other}}
    return contradictions(draft(flows=flows, **changes))


MEETING = [("tell", "mailer")]


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({}, {}, True),
        ({"valid": {"until": "2026-05-31"}}, {"valid": {"from": "2026-06-01"}}, False),
        ({"valid": {"until": "2026-06-01"}}, {"valid": {"from": "2026-06-01"}}, True),
        ({"subjects": ["member"]}, {"subjects": ["visitor"]}, False),
        ({"subjects": ["member"]}, {"subjects": ["member.child"]}, True),
        ({"when": "asked"}, {"when": {"not": "asked"}}, False),
        ({"when": "asked"}, {"when": "urgent"}, True),
        ({"when": {"any": ["asked", "urgent"]}}, {"when": {"not": "asked"}}, True),
        ({"data": ["contact.email"]}, {"data": ["contact.phone"]}, True),  # one transfer asks both
        ({"data": ["contact"]}, {"data": ["loans"]}, False),  # beyond the ceiling
        ({"data": ["contact"]}, {"data": ["contact"], "except": ["contact"]}, False),
        ({"from": "printer"}, {}, False),
        ({"from": ["printer", "library"]}, {}, True),
        ({"to": "printer"}, {}, False),
        ({"when": "objection"}, {"when": "consent"}, True),
    ],
)
def test_two_duties_meet_where_one_transfer_can_be_granted_by_both(
    one: dict[str, Any], other: dict[str, Any], meet: bool
) -> None:
    assert between(one, other) == (MEETING if meet else [])


@pytest.mark.parametrize(
    ("purpose", "one", "meet"),
    [
        ({"valid": {"until": "2026-01-31"}}, {"valid": {"from": "2026-02-01"}}, False),
        ({"lawful-basis": "consent"}, {"when": {"not": "consent"}}, False),
        ({"lawful-basis": "public-task"}, {"when": "objection"}, False),
        ({"subjects": ["visitor"]}, {"subjects": ["member"]}, False),
        (
            {"announcement": {"on": "2026-01-01", "refusal-until": "2026-03-01"}},
            {"valid": {"until": "2026-03-01"}},
            False,
        ),
        (
            {"announcement": {"on": "2026-01-01", "refusal-until": "2026-03-01"}},
            {"valid": {"until": "2026-03-02"}},
            True,
        ),
        ({"announcement": {"on": "2026-01-01", "refusal-until": "9999-12-31"}}, {}, False),
    ],
)
def test_the_purpose_says_when_and_about_whom_duties_can_meet(
    purpose: dict[str, Any], one: dict[str, Any], meet: bool
) -> None:
    assert between(one, {}, purposes={"news": purpose}) == (MEETING if meet else [])


@pytest.mark.parametrize(
    ("roles", "meet"),
    [
        ([{"role": "controller", "purposes": ["news"]}], True),
        ([{"role": "controller", "purposes": ["post"]}], False),
        ([{"role": "processor", "agreement": {"reference": "A", "until": "2026-05-31"}}], False),
        (
            [
                {"role": "processor", "agreement": {"reference": "A", "until": "2026-05-31"}},
                {"role": "processor", "agreement": {"reference": "B", "from": "2026-07-01"}},
            ],
            True,
        ),
        ([{"role": "sub-processor", "of": "cloud"}], True),
        ([{"role": "sub-processor", "of": "cloud-ended"}], False),
        ([{"role": "sub-processor", "of": "printer"}], False),  # which is no processor
        ([{"role": "sub-processor", "of": "mailer"}], False),  # round in a circle
    ],
)
def test_only_a_role_that_is_in_force_lets_duties_meet(
    roles: list[dict[str, Any]], meet: bool
) -> None:
    agreement = {"reference": "A", "until": "2026-05-31"}
    recipients = {
        "mailer": {"roles": roles},
        "cloud": {"roles": [{"role": "processor"}]},
        "cloud-ended": {"roles": [{"role": "processor", "agreement": agreement}]},
    }
    found = between(
        {"valid": {"from": "2026-06-01"}}, {}, recipients=recipients, purposes={"post": {}}
    )
    assert found == (MEETING if meet else [])


def test_a_party_out_of_force_lets_no_duties_meet() -> None:
    ended = {"mailer": {"valid": {"until": "2026-05-31"}}}
    later = {"valid": {"from": "2026-06-01"}}
    assert between(later, {}, recipients=ended) == []
    assert between({}, {}, recipients=ended) == MEETING


def test_duties_of_the_recipient_and_of_those_above_it_count() -> None:
    recipients = {
        "mailer": {"duties": ["withhold-notice"]},
        "mailer.west": {"valid": {"from": "2026-01-01"}},
    }
    flows = {"news-mail": None, "tell": {**TELL, "to": "mailer.west"}}
    assert contradictions(draft(recipients=recipients, flows=flows)) == [("tell", "mailer.west")]


def test_one_flow_can_contradict_itself_and_names_no_other() -> None:
    both = {**FLOW, "duties": ["inform-subject", "withhold-notice"]}
    (issue,) = duties_contradict.check(draft(flows={"news-mail": both}))
    assert issue.related == ()


def test_a_controller_below_an_id_that_is_declared_is_not_bound_by_it() -> None:
    changes: dict[str, Any] = {
        "controller": {"id": "org.library", "label": "Library"},
        "recipients": {"org": {"duties": ["withhold-notice"], "roles": [{"role": "controller"}]}},
        "flows": {"news-mail": {**TELL, "from": "printer", "to": "org.library"}},
    }
    assert contradictions(draft(**changes)) == []


def test_many_flows_that_meet_many_are_a_finding_each() -> None:
    tell = {f"tell-{number}": TELL for number in range(30)}
    hush = {f"hush-{number}": HUSH for number in range(30)}
    found = contradictions(draft(flows={"news-mail": None, **tell, **hush}))
    assert sorted(flow for flow, _ in found) == sorted(tell)


# ── Flows that add nothing ───────────────────────────────────────────────────────────────────────


def superfluous(of: Draft) -> dict[str, str]:
    """The flows that add nothing, with those to which they add it."""
    covering = Covering(of.declarations)
    found = {each: covering.of(flow) for each, flow in of.declarations.flows.items()}
    return {each: other for each, other in found.items() if other}


def narrow_beside_wide(wide: dict[str, Any], narrow: dict[str, Any], **changes: Any) -> bool:
    flows = {"news-mail": None, "a-narrow": {**FLOW, **narrow}, "b-wide": {**FLOW, **wide}}
    found = superfluous(draft(flows=flows, **changes))
    assert found in ({}, {"a-narrow": "b-wide"}), found
    return bool(found)


@pytest.mark.parametrize(
    ("wide", "narrow", "adds_nothing"),
    [
        ({"data": ["contact", "name"]}, {}, True),
        ({}, {"data": ["contact", "name"]}, None),
        ({}, {"data": ["contact.email"]}, True),
        ({"when": {"any": ["asked", "urgent"]}}, {"when": "urgent"}, True),
        ({"when": "asked"}, {"when": {"all": ["asked", "urgent"]}}, True),
        ({"when": "asked"}, {"when": {"any": ["asked", "urgent"]}}, None),
        ({"when": "asked"}, {"when": {"not": "asked"}}, False),
        ({"valid": {"from": "2026-01-01"}}, {"valid": {"from": "2026-02-01"}}, True),
        ({"valid": {"from": "2026-02-01"}}, {"valid": {"from": "2026-01-01"}}, None),
        ({"valid": {"until": "9999-12-31"}}, {"when": "asked"}, True),
        ({}, {"subjects": ["member"]}, True),
        ({"subjects": ["member"]}, {"subjects": ["member.child"]}, True),
        ({"subjects": ["member"]}, {"subjects": ["visitor"]}, False),
        ({"effect": "log"}, {"when": "asked"}, True),
        ({}, {"when": "asked", "effect": "log"}, False),
        ({"duties": ["encrypt"]}, {"when": "asked"}, True),
        ({}, {"when": "asked", "duties": ["encrypt"]}, False),
        ({}, {"reference": "required"}, True),
        ({"reference": "required"}, {"when": "asked"}, False),
        ({"from": ["library", "printer"]}, {}, True),
        ({"from": ["library", "printer"]}, {"from": "printer"}, True),
        ({"to": ["mailer", "library"]}, {"to": "library"}, True),
    ],
)
def test_a_flow_adds_nothing_to_one_that_grants_all_of_it_on_easier_terms(
    wide: dict[str, Any], narrow: dict[str, Any], adds_nothing: bool | None
) -> None:
    if adds_nothing is None:  # it is the other way round
        wide, narrow, adds_nothing = narrow, wide, True
    assert narrow_beside_wide(wide, narrow) is adds_nothing


@pytest.mark.parametrize("tree", ["recipients", "purposes", "subjects"])
def test_what_lies_below_is_covered_by_what_lies_above(tree: str) -> None:
    key, above = {
        "recipients": ("to", "mailer"),
        "purposes": ("purpose", "news"),
        "subjects": ("subjects", "member"),
    }[tree]
    below = f"{above}.below"
    names = ([above], [below])
    assert narrow_beside_wide({key: names[0]}, {key: names[1]}, **{tree: {below: {}}})


def test_up_to_the_ceiling_covers_all_within_it() -> None:
    flows = {"news-mail": None, "all": {**FLOW, "data": None}, "some": FLOW}
    flows["all"] = {key: value for key, value in FLOW.items() if key != "data"}
    assert superfluous(draft(flows=flows)) == {"some": "all"}


def test_of_flows_alike_the_later_ones_add_nothing_to_the_first() -> None:
    flows = {"news-mail": None, "c": FLOW, "a": FLOW, "b": FLOW}
    assert superfluous(draft(flows=flows)) == {"b": "a", "c": "a"}


def test_a_controller_is_not_covered_by_an_id_above_its_own() -> None:
    changes: dict[str, Any] = {
        "controller": {"id": "org.library", "label": "Library"},
        "recipients": {"org": {"roles": [{"role": "controller"}]}},
        "flows": {
            "news-mail": {**FLOW, "from": "printer", "to": "org.library"},
            "to-org": {**FLOW, "from": "printer", "to": "org"},
        },
    }
    assert superfluous(draft(**changes)) == {}


# ── Flows of which prohibitions leave nothing ────────────────────────────────────────────────────


def forbidden(flow: dict[str, Any], changes: dict[str, Any] | None = None, **bans: Any) -> Any:
    of = draft(flows={"news-mail": flow}, prohibitions=bans, **(changes or {}))
    return Forbidding(of.declarations).wholly(of.declarations.flows["news-mail"])


@pytest.mark.parametrize(
    ("flow", "bans", "by"),
    [
        ({}, {}, None),
        ({}, {"x": {}}, "x"),
        ({}, {"x": {"data": ["contact"]}}, "x"),
        ({}, {"x": {"data": ["contact.email"]}}, None),
        ({}, {"x": {"data": ["loans"]}}, None),
        ({"data": ["contact.email"]}, {"x": {"data": ["contact"]}}, "x"),
        # together, and named is the first that takes something
        ({}, {"x": {"data": ["contact.email"]}, "y": {"data": ["contact"]}}, "x"),
        ({}, {"w": {"data": ["loans"]}, "x": {"data": ["contact"]}}, "x"),
        (
            {"data": ["contact", "name"]},
            {"x": {"data": ["contact"]}, "y": {"data": ["name"]}},
            "x",
        ),
        (
            {"subjects": ["member", "visitor"]},
            {"x": {"subjects": ["member"]}, "y": {"subjects": ["visitor"]}},
            "x",
        ),
        ({"subjects": ["member"]}, {"x": {"subjects": ["member.child"]}}, "x"),
        ({"to": ["mailer", "library"]}, {"x": {"to": "mailer"}}, None),
        ({"to": ["mailer", "library"]}, {"x": {"to": "mailer"}, "y": {"to": "library"}}, "x"),
        ({"to": ["mailer", "library"]}, {"x": {"to": "mailer"}, "y": {"from": "library"}}, "x"),
        ({}, {"x": {"from": "printer"}}, None),
        ({}, {"x": {"purpose": "news"}}, "x"),
        # at any time, under any facts
        ({}, {"x": {"valid": {"until": "2030-01-01"}}}, None),
        ({"valid": {"until": "2026-01-01"}}, {"x": {"valid": {"until": "2030-01-01"}}}, "x"),
        ({"valid": {"until": "2030-01-02"}}, {"x": {"valid": {"until": "2030-01-01"}}}, None),
        ({}, {"x": {"unless": "asked"}}, None),
        ({"when": {"not": "asked"}}, {"x": {"unless": "asked"}}, "x"),
        ({"when": "urgent"}, {"x": {"unless": "asked"}}, None),
        # what grants nothing is not forbidden
        ({"except": ["contact"]}, {"x": {}}, None),
        ({"data": ["loans"]}, {"x": {}}, None),
    ],
)
def test_a_flow_is_forbidden_when_nothing_is_left_of_it(
    flow: dict[str, Any], bans: dict[str, Any], by: str | None
) -> None:
    assert forbidden({**FLOW, **flow}, **bans) == by


def test_a_fact_that_the_purpose_rules_out_lifts_no_prohibition() -> None:
    public = {"purposes": {"news": {"lawful-basis": "public-task"}}}
    assert forbidden(FLOW, public, x={"unless": "objection"}) == "x"
    assert forbidden(FLOW, x={"unless": "objection"}) is None


def test_a_party_without_a_role_gets_nothing_that_could_be_left() -> None:
    bare: dict[str, Any] = {"recipients": {"bare": {}}}
    assert forbidden({**FLOW, "to": ["mailer", "bare"]}, bare, x={"to": "mailer"}) == "x"


def test_a_prohibition_above_the_controller_does_not_touch_it() -> None:
    changes: dict[str, Any] = {
        "controller": {"id": "org.library", "label": "Library"},
        "recipients": {"org": {"roles": [{"role": "controller"}]}},
    }
    flow = {**FLOW, "from": "printer", "to": "org.library"}
    assert forbidden(flow, changes, x={"to": "org"}) is None
    assert forbidden(flow, changes, x={"to": "org.library"}) == "x"


def test_a_hundred_of_everything_is_weighed_without_trying_every_transfer() -> None:
    many = [f"n-{number}" for number in range(100)]
    some = {each: {"roles": [{"role": "controller"}]} for each in many}
    purposes = {each: {"lawful-basis": "contract", "data": ["contact"]} for each in many}
    changes = {"recipients": some, "purposes": purposes, "subjects": {each: {} for each in many}}
    flow = {**FLOW, "from": many, "to": many, "purpose": many, "subjects": many}
    singly = {f"x-{each}": {"to": each} for each in many}
    assert forbidden(flow, changes, **singly) == "x-n-0"
    singly.pop("x-n-99")
    assert forbidden(flow, changes, **singly) is None


# ── Against decisions ────────────────────────────────────────────────────────────────────────────

PARTIES = ("library", "mailer", "mailer.west", "printer")
PURPOSES = ("news", "news.local")
SUBJECTS = ("member", "member.child", "visitor")
CATEGORIES = ("contact", "contact.email", "contact.phone", "name")
DAYS = ("2026-01-01", "2026-02-01", "2026-03-01")
CONDITIONS = ("asked", {"not": "asked"}, {"any": ["asked", "urgent"]}, {"all": ["asked", "urgent"]})


def some(random: Random, names: tuple[str, ...]) -> list[str]:
    return random.sample(names, random.choice((1, 1, 2)))


def with_chance(random: Random, chance: float, **keys: Any) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if random.random() < chance}


def a_period(random: Random) -> dict[str, str]:
    first, last = sorted((random.choice(DAYS), random.choice(DAYS)))
    return random.choice(({"from": first}, {"until": last}, {"from": first, "until": last}))


def a_flow(random: Random, before: list[dict[str, Any]]) -> dict[str, Any]:
    """A new flow, or one of those before it with something changed."""
    duties = ("inform-subject", "withhold-notice", "encrypt")
    maybe = with_chance(
        random,
        0.25,
        data=some(random, CATEGORIES),
        subjects=some(random, SUBJECTS),
        when=random.choice(CONDITIONS),
        valid=a_period(random),
        duties=random.sample(duties, random.choice((1, 2))),
        effect="log",
    )
    if before and random.random() < 0.5:
        return {**random.choice(before), **maybe}
    parties = {"from": some(random, PARTIES), "to": some(random, PARTIES)}
    return {**parties, "purpose": some(random, PURPOSES), **maybe}


def a_ban(random: Random) -> dict[str, Any]:
    narrowing = {"to": PARTIES, "purpose": PURPOSES, "subjects": SUBJECTS, "data": CATEGORIES}
    ids = {key: some(random, names) for key, names in narrowing.items()}
    lifting = with_chance(random, 0.15, unless=random.choice(CONDITIONS), valid=a_period(random))
    return {**with_chance(random, 0.3, **ids), **lifting}


def a_policy(random: Random) -> dict[str, Any]:
    """Few ids, so that all transfers can be asked, and much that lies over each other."""
    flows: list[dict[str, Any]] = []
    for _ in range(5):
        flows.append(a_flow(random, flows))
    agreement = {"reference": "A", **with_chance(random, 0.5, until=random.choice(DAYS))}
    mailer = {"roles": [{"role": "processor", "purposes": ["news"], "agreement": agreement}]}
    return {
        "categories": {"loans": None, "loans.titles": None},
        "purposes": {"news.local": {}},
        "recipients": {"mailer": mailer, "mailer.west": {}},
        "flows": {"news-mail": None, **{f"f-{n}": flow for n, flow in enumerate(flows)}},
        "prohibitions": {f"x-{n}": a_ban(random) for n in range(random.randrange(4))},
    }


def transfers() -> Iterator[Transfer]:
    states = (True, False, None)
    facts = [
        {
            fact: state
            for fact, state in zip(("asked", "urgent"), pair, strict=True)
            if state is not None
        }
        for pair in product(states, states)
    ]
    moments = [instant(datetime.fromisoformat(f"{day}T12:00:00+01:00")) for day in DAYS]
    for asked in product(PARTIES, PARTIES, PURPOSES, SUBJECTS, facts, moments):
        sender, recipient, purpose, subject, known, at = asked
        yield Transfer(sender, recipient, purpose, subject, CATEGORIES, known, True, at)


TRANSFERS = tuple(transfers())


def index_of(declared: Declarations) -> Index:
    return compile_policy(ValidDeclarations(declared), "").index


@cache
def drawn(seed: int) -> Draft:
    return draft(**a_policy(Random(seed)))


def granting(of: Index, asked: Transfer) -> list[FlowEntry]:
    parties = asked.sender, asked.recipient, asked.purpose, asked.subject
    cell = settle(of, *parties, of.epoch(asked.at))
    met, _, _ = evaluate(cell, of.known(asked.facts), asked.has_reference)
    return [each.flow for each in met if each.grants]


def carries_both(of: Index, asked: Transfer) -> bool:
    flows = granting(of, asked)
    duties = of.parties[asked.recipient].duties.union(*(flow.duties for flow in flows))
    return bool(flows) and {"inform-subject", "withhold-notice"} <= duties


SEEDS = range(20)


def test_what_is_drawn_shows_both_sides_of_each_question() -> None:
    drafts = [drawn(seed) for seed in SEEDS]
    sides = [
        [bool(contradictions(of)) for of in drafts],
        [bool(superfluous(of)) for of in drafts],
        [
            any(map(Forbidding(of.declarations).wholly, of.declarations.flows.values()))
            for of in drafts
        ],
    ]
    for each in sides:
        assert min(each.count(True), each.count(False)) >= 2


@pytest.mark.parametrize("seed", SEEDS)
def test_duties_contradict_exactly_where_some_transfer_carries_both(seed: int) -> None:
    index = index_of(drawn(seed).declarations)
    said = {party for _, party in contradictions(drawn(seed))}
    shown = {asked.recipient for asked in TRANSFERS if carries_both(index, asked)}
    assert bool(said) is bool(shown)
    assert said <= shown


def effects(of: Index) -> list[tuple[Any, ...]]:
    """All that a transfer's answer means, whichever flows it rests on."""
    answers = (decide(of, asked) for asked in TRANSFERS)
    return [(answer.effect, answer.permitted, answer.duties) for answer in answers]


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_flow_that_adds_nothing_every_answer_is_the_same(seed: int) -> None:
    declared = drawn(seed).declarations
    before = effects(index_of(declared))
    for flow in superfluous(drawn(seed)):
        rest = {each: it for each, it in declared.flows.items() if each != flow}
        assert effects(index_of(Declarations(**{**vars_of(declared), "flows": rest}))) == before


def vars_of(declared: Declarations) -> dict[str, Any]:
    return {name: getattr(declared, name) for name in declared.__dataclass_fields__}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_answer_rests_on_a_flow_that_is_wholly_forbidden(seed: int) -> None:
    declared = drawn(seed).declarations
    forbidding = Forbidding(declared)
    gone = {each for each, flow in declared.flows.items() if forbidding.wholly(flow)}
    index = index_of(declared)
    used = {flow for asked in TRANSFERS for flow in decide(index, asked).rules}
    assert gone.isdisjoint(used)
    if not any(ban.unless or ban.valid for ban in declared.prohibitions.values()):
        grants = {flow.id for asked in TRANSFERS for flow in granting(index, asked)}
        assert grants - used <= gone
