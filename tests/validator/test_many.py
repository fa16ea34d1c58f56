"""Many flows, parties and faults: the work and what is said grow with the policy, not faster."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from doelbinding.diagnostics import Finding
from doelbinding.loader import load_texts
from doelbinding.validator import RULES, validate
from doelbinding.validator.assemble import assemble
from tests.policies import BASE, changed, completed, source_of

Flow = dict[str, Any]
FLOW: Flow = {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"]}
FEW, MANY = 100, 400


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, in Python and in C, for some work."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def same(number: int) -> Flow:
    return FLOW


def each_to_its_own(number: int) -> Flow:
    return {**FLOW, "to": f"r-{number}", "purpose": f"p-{number}"}


def each_from_its_own(number: int) -> Flow:
    return {**FLOW, "from": f"r-{number}"}


def each_under_its_own_condition(number: int) -> Flow:
    return {**FLOW, "when": {"all": ["asked", f"f-{number}"]}}


def each_of_its_own_data(number: int) -> Flow:
    return {**FLOW, "data": [f"c-{number}"]}


def each_about_its_own_people(number: int) -> Flow:
    return {**FLOW, "subjects": [f"s-{number}"]}


def half_telling_half_silent(number: int) -> Flow:
    duty, when = ("inform-subject", "asked") if number % 2 else ("withhold-notice", None)
    return {**FLOW, "duties": [duty], "when": when or {"not": "asked"}}


def telling_and_silent_to_its_own(number: int) -> Flow:
    duty = "inform-subject" if number % 2 else "withhold-notice"
    return {**FLOW, "to": f"r-{number}", "duties": [duty]}


SHAPES = (
    same,
    each_to_its_own,
    each_from_its_own,
    each_under_its_own_condition,
    each_of_its_own_data,
    each_about_its_own_people,
    half_telling_half_silent,
    telling_and_silent_to_its_own,
)


def policy(shape: Callable[[int], Flow], size: int) -> dict[str, Any]:
    numbers = range(size)
    data = ["contact", *(f"c-{n}" for n in numbers)]
    purpose = {"lawful-basis": "contract", "data": ["contact"]}
    changes: dict[str, Any] = {
        "categories": {f"c-{n}": {} for n in numbers},
        "subjects": {f"s-{n}": {} for n in numbers},
        "purposes": {"news": {"data": data}, **{f"p-{n}": purpose for n in numbers}},
        "recipients": {f"r-{n}": {"roles": [{"role": "controller"}]} for n in numbers},
        "facts": {f"f-{n}": {} for n in numbers},
        "flows": {"news-mail": None, **{f"x-{n}": shape(n) for n in numbers}},
        "prohibitions": {f"b-{n}": {"to": f"r-{n}", "data": ["name"]} for n in range(5)},
    }
    return completed(changed(BASE, changes))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_rule_compares_all_flows_with_all(shape: Callable[[int], Flow]) -> None:
    few, many = (assemble(source_of(policy(shape, size)), None).draft for size in (FEW, MANY))
    for rule in RULES:
        before = calls(lambda: list(rule.findings(few)))  # noqa: B023 - called at once
        after = calls(lambda: list(rule.findings(many)))  # noqa: B023 - called at once
        assert after < 6 * before + 2_000, (rule.id, before, after)


def faulty(size: int, **wrong: Any) -> str:
    """JSON, which is YAML, a key a line."""
    flows = {f"x-{n}": {**FLOW, "label": "F", **wrong} for n in range(size)}
    return json.dumps({**completed(BASE), "flows": flows}, indent=1)


@pytest.mark.parametrize("wrong", [{"label": None}, {"label": 7}, {"colour": "red"}, {"data": []}])
def test_putting_faulty_declarations_together_takes_work_in_proportion(
    wrong: dict[str, Any],
) -> None:
    few, many = (load_texts("policy", [("a.yaml", faulty(n, **wrong))]) for n in (FEW, MANY))
    assert calls(lambda: assemble(many, None)) < 6 * calls(lambda: assemble(few, None))


# ── What is said ─────────────────────────────────────────────────────────────────────────────────


def errors_in(**changes: Any) -> list[Finding]:
    found = validate(source_of(completed(changed(BASE, changes)))).findings
    return [each for each in found if each.severity == "error"]


def test_a_party_without_role_for_many_purposes_is_one_finding() -> None:
    purpose = {"lawful-basis": "contract", "data": ["contact"]}
    purposes = {f"p-{n}": purpose for n in range(40)}
    flow = {**FLOW, "to": ["mailer", "printer"], "purpose": [*purposes]}
    (found,) = errors_in(purposes=purposes, flows={"wide": flow})
    assert found.message == "`mailer` has no role for the purpose `p-0` and 39 more"
    assert found.path == "flows.wide.to[0]"


def test_data_over_many_ceilings_are_one_finding() -> None:
    purpose = {"lawful-basis": "contract", "data": ["contact"]}
    purposes = {f"p-{n}": purpose for n in range(40)}
    flow = {**FLOW, "to": "printer", "purpose": [*purposes], "data": ["contact", "loans"]}
    (found,) = errors_in(purposes=purposes, flows={"wide": flow})
    assert found.message == ("`loans` is not within the data of the purpose `p-0`, nor of 39 more")
    assert found.path == "flows.wide.data[1]"


def sub_processors(links: dict[str, str]) -> dict[str, Any]:
    return {it: {"roles": [{"role": "sub-processor", "of": of}]} for it, of in links.items()}


def test_a_circle_is_told_once_and_a_large_one_in_short() -> None:
    parties = {f"r-{n:03}": f"r-{(n + 1) % 500:03}" for n in range(500)}
    (found,) = errors_in(recipients=sub_processors(parties))
    assert found.path == "recipients.r-000.roles[0].of"
    assert found.message.count("→") == 7
    assert found.message.endswith("`r-005` → … → `r-000`")


def test_two_circles_are_told_apart_and_who_stands_outside_is_not_blamed() -> None:
    links = {"a": "b", "b": "a", "c": "d", "d": "c", "outside": "a"}
    found = errors_in(recipients=sub_processors(links))
    assert [each.message for each in found] == [
        "`a` works for itself: `a` → `b` → `a`",
        "`c` works for itself: `c` → `d` → `c`",
    ]


def test_a_party_that_inherits_the_role_of_working_for_itself_is_found() -> None:
    found = errors_in(recipients={**sub_processors({"a": "a.west"}), "a.west": {}})
    assert [each.message for each in found] == ["`a.west` works for itself: `a.west` → `a.west`"]


@pytest.mark.parametrize(("length", "wrong"), [(32, []), (33, ["r-33"]), (60, ["r-33"])])
def test_a_chain_of_sub_processors_has_an_end_in_sight(length: int, wrong: list[str]) -> None:
    links = {f"r-{n}": f"r-{n - 1}" if n > 1 else "mailer" for n in range(1, length + 1)}
    found = errors_in(recipients=sub_processors(links))
    assert [each.path for each in found] == [f"recipients.{each}.roles" for each in wrong]


def test_lists_of_other_names_than_ids_name_each_once_too() -> None:
    found = validate(
        source_of(
            completed(
                changed(
                    BASE,
                    {
                        "languages": ["nl", "en", "nl"],
                        "recipients": {
                            "mailer": {"endpoints": ["a:b", "a:b"], "duties": ["encrypt"] * 2}
                        },
                        "flows": {"news-mail": {"duties": ["encrypt", "encrypt"]}},
                    },
                )
            )
        )
    ).findings
    assert [each.path for each in found if each.rule == "duplicate-item"] == [
        "policy.languages[2]",
        "recipients.mailer.endpoints[1]",
        "recipients.mailer.duties[1]",
        "flows.news-mail.duties[1]",
    ]
