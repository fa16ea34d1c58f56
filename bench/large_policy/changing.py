"""A made-up policy with a share of its flows changed, and with invariants that hold or not."""

from random import Random

from bench.large_policy.authoring import FACTS, Plain, Sections


def changed(written: Sections, share: float = 0.01, seed: int = 13) -> Sections:
    """The policy with a share of its flows changed: in the condition, or in the data."""
    random = Random(seed)
    flows = dict(written["flows"])
    for identifier in random.sample(sorted(flows), round(share * len(flows))):
        flows[identifier] = _changed(flows[identifier], random)
    return {**written, "flows": flows}


def _changed(flow: Plain, random: Random) -> Plain:
    if "when" in flow:
        return {key: value for key, value in flow.items() if key != "when"}
    if len(flow["data"]) > 1:
        return {**flow, "data": flow["data"][1:]}
    return {**flow, "when": random.choice(FACTS)}


def with_invariants(written: Sections, count: int = 50, seed: int = 17) -> Sections:
    """The policy with so many invariants, of each kind."""
    random = Random(seed)
    made = {f"invariant-{number}": _invariant(written, number, random) for number in range(count)}
    return {**written, "invariants": made}


def _invariant(written: Sections, number: int, random: Random) -> Plain:
    party, category, purpose = (
        random.choice(sorted(written[section]))
        for section in ("recipients", "categories", "purposes")
    )
    fact = random.choice(FACTS)
    claims: list[Plain] = [
        {"never": {"to": party, "data": [category], "given": {fact: False}}},
        {"always": {"match": {"to": party}, "duties": ["encrypt"]}},
        {"always": {"match": {"purpose": purpose}, "facts": {"objection": False}}},
        {"only": {"match": {"data": [category]}, "purpose": [purpose]}},
        {"no-path": {"from": [party], "to": ["data-subject"], "data": [category]}},
    ]
    label = f"Invariant {number}"
    return {"label": {"nl": label, "en": label}, **claims[number % len(claims)]}
