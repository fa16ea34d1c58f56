"""Every place at which a declaration can name another: misspelt there, it is found there."""

import json
from typing import Any

import pytest

from doelbinding.diagnostics import Finding, Severity
from doelbinding.loader import load_texts
from doelbinding.validator import validate
from doelbinding.validator.assemble import assemble
from doelbinding.validator.draft import Draft, Path, path_text
from doelbinding.validator.references import references
from tests.policies import MANIFEST, completed, source_of

MATCH = {
    "from": "library",
    "to": ["mailer", "printer"],
    "purpose": {"not": "survey"},
    "subjects": {"not": ["visitor"]},
    "data": "contact.email",
    "given": {"urgent": True},
}

POLICY: dict[str, Any] = completed(
    {
        **MANIFEST,
        "enforcement": [
            {
                "observe": {"purpose": "news", "from": ["library"], "to": ["printer"]},
                "until": "2027-03-01",
                "because": "Soon",
            }
        ],
        "categories": {"contact": {"clauses": ["stated"]}, "contact.email": {}},
        "subjects": {"member": {"clauses": ["stated"]}, "visitor": {}},
        "purposes": {
            "news": {
                "lawful-basis": "contract",
                "data": ["contact", "contact.email"],
                "subjects": ["member", "visitor"],
            },
            "survey": {},
        },
        "recipients": {
            "mailer": {
                "roles": [
                    {"role": "processor", "purposes": ["news"], "agreement": {"reference": "A"}}
                ]
            },
            "printer": {"roles": [{"role": "sub-processor", "of": "mailer"}]},
        },
        "facts": {"asked": {"clauses": ["stated"]}, "urgent": {}},
        "flows": {
            "one": {"from": "library", "to": "mailer", "purpose": "news", "when": "asked"},
            "several": {
                "clauses": ["stated"],
                "from": ["library", "data-subject"],
                "to": ["mailer", "printer"],
                "purpose": ["news"],
                "subjects": ["member", "visitor"],
                "data": ["contact"],
                "except": ["contact.email"],
                "when": {"any": ["asked", {"not": "urgent"}, {"all": ["consent", "asked"]}]},
            },
        },
        "prohibitions": {
            "one": {"from": "mailer", "to": "printer", "purpose": "survey", "unless": "urgent"},
            "several": {
                "clauses": ["stated"],
                "from": ["mailer"],
                "to": ["printer"],
                "purpose": ["survey"],
                "subjects": ["visitor"],
                "data": ["contact.email"],
                "unless": {"not": {"all": ["asked", "urgent"]}},
            },
        },
        "clauses": {
            "held": {"held-by": ["never-said", "default-deny"]},
            "twofold": {"clauses": ["held"], "informative": "It repeats."},
        },
        "findings": {"slip": {"clauses": ["held"]}},
        "invariants": {
            "never-said": {"never": MATCH, "clauses": ["held"]},
            "always-said": {"always": {"match": MATCH, "facts": {"asked": True}}},
            "only-there": {
                "only": {
                    "match": MATCH,
                    "from": "library",
                    "to": ["mailer"],
                    "purpose": ["news"],
                }
            },
            "no-way": {
                "no-path": {
                    "from": "library",
                    "to": "printer",
                    "data": ["contact"],
                    "given": {"urgent": True},
                }
            },
        },
    }
)
"""Each kind of reference, at each place where it can stand."""

KINDS = {
    "default-subject": "subject",
    "from": "party",
    "to": "party",
    "of": "recipient",
    "purpose": "purpose",
    "purposes": "purpose",
    "subjects": "subject",
    "data": "category",
    "except": "category",
    "when": "fact",
    "unless": "fact",
    "given": "fact",
    "facts": "fact",
    "clauses": "clause",
    "held-by": "invariant",
}
"""What a key names, wherever in a declaration it stands."""


def places(value: Any, kind: str, path: Path) -> list[tuple[Path, str, str]]:
    """Each id in what stands under a key: its path, its kind and the id."""
    if isinstance(value, str):
        return [(path, kind, value)]
    if isinstance(value, list):
        return [found for n, it in enumerate(value) for found in places(it, kind, (*path, n))]
    found: list[tuple[Path, str, str]] = []
    for key, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, bool):
            found.append(((*path, key), kind, key))  # a fact and its state
        else:
            found += places(inner, KINDS.get(key, kind), (*path, key))
    return found


