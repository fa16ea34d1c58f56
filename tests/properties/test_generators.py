"""The generators make valid policies, of every kind, and transfers close to what they allow."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from tests.properties.generators import (
    Policy,
    generate_policy,
    generate_transfer,
    resplit,
    serialise,
)
from tests.properties.strategies import policies, policies_with_transfers
from tests.properties.views import (
    BUILT_IN,
    SECTIONS,
    View,
    can_hold,
    depth_of,
    facts_in,
    listed,
    minimal_terms,
    upward,
    values_in,
    within,
)

COUNT = 300
VIEWS = [View(generate_policy(Random(seed))) for seed in range(COUNT)]
EEA = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO"
HIERARCHIES = ("categories", "subjects", "purposes", "recipients")
KEYS = {
    "categories": "protection anonymous",
    "subjects": "",
    "purposes": "lawful-basis law objection direct-marketing explicit-consent valid"
    " special-category-condition subjects data retention announcement always-enforced",
    "recipients": "legal-name country class endpoints duties roles valid always-enforced",
    "flows": "from to purpose subjects data except when effect reference duties valid",
    "prohibitions": "from to purpose subjects data unless valid always-enforced",
    "facts": "",
    "clauses": "span sha256 informative held-by",
}


def each(check: Callable[[View], None]) -> Callable[[], None]:
    """A test of every policy, which names the seed of the one that fails."""

    def run() -> None:
        for seed, view in enumerate(VIEWS):
            try:
                check(view)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {error}") from error

    run.__name__, run.__doc__ = check.__name__, check.__doc__
    return run


# What every policy must keep to.


@each
def test_every_id_is_kebab_words_and_every_prefix_is_declared(view: View) -> None:
    for name in SECTIONS:
        for identifier in view.sections[name]:
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)*", identifier), identifier
    for name in HIERARCHIES:
        for identifier in view.sections[name]:
            assert set(upward(identifier)) <= set(view.sections[name]), identifier


@each
def test_nothing_is_empty_or_null_or_listed_twice(view: View) -> None:
    for value in values_in(view.policy):
        assert value is not None
        assert value not in ([], {}, "")
        assert isinstance(value, (str, int, bool, list, dict))
        if isinstance(value, list) and not isinstance(value[0], int):
            assert len(set(map(repr, value))) == len(value)


@each
def test_every_declaration_has_a_label_and_only_known_keys(view: View) -> None:
    common = {"label", "description", "assumption", "clauses"}
    for name in SECTIONS:
        for identifier, declaration in view.sections[name].items():
            assert "label" in declaration, identifier
            assert set(declaration) <= common | set(KEYS[name].split()), identifier
    for flow in view.flows.values():
        assert {"from", "to", "purpose"} <= set(flow)


@each
def test_every_id_that_is_named_is_declared(view: View) -> None:
    named: dict[str, set[str]] = {name: set() for name in SECTIONS}
    parties: set[str] = set()
    for name in SECTIONS:
        for declaration in view.sections[name].values():
            named["categories"].update(declaration.get("data", []), declaration.get("except", []))
            named["subjects"].update(declaration.get("subjects", []))
            named["purposes"].update(listed(declaration.get("purpose")))
            named["clauses"].update(declaration.get("clauses", []))
            parties.update(listed(declaration.get("from")), listed(declaration.get("to")))
            for role in declaration.get("roles", []):
                named["purposes"].update(role.get("purposes", []))
                named["recipients"].update(listed(role.get("of")))
    named["subjects"].add(view.manifest["default-subject"])
    assert parties <= view.parties
    for name, identifiers in named.items():
        assert identifiers <= set(view.sections[name])


@each
def test_no_recipient_is_the_controller_or_the_person(view: View) -> None:
    reserved = (view.controller, "data-subject")
    assert not any(within(name, reserved) for name in view.sections["recipients"])


@each
def test_every_served_purpose_has_a_basis_and_a_ceiling(view: View) -> None:
    for name in view.all_served():
        assert view.purpose(name, "lawful-basis"), name
        assert view.purpose(name, "data"), name


@each
def test_ceilings_and_subjects_only_narrow(view: View) -> None:
    for key, section in (("data", "categories"), ("subjects", "subjects")):
        for name, purpose in view.sections["purposes"].items():
            for upper in upward(name)[1:]:
                limit = view.purpose(upper, key)
                if limit and key in purpose:
                    assert view.expand(purpose[key], section) <= view.expand(limit, section), name


@each
def test_the_data_of_a_flow_are_under_the_ceiling_of_each_purpose_named(view: View) -> None:
    for name, flow in view.flows.items():
        data = view.expand(flow.get("data")) - view.expand(flow.get("except"))
        for purpose in listed(flow["purpose"]):
            assert data <= view.expand(view.purpose(purpose, "data")), name


@each
def test_every_recipient_named_in_a_flow_has_a_role_for_each_purpose_named(view: View) -> None:
    for name, flow in view.flows.items():
        for party in set(listed(flow["to"])) & set(view.sections["recipients"]):
            assert all(view.covers(party, purpose) for purpose in listed(flow["purpose"])), name


@each
def test_roles_have_the_purposes_agreements_and_processors_they_need(view: View) -> None:
    processors = ("processor", "sub-processor")
    for party in view.sections["recipients"]:
        for role in view.roles(party):
            assert role["role"] not in processors or {"purposes", "agreement"} <= set(role)
            assert role["role"] != "joint-controller" or "agreement" in role
            assert ("of" in role) == (role["role"] == "sub-processor")
            if "of" in role:
                assert any(found["role"] in processors for found in view.roles(role["of"]))


@each
def test_no_chain_of_sub_processors_is_a_circle(view: View) -> None:
    works_for = {
        party: {role["of"] for role in view.roles(party) if "of" in role}
        for party in view.sections["recipients"]
    }
    for party, reached in works_for.items():
        for _ in works_for:
            reached = reached.union(*(works_for[other] for other in reached))
        assert party not in reached


@each
def test_every_role_outside_the_eea_has_a_safeguard(view: View) -> None:
    for party in view.sections["recipients"]:
        if view.stated("recipients", party, "country") not in {None, *EEA.split()}:
            assert all("safeguard" in role for role in view.roles(party)), party


@each
def test_protected_data_in_a_ceiling_have_a_ground(view: View) -> None:
    categories = view.sections["categories"]
    protected = {c for c in categories if view.stated("categories", c, "protection")}
    protected -= {c for c in protected if view.stated("categories", c, "protection") == "none"}
    for name in view.sections["purposes"]:
        if view.expand(view.purpose(name, "data")) & protected:
            nearest = [view.sections["purposes"][upper] for upper in upward(name)]
            consents = [p["explicit-consent"] for p in nearest if "explicit-consent" in p]
            assert consents[:1] == [True] or view.purpose(name, "special-category-condition")


@each
def test_a_public_task_and_a_legal_obligation_name_the_law(view: View) -> None:
    for name in view.sections["purposes"]:
        if view.purpose(name, "lawful-basis") in ("public-task", "legal-obligation"):
            assert view.purpose(name, "law"), name


@each
def test_flows_to_an_authority_are_logged_with_a_reference(view: View) -> None:
    for flow in view.flows.values():
        kinds = {
            role["role"]
            for party in view.inside(flow["to"]) & set(view.sections["recipients"])
            for role in view.roles(party)
        }
        if "authority" in kinds:
            assert (flow.get("effect"), flow.get("reference")) == ("log", "required")


@each
def test_every_clause_is_covered_or_held_or_informative(view: View) -> None:
    covered = {
        clause
        for name in SECTIONS
        for declaration in view.sections[name].values()
        for clause in declaration.get("clauses", [])
    }
    for name, clause in view.sections["clauses"].items():
        assert (name in covered) + ("held-by" in clause) + ("informative" in clause) == 1, name


@each
def test_every_served_purpose_has_a_clause_or_an_announcement_or_consent(view: View) -> None:
    for name in view.all_served():
        consent = view.purpose(name, "lawful-basis") == "consent"
        assert consent or view.purpose(name, "announcement") or view.purpose(name, "clauses")


@each
def test_conditions_keep_within_the_limits(view: View) -> None:
    for condition, _ in view.conditions():
        assert facts_in(condition) <= {*view.sections["facts"], *BUILT_IN}
        assert len(facts_in(condition)) <= 12
        assert depth_of(condition) <= 4
        assert len(minimal_terms(condition)) <= 64


@each
def test_conditions_can_hold_alone_and_beside_what_each_purpose_demands(view: View) -> None:
    for condition, demands in view.conditions():
        assert all(can_hold(condition, demand) for demand in [{}, *demands]), condition


@each
def test_no_period_is_empty(view: View) -> None:
    for period in view.periods():
        first, last = period.get("from", "2000-01-01"), period["until"]
        assert date.fromisoformat(first) <= date.fromisoformat(last)


@each
def test_no_transfer_can_be_given_both_notice_duties(view: View) -> None:
    for party in view.parties:
        lineage = [view.sections["recipients"].get(upper, {}) for upper in upward(party)]
        own = {duty for declaration in lineage for duty in declaration.get("duties", [])}
        flows = [flow for flow in view.flows.values() if party in view.inside(flow["to"])]
        for purpose in view.sections["purposes"]:
            mine = [flow for flow in flows if purpose in view.served(flow)]
            duties = own.union(*(flow.get("duties", []) for flow in mine))
            assert not {"inform-subject", "withhold-notice"} <= duties, party


# What must occur often enough.


def declarations(view: View, name: str) -> list[dict[str, Any]]:
    """The declarations of a section."""
    return list(view.sections[name].values())


def any_key(view: View, name: str, key: str, value: Any = None) -> bool:
    """Whether a declaration of the section states the key, and this value if one is given."""
    found = [item[key] for item in declarations(view, name) if key in item]
    return bool(found) if value is None else value in found


def roles_of(view: View) -> list[dict[str, Any]]:
    """All roles that are stated."""
    return [role for item in declarations(view, "recipients") for role in item.get("roles", [])]


def has_chain(view: View) -> bool:
    """Whether a sub-processor works for a sub-processor."""
    return any(
        above["role"] == "sub-processor"
        for role in roles_of(view)
        if "of" in role
        for above in view.roles(role["of"])
    )


def names_parent(view: View, key: str, section: str) -> bool:
    """Whether a flow names something that has others below it."""
    named = {name for flow in view.flows.values() for name in listed(flow[key])}
    return any(len(view.expand([name], section)) > 1 for name in named)


def overlaps(view: View) -> bool:
    """Whether three flows compete for one transfer."""
    cells = Counter(
        (sender, recipient, purpose)
        for flow in view.flows.values()
        for sender in view.inside(flow["from"])
        for recipient in view.inside(flow["to"])
        for purpose in view.served(flow)
    )
    return any(count > 2 for count in cells.values())


def lacks_role(view: View) -> bool:
    """Whether a party below one that a flow names has no role for a purpose of that flow."""
    return any(
        not view.covers(party, purpose)
        for flow in view.flows.values()
        for party in view.inside(flow["to"]) & set(view.sections["recipients"])
        for purpose in view.served(flow)
    )


def condition_with(view: View, test: Callable[[Any], bool]) -> bool:
    """Whether a condition passes the test."""
    return any(test(condition) for condition, _ in view.conditions())


def dates_outside(view: View, key: str) -> bool:
    """Whether an agreement begins or ends outside 2024-2028."""
    agreements = [role["agreement"] for role in roles_of(view) if "agreement" in role]
    return any(not "2024" <= found[key] < "2029" for found in agreements if key in found)


def narrows(view: View, key: str) -> bool:
    """Whether a purpose states a key that stands above it too."""
    return any(
        key in purpose and any(view.purpose(upper, key) for upper in upward(name)[1:])
        for name, purpose in view.sections["purposes"].items()
    )


def ends_marketing(view: View) -> bool:
    """Whether `direct-marketing: false` ends what stands above."""
    return any(
        purpose.get("direct-marketing") is False
        and any(view.purpose(upper, "direct-marketing") for upper in upward(name)[1:])
        for name, purpose in view.sections["purposes"].items()
    )


def valid_above(view: View, section: str) -> bool:
    """Whether a period stands on something that has others below it."""
    return any(
        "valid" in item and len(view.expand([name], section)) > 1
        for name, item in view.sections[section].items()
    )


FEATURES: dict[str, tuple[int, Callable[[View], bool]]] = {
    "three flows compete": (150, overlaps),
    "a parent purpose in a flow": (100, lambda v: names_parent(v, "purpose", "purposes")),
    "a parent party in to": (100, lambda v: names_parent(v, "to", "recipients")),
    "a parent party in from": (100, lambda v: names_parent(v, "from", "recipients")),
    "a lower party without role": (40, lacks_role),
    "a chain of sub-processors": (40, has_chain),
    "several roles": (100, lambda v: any(len(v.roles(p)) > 1 for p in v.sections["recipients"])),
    "an authority in a flow": (
        15,
        lambda v: any(
            role["role"] == "authority"
            for flow in v.flows.values()
            for party in v.inside(flow["to"]) & set(v.sections["recipients"])
            for role in v.roles(party)
        ),
    ),
    "an agreement from before 2024": (50, lambda v: dates_outside(v, "from")),
    "an agreement until after 2028": (50, lambda v: dates_outside(v, "until")),
    "an endless agreement": (
        50,
        lambda v: any("until" not in role.get("agreement", {"until": 0}) for role in roles_of(v)),
    ),
    "a safeguard with a period": (
        40,
        lambda v: any({"from", "until"} & set(role.get("safeguard", {})) for role in roles_of(v)),
    ),
    "a controller with an agreement": (
        15,
        lambda v: any(role["role"] == "controller" and "agreement" in role for role in roles_of(v)),
    ),
    "a ceiling narrowed": (100, lambda v: narrows(v, "data")),
    "subjects narrowed": (30, lambda v: narrows(v, "subjects")),
    "marketing ended below": (8, ends_marketing),
    "an announcement": (60, lambda v: any_key(v, "purposes", "announcement")),
    "explicit consent": (60, lambda v: any_key(v, "purposes", "explicit-consent", True)),
    "another ground": (60, lambda v: any_key(v, "purposes", "special-category-condition")),
    "an objection heard": (60, lambda v: any_key(v, "purposes", "objection")),
    "direct marketing": (60, lambda v: any_key(v, "purposes", "direct-marketing", True)),
    "a purpose with a period": (100, lambda v: any_key(v, "purposes", "valid")),
    "a parent purpose with a period": (50, lambda v: valid_above(v, "purposes")),
    "a recipient with a period": (60, lambda v: any_key(v, "recipients", "valid")),
    "a parent recipient with a period": (20, lambda v: valid_above(v, "recipients")),
    "a flow with a period": (150, lambda v: any_key(v, "flows", "valid")),
    "a prohibition with a period": (40, lambda v: any_key(v, "prohibitions", "valid")),
    "a prohibition lifted": (80, lambda v: any_key(v, "prohibitions", "unless")),
    "a prohibition of all data": (
        40,
        lambda v: any("data" not in item for item in declarations(v, "prohibitions")),
    ),
    "a prohibition beside a flow of that id": (
        5,
        lambda v: bool(set(v.flows) & set(v.sections["prohibitions"])),
    ),
    "a flow without data": (100, lambda v: any("data" not in f for f in v.flows.values())),
    "a flow with exceptions": (100, lambda v: any_key(v, "flows", "except")),
    "a flow with subjects": (100, lambda v: any_key(v, "flows", "subjects")),
    "a flow from the person": (
        60,
        lambda v: any("data-subject" in listed(f["from"]) for f in v.flows.values()),
    ),
    "a flow to the person": (
        60,
        lambda v: any("data-subject" in listed(f["to"]) for f in v.flows.values()),
    ),
    "a flow to the controller": (
        60,
        lambda v: any(v.controller in listed(f["to"]) for f in v.flows.values()),
    ),
    "a list in a flow": (
        150,
        lambda v: all(
            any(isinstance(f[key], list) for f in v.flows.values()) for key in ("from", "to")
        ),
    ),
    "effect log": (100, lambda v: any_key(v, "flows", "effect", "log")),
    "effect allow": (50, lambda v: any_key(v, "flows", "effect", "allow")),
    "a reference required": (100, lambda v: any_key(v, "flows", "reference", "required")),
    "duties of a flow": (100, lambda v: any_key(v, "flows", "duties")),
    "duties of a recipient": (100, lambda v: any_key(v, "recipients", "duties")),
    "a class": (80, lambda v: any_key(v, "recipients", "class", True)),
    "a deep condition": (100, lambda v: condition_with(v, lambda c: depth_of(c) >= 3)),
    "consent in a condition": (50, lambda v: condition_with(v, lambda c: "consent" in facts_in(c))),
    "objection in a condition": (
        50,
        lambda v: condition_with(v, lambda c: "objection" in facts_in(c)),
    ),
    "a condition at both limits": (
        3,
        lambda v: condition_with(
            v, lambda c: (len(facts_in(c)), len(minimal_terms(c))) == (12, 64)
        ),
    ),
    "informative clauses": (40, lambda v: any_key(v, "clauses", "informative")),
    "held clauses": (40, lambda v: any_key(v, "clauses", "held-by")),
    "three levels": (
        100,
        lambda v: all(
            any(name.count(".") == 2 for name in v.sections[section])
            for section in ("categories", "purposes")
        ),
    ),
    "another time zone": (80, lambda v: v.manifest["timezone"] != "Europe/Amsterdam"),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_occurs_in_enough_policies(feature: str) -> None:
    least, occurs = FEATURES[feature]
    assert sum(map(occurs, VIEWS)) >= least


def test_every_basis_role_protection_safeguard_duty_and_zone_occurs() -> None:
    texts = Counter(value for v in VIEWS for value in values_in(v.policy) if isinstance(value, str))
    expected = "consent contract legal-obligation vital-interests public-task legitimate-interests"
    expected += " controller joint-controller processor sub-processor authority special criminal"
    expected += " national-id none adequacy standard-clauses binding-rules derogation encrypt"
    expected += " pseudonymise inform-subject withhold-notice delete-after-use"
    expected += " Europe/Amsterdam America/Sao_Paulo Africa/Cairo Asia/Beirut Pacific/Apia"
    expected += " America/St_Johns UTC"
    assert {word: texts[word] for word in expected.split() if texts[word] < 5} == {}


def test_a_seed_gives_the_same_policy_and_transfers_again() -> None:
    for seed in range(20):
        first, second = Random(seed), Random(seed)
        left, right = generate_policy(first), generate_policy(second)
        assert left == right
        assert generate_transfer(first, left) == generate_transfer(second, right)


def test_a_larger_size_gives_more_of_everything() -> None:
    view = View(generate_policy(Random(1), size=4))
    assert len(view.sections["categories"]) >= 32
    assert len(view.sections["purposes"]) >= 20
    assert len(view.flows) >= 16


# Transfers.


def transfers(per_policy: int = 20) -> list[tuple[View, dict[str, Any]]]:
    """Transfers for every policy."""
    random = Random(7)
    return [(v, generate_transfer(random, v.policy)) for v in VIEWS for _ in range(per_policy)]


TRANSFERS = transfers()


def test_transfers_have_the_fields_and_types_of_the_question() -> None:
    optional = {"sender", "subject", "facts", "reference"}
    required = {"recipient", "purpose", "data", "at"}
    left_out: Counter[str] = Counter()
    for _, transfer in TRANSFERS:
        assert required <= set(transfer) <= required | optional
        assert all(isinstance(name, str) for name in transfer["data"])
        assert set(transfer.get("facts", {}).values()) <= {True, False, None}
        assert isinstance(transfer.get("reference", ""), str)
        assert datetime.fromisoformat(transfer["at"]).utcoffset() is not None
        left_out.update(optional - set(transfer))
    assert all(left_out[key] > 100 for key in optional), left_out


def candidates(view: View, transfer: dict[str, Any]) -> list[dict[str, Any]]:
    """The flows that name the parties and the purpose of a transfer."""
    return [
        flow
        for flow in view.flows.values()
        if transfer.get("sender", view.controller) in view.inside(flow["from"])
        and transfer["recipient"] in view.inside(flow["to"])
        and transfer["purpose"] in view.served(flow)
    ]


def test_most_transfers_have_a_candidate_that_grants_their_data() -> None:
    met = 0
    for view, transfer in TRANSFERS:
        if not (found := candidates(view, transfer)):
            continue
        ceiling = view.expand(view.purpose(transfer["purpose"], "data"))
        asked = view.expand(transfer["data"])
        met += any(
            bool(asked)
            and asked <= (view.expand(flow["data"]) if "data" in flow else ceiling) & ceiling
            for flow in found
        )
    assert met > len(TRANSFERS) * 0.5


NEAR_MISSES: dict[str, Callable[[View, dict[str, Any]], bool]] = {
    "no data": lambda v, t: not t["data"],
    "a name twice": lambda v, t: len(set(t["data"])) < len(t["data"]),
    "an unknown category": lambda v, t: not set(t["data"]) <= set(v.sections["categories"]),
    "an unknown sender": lambda v, t: t.get("sender", v.controller) not in v.parties,
    "an unknown recipient": lambda v, t: t["recipient"] not in v.parties,
    "an unknown purpose": lambda v, t: t["purpose"] not in v.sections["purposes"],
    "an unknown subject": lambda v, t: (
        t.get("subject", v.manifest["default-subject"]) not in v.sections["subjects"]
    ),
    "an undeclared fact": lambda v, t: (
        not set(t.get("facts", {})) <= {*v.sections["facts"], *BUILT_IN}
    ),
    "a fact that is none": lambda v, t: None in t.get("facts", {}).values(),
    "a malformed reference": lambda v, t: (
        not re.fullmatch(r"[A-Za-z0-9._/:-]{1,64}", t.get("reference", "0"), re.ASCII)
    ),
    "the longest reference": lambda v, t: len(t.get("reference", "")) == 64,
    "no candidate": lambda v, t: not candidates(v, t),
}


@pytest.mark.parametrize("miss", NEAR_MISSES)
def test_each_way_to_miss_occurs_often_enough(miss: str) -> None:
    assert sum(NEAR_MISSES[miss](view, transfer) for view, transfer in TRANSFERS) >= 30


def test_many_transfers_stand_exactly_on_either_side_of_a_boundary() -> None:
    sides: Counter[str] = Counter()
    for view, transfer in TRANSFERS:
        ends = boundaries(view)
        moment = datetime.fromisoformat(transfer["at"]).astimezone(UTC)
        sides["after"] += moment in ends
        sides["before"] += moment + timedelta(microseconds=1) in ends
    assert min(sides["after"], sides["before"]) > len(TRANSFERS) * 0.04


def boundaries(view: View) -> set[datetime]:
    """The moments at which something begins or has ended."""
    zone = ZoneInfo(view.manifest["timezone"])
    found = set()
    for value in values_in(view.policy):
        if not isinstance(value, dict):
            continue
        for key, later in (("from", 0), ("until", 1), ("refusal-until", 1)):
            text = value.get(key)
            if isinstance(text, str) and text[0].isdigit():
                day = date.fromisoformat(text) + timedelta(days=later)
                found.add(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC))
    return found


def test_transfers_of_a_policy_split_otherwise_are_made_too() -> None:
    policy = resplit(VIEWS[0].policy, Random(3))
    assert generate_transfer(Random(1), policy) == generate_transfer(Random(1), VIEWS[0].policy)


# Layout.


class CoreLoader(yaml.SafeLoader):
    """Reads plain scalars by the rules of the YAML 1.2 core schema, and refuses repeated keys."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the base class has it

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys are different texts."""
        keys = [self.construct_object(key) for key, _ in node.value]
        assert all(isinstance(key, str) for key in keys)
        assert len(set(keys)) == len(keys)
        return super().construct_mapping(node, deep)


def _core(kind: str, pattern: str) -> None:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern), None)


_core("null", r"^(null|Null|NULL|~|)$")
_core("bool", r"^(true|True|TRUE|false|False|FALSE)$")
_core("int", r"^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$")
_core("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_core("float", r"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$")


def test_texts_read_by_the_core_schema_give_the_same_policy() -> None:
    for seed, view in enumerate(VIEWS):
        texts = serialise(view.policy, Random(seed))
        read = {name: yaml.load(text, CoreLoader) for name, text in texts.items()}  # noqa: S506 - a safe one
        assert read == view.policy
        assert not any(re.search(r"[:-] [&*!]", text) for text in texts.values())


def test_texts_vary_in_layout_and_in_order() -> None:
    texts = {serialise(VIEWS[0].policy, Random(seed))["flows.yaml"] for seed in range(20)}
    assert len(texts) == 20
    assert any(text.startswith("{") for text in texts)
    assert any("\nflows:\n" in "\n" + text for text in texts)


def test_plain_words_that_only_older_yaml_misreads_occur_bare() -> None:
    policy: Policy = {"a.yaml": {"label": ["NO", "off", "12:30", "2024-01-01", "1e3", "0o7"]}}
    texts = [serialise(policy, Random(seed))["a.yaml"] for seed in range(40)]
    assert any(re.search(r"[ \[]off\b", text) for text in texts)
    assert not any(re.search(r"[- \[]\b(1e3|0o7)\b", text) for text in texts)


def test_a_resplit_holds_the_same_declarations_once_each() -> None:
    several = 0
    for seed, view in enumerate(VIEWS):
        files = resplit(view.policy, Random(seed))
        again = View(files)
        assert (again.sections, again.manifest) == (view.sections, view.manifest)
        assert all(files.values())
        several += sum("flows" in content for content in files.values()) > 1
        for section in SECTIONS:
            parts: list[Any] = [content.get(section, {}) for content in files.values()]
            assert sum(map(len, parts)) == len(view.sections[section])
    assert several > COUNT / 3


# Hypothesis.

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW, database=None)
@given(policies())
def test_the_strategy_gives_policies(policy: Policy) -> None:
    assert View(policy).flows


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW, database=None)
@given(policies_with_transfers(3))
def test_the_strategy_gives_transfers(drawn: tuple[Policy, list[dict[str, object]]]) -> None:
    assert len(drawn[1]) == 3