def named() -> list[tuple[Path, str, str]]:
    """Each reference of the policy, found by the keys alone."""
    found: list[tuple[Path, str, str]] = [(("policy", "default-subject"), "subject", "member")]
    found += places(
        POLICY["enforcement"][0]["observe"], "", ("policy", "enforcement", 0, "observe")
    )
    for section in KINDS_OF_SECTION:
        for identifier, declaration in POLICY[section].items():
            for key, value in declaration.items():
                path: Path = (section, identifier, key)
                if key in KINDS:
                    found += places(value, KINDS[key], path)
                elif key in ("roles", "never", "always", "only", "no-path"):
                    found += [each for each in places(value, "", path) if each[1]]
    return found


KINDS_OF_SECTION = (
    *("categories", "subjects", "purposes", "recipients", "flows", "prohibitions", "facts"),
    *("clauses", "findings", "invariants"),
)


def misspelt(value: Any, path: Path) -> Any:
    """The same with one letter more in the id at that path."""
    if not path:
        return f"{value}x"
    step, *rest = path
    if isinstance(value, dict):
        if not rest and isinstance(value[step], bool):
            return {f"{key}x" if key == step else key: it for key, it in value.items()}
        return {key: misspelt(it, tuple(rest)) if key == step else it for key, it in value.items()}
    if isinstance(value, list):
        return [misspelt(it, tuple(rest)) if n == step else it for n, it in enumerate(value)]
    raise AssertionError(path)


def errors_in(policy: Any) -> tuple[str, list[Finding]]:
    text = json.dumps(policy, indent=1)
    found = validate(load_texts("policy", [("all.yaml", text)])).findings
    return text, [each for each in found if each.severity is Severity.ERROR]


def draft() -> Draft:
    return assemble(source_of(POLICY), None).draft


def test_the_policy_with_every_reference_has_no_error() -> None:
    assert errors_in(POLICY)[1] == []


def test_the_references_are_those_that_the_keys_show() -> None:
    seen = [(path_text(each.path), each.id) for each in references(draft())]
    # one id where a list may stand is the first of the list
    shown = {(path_text(path), identifier) for path, _, identifier in named()}
    assert {(path.removesuffix("[0]"), identifier) for path, identifier in seen} == {
        (path.removesuffix("[0]"), identifier) for path, identifier in shown
    }
    assert len(seen) == len(set(seen)) == len(named())


@pytest.mark.parametrize(
    ("path", "kind", "identifier"), named(), ids=[path_text(path) for path, _, _ in named()]
)
def test_a_misspelt_id_is_found_at_its_place_with_the_nearest_name(
    path: Path, kind: str, identifier: str
) -> None:
    within = path[1:] if path[0] == "policy" else path
    text, found = errors_in(misspelt(POLICY, within))
    wrong = [each for each in found if each.rule == "undeclared-id"]
    assert [each.message for each in wrong] == [f"no {kind} `{identifier}x` is declared"]
    place = wrong[0].place
    assert place is not None
    assert place.line == place.end_line
    assert place.excerpt[place.column - 1 : place.end_column - 1] == f'"{identifier}x"'
    assert text.count(f'"{identifier}x"') == 1
    holder = "Declare it, or name what the engine holds: `announcement`, `default-deny`."
    suggestion = f"Did you mean `{identifier}`?"
    assert wrong[0].help == (holder if kind == "invariant" else suggestion)


def test_what_is_named_are_the_ids_of_all_references_by_their_kinds() -> None:
    found = draft().named
    assert found["fact"] == {"asked", "urgent", "consent"}
    assert found["category"] == {"contact", "contact.email"}
    for kind, names in found.items():
        assert names == {each.id for each in references(draft()) if each.kind == kind}


def test_so_many_misspelt_names_get_a_suggestion_and_each_gets_its_finding() -> None:
    flows = {
        f"f-{n}": {"label": "F", "from": "library", "to": "mailer", "purpose": f"news{n}"}
        for n in range(150)
    }
    _, found = errors_in({**POLICY, "flows": {**POLICY["flows"], **flows}})
    assert len(found) == len(flows)
    assert sum(each.help.startswith("Did you mean") for each in found) == 100
