"""What the JSON Schemas of the policy language admit, refuse, and say about it."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable

from doelbinding.model.flows import DUTIES
from doelbinding.validator.schemas import declaration_schema

FOLDER = Path(__file__).parents[2] / "engine/doelbinding/validator/schemas"
SCHEMAS: dict[str, Any] = {
    file.name: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted(FOLDER.glob("*.json"))
}
REGISTRY: Registry[Any] = Registry().with_resources(
    (name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items()
)
POLICY_FILE = Draft202012Validator(SCHEMAS["policy.json"], registry=REGISTRY)

SHARED: dict[str, Any] = {
    "label": {"nl": "Omschrijving", "en": "Label"},
    "description": "An explanation.",
    "clauses": ["purpose.newsletter"],
    "assumption": {"nl": "De verklaring zwijgt hierover."},
    "accept": [{"rule": "unused-fact", "until": "2027-01-01", "because": "Wanted next year."}],
}
VALID = {"from": "2024-01-01", "until": "2027-12-31"}
AGREEMENT = {"reference": "VO-2024-06", "from": "2024-06-01", "until": "2027-06-30"}
SAFEGUARD = {
    "kind": "adequacy",
    "reference": "2023/1795",
    "from": "2023-07-10",
    "until": "2030-01-01",
}
SPAN = {"from": [24, 4], "to": [24, 209]}
MATCH = {
    "from": "kb",
    "to": {"not": "bibliotheek-almelo"},
    "purpose": ["marketing", "research"],
    "subjects": {"not": ["member.minor"]},
    "data": ["loans.ebooks.titles"],
    "given": {"legal-demand": False},
}

# Every key of the language stands here at least once, with a value that is allowed.
EXAMPLE: dict[str, Any] = {
    "doelbinding": 1,
    "policy": "bibliotheek-almelo",
    "revision": 1,
    "controller": {
        "id": "bibliotheek-almelo",
        "label": {"nl": "Bibliotheek Almelo", "en": "Almelo Library"},
        "legal-name": "Stichting Openbare Bibliotheek",
        "country": "NL",
        "isil": "NL-0800070000",
        "contact": {
            "address": "Het Baken 3, Almelo",
            "telephone": "+31 546 000 000",
            "email": "privacy@library.example",
        },
        "data-protection-officer": "The officer, officer@library.example",
        "measures": ["Encryption", {"nl": "Geheimhouding", "en": "Confidentiality"}],
    },
    "timezone": "Europe/Amsterdam",
    "languages": ["nl", "en"],
    "default-subject": "member",
    "register": "https://register.example/activities",
    "review-by": "2027-06-12",
    "records": {"retention": "P2Y", "allow": "queued"},
    "enforcement": [
        {
            "observe": {"purpose": "research", "to": ["processor"], "from": "kb"},
            "until": "2027-03-01",
            "because": "The survey platform follows in spring.",
        }
    ],
    "categories": {
        "contact.email": {
            **SHARED,
            "protection": "none",
            "anonymous": False,
            "fides": "user.contact.email",
            "dpv": "pd:EmailAddress",
        }
    },
    "subjects": {"member": SHARED},
    "purposes": {
        "marketing.newsletter": {
            **SHARED,
            "valid": VALID,
            "lawful-basis": "consent",
            "law": "Wsob art. 5",
            "objection": "heard",
            "direct-marketing": True,
            "explicit-consent": False,
            "special-category-condition": "Art. 9(2)(g)",
            "subjects": ["member", "newsletter-subscriber"],
            "data": ["identity.name", "contact", "preferences.interests"],
            "retention": "P2Y",
            "announcement": {"on": "2026-01-01", "refusal-until": "2026-02-01"},
            "always-enforced": False,
        }
    },
    "recipients": {
        "processor.mailing": {
            **SHARED,
            "valid": VALID,
            "legal-name": "Mail B.V.",
            "country": "NL",
            "isil": "NL-0100030000",
            "class": False,
            "endpoints": [
                "https://api.mailing.example/",
                "sip2://host.example:6001",
                "mailto:a@b.example",
            ],
            "duties": ["encrypt"],
            "roles": [
                {
                    "role": "sub-processor",
                    "purposes": ["marketing.newsletter", "marketing.offers"],
                    "agreement": AGREEMENT,
                    "safeguard": SAFEGUARD,
                    "of": "processor.marketing",
                }
            ],
            "always-enforced": True,
        }
    },
    "flows": {
        "newsletter-mailing": {
            **SHARED,
            "valid": VALID,
            "from": "bibliotheek-almelo",
            "to": "processor.mailing",
            "purpose": ["marketing.newsletter", "marketing.offers"],
            "subjects": ["member"],
            "data": ["identity.name", "contact"],
            "except": ["contact.phone"],
            "when": {"any": ["some-fact", {"not": "other-fact"}, {"all": ["consent"]}]},
            "effect": "allow",
            "reference": "optional",
            "duties": ["encrypt", "withhold-notice"],
        }
    },
    "prohibitions": {
        "kb-no-ebook-titles": {
            **SHARED,
            "valid": VALID,
            "from": "kb",
            "to": "bibliotheek-almelo",
            "purpose": ["marketing"],
            "subjects": ["member"],
            "data": ["loans.ebooks.titles"],
            "unless": "member-request",
            "always-enforced": True,
        }
    },
    "facts": {"member-request": SHARED},
    "statement": {
        "version": "2024-06-12",
        "language": "nl",
        "url": "https://library.example/privacy?v=1",
    },
    "clauses": {
        "purpose.newsletter": {
            **SHARED,
            "span": SPAN,
            "sha256": "0a" * 32,
            "informative": "An address.",
        },
        "transfer.default": {"label": "Nothing to others", "held-by": ["default-deny"]},
    },
    "findings": {"unfilled-library-name": {**SHARED, "span": SPAN}},
    "invariants": {
        "titles-never-return": {**SHARED, "never": MATCH},
        "authorities-on-record": {
            "label": "On record",
            "always": {
                "match": {"to": "authority"},
                "effect": "log",
                "facts": {"legal-demand": True},
                "duties": ["encrypt"],
                "reference": True,
            },
        },
        "passwords-stay": {
            "label": "Passwords stay",
            "only": {
                "match": {},
                "from": "kb",
                "to": ["kb"],
                "purpose": ["identity.single-sign-on"],
            },
        },
        "loans-do-not-wander": {
            "label": "Loans do not wander",
            "no-path": {
                "from": "bibliotheek-almelo",
                "to": "authority",
                "data": ["loans"],
                "given": {"legal-demand": False},
            },
        },
    },
}

SECTIONS = [key for key in EXAMPLE if f"{key}.json" in SCHEMAS and key != "policy"]

Place = tuple[str | int, ...]


def places(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every place in a document with the value that stands there, the root first."""
    yield path, value
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield from places(inner, (*path, key))
    for index, inner in enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, index))


PLACES = [place for place in places(EXAMPLE) if place[0]]
MAPPINGS = [(path, value) for path, value in places(EXAMPLE) if isinstance(value, dict)]


def named(places: list[tuple[Place, Any]]) -> list[Any]:
    return [
        pytest.param(path, value, id=".".join(map(str, path)) or "root") for path, value in places
    ]


def with_value(path: Place, value: Any) -> dict[str, Any]:
    """The example's part around one place, with another value there."""
    part = EXAMPLE if path[0] == "doelbinding" else {path[0]: EXAMPLE[str(path[0])]}
    document: dict[str, Any] = json.loads(json.dumps(part))
    holder: Any = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return document


def errors(document: Any) -> list[ValidationError]:
    return list(POLICY_FILE.iter_errors(document))


def told(error: ValidationError) -> list[ValidationError]:
    """The errors to tell a person: those of the branch of a union that has the value's type."""
    if error.validator != "anyOf":
        return [error]
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [
        branch
        for branch in branches.values()
        if not any(inner.validator == "type" and not inner.path for inner in branch)
    ]
    return [deepest for inner in fitting[0] for deepest in told(inner)] if fitting else [error]


def assert_refused_on_the_way_to(path: Place, document: Any) -> None:
    found = [deepest for error in errors(document) for deepest in told(error)]
    assert found
    for error in found:
        assert path[: len(error.absolute_path)] == tuple(error.absolute_path)
        listed = error.validator in {
            "enum",
            "required",
            "additionalProperties",
            "dependentRequired",
        }
        assert listed or isinstance(error.schema["x-expected"], str)  # type: ignore[index]


def flow(**keys: Any) -> dict[str, Any]:
    return {
        "flows": {"a-flow": {"label": "A flow", "from": "a", "to": "b", "purpose": "c", **keys}}
    }


def controller(**keys: Any) -> dict[str, Any]:
    return {"controller": {"id": "a", "label": "A", **keys}}


# What the documents may say


def test_the_example_with_every_key_is_admitted() -> None:
    assert errors(EXAMPLE) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_the_example_uses_every_key_of_a_section(section: str) -> None:
    schema = SCHEMAS[f"{section}.json"]
    declared = schema.get("additionalProperties") or schema
    declarations = EXAMPLE[section].values() if section != "statement" else [EXAMPLE[section]]
    assert set(declared["properties"]) == {key for each in declarations for key in each}


def test_the_example_uses_every_key_of_a_file_and_of_what_stands_within() -> None:
    assert set(SCHEMAS["policy.json"]["properties"]) == set(EXAMPLE)
    assert set(SCHEMAS["manifest.json"]["properties"]) | set(SECTIONS) == set(EXAMPLE)
    of_policies = [schema for path, schema in ALL if not path.startswith("tests.json")]
    keys = {key for schema in of_policies for key in schema.get("properties", ())}
    assert keys == keys & {key for path, _ in PLACES for key in path}


@pytest.mark.parametrize("key", EXAMPLE)
def test_any_key_but_the_language_version_may_stand_alone_in_a_file(key: str) -> None:
    assert bool(errors({key: EXAMPLE[key]})) == (key == "doelbinding")


@pytest.mark.parametrize("missing", ["policy", "revision", "controller", "default-subject"])
def test_a_file_with_the_language_version_needs_the_core_of_the_manifest(missing: str) -> None:
    document = {key: value for key, value in EXAMPLE.items() if key != missing}
    assert [error.validator for error in errors(document)] == ["dependentRequired"]


def test_a_file_without_any_key_is_refused() -> None:
    assert [error.validator for error in errors({})] == ["minProperties"]


# What is refused everywhere


@pytest.mark.parametrize(("path", "value"), named(MAPPINGS))
def test_an_unknown_key_is_refused_in_every_mapping(path: Place, value: Any) -> None:
    document = (
        with_value(path, {**value, "no-such-key": 0}) if path else {**EXAMPLE, "no-such-key": 0}
    )
    assert_refused_on_the_way_to((*path, "no-such-key"), document)


@pytest.mark.parametrize(("path", "value"), named(PLACES))
def test_a_wrong_type_is_refused_at_every_place(path: Place, value: Any) -> None:
    number = isinstance(value, int) and not isinstance(value, bool)
    assert_refused_on_the_way_to(path, with_value(path, "1" if number else 7))


@pytest.mark.parametrize(("path", "value"), named(PLACES))
def test_null_is_refused_at_every_place(path: Place, value: Any) -> None:
    assert_refused_on_the_way_to(path, with_value(path, None))


@pytest.mark.parametrize(("path", "value"), named(PLACES))
def test_an_empty_list_is_refused_at_every_place(path: Place, value: Any) -> None:
    assert_refused_on_the_way_to(path, with_value(path, []))


@pytest.mark.parametrize(("path", "value"), named([p for p in PLACES if isinstance(p[1], str)]))
def test_a_blank_text_is_refused_at_every_place(path: Place, value: Any) -> None:
    assert_refused_on_the_way_to(path, with_value(path, " "))


@pytest.mark.parametrize(("path", "value"), named([p for p in PLACES if isinstance(p[1], bool)]))
def test_yes_and_no_are_no_booleans(path: Place, value: Any) -> None:
    assert_refused_on_the_way_to(path, with_value(path, "yes"))


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        (("flows", "newsletter-mailing"), "label from to purpose"),
        (("prohibitions", "kb-no-ebook-titles"), "label"),
        (("categories", "contact.email"), "label"),
        (("subjects", "member"), "label"),
        (("purposes", "marketing.newsletter"), "label"),
        (("purposes", "marketing.newsletter", "announcement"), "on refusal-until"),
        (("recipients", "processor.mailing"), "label"),
        (("recipients", "processor.mailing", "roles", 0), "role"),
        (("recipients", "processor.mailing", "roles", 0, "agreement"), "reference"),
        (("recipients", "processor.mailing", "roles", 0, "safeguard"), "kind"),
        (("facts", "member-request"), "label"),
        (("facts", "member-request", "accept", 0), "rule until because"),
        (("statement",), "version language"),
        (("clauses", "purpose.newsletter"), "label"),
        (("clauses", "purpose.newsletter", "span"), "from to"),
        (("findings", "unfilled-library-name"), "label"),
        (("invariants", "titles-never-return"), "label"),
        (("invariants", "authorities-on-record", "always"), "match"),
        (("invariants", "passwords-stay", "only"), "match"),
        (("invariants", "loans-do-not-wander", "no-path"), "from to data"),
        (("controller",), "id label"),
        (("enforcement", 0), "observe until because"),
    ],
)
def test_exactly_the_required_keys_may_not_be_left_out(path: Place, missing: str) -> None:
    value = dict(PLACES)[path]
    refused = {
        key
        for key in value
        for error in errors(with_value(path, {k: v for k, v in value.items() if k != key}))
        if error.validator == "required"
    }
    assert refused == set(missing.split())


# What single values may be


IDS = ["a", "0", "contact.email", "kb-no-titles", "nl-0800.x-1", "a" * 64, ".".join(["a" * 64] * 3)]


@pytest.mark.parametrize("good", IDS)
def test_an_id_is_lower_case_kebab_words_joined_by_dots(good: str) -> None:
    assert errors({"facts": {good: {"label": "A fact"}}, **flow(data=[good])}) == []


WORDS = ["A", "a_b", ".a", "a.", "a..b", "-a", "a-", "a--b", "a-.b", "é"]
SPACED = ["", "a b", "a\n", "\na", "a\nb"]
LONG = ["a" * 65, "b." + "a" * 65, "a" * 65 + ".b", "a-" * 32 + "a", "a." * 100 + "a"]


@pytest.mark.parametrize("bad", [*WORDS, *SPACED, *LONG])
def test_anything_else_is_no_id_neither_as_value_nor_as_key(bad: str) -> None:
    assert errors(flow(data=[bad]))
    assert errors({"facts": {bad: {"label": "A fact"}}})


@pytest.mark.parametrize(
    "good", ["P2Y", "P6M", "P30D", "P1Y6M", "PT12H", "P4W", "P1Y2M3DT4H5M6S", "PT30M"]
)
def test_an_iso_8601_duration_is_a_duration(good: str) -> None:
    assert errors({"records": {"retention": good}}) == []


NO_DURATIONS = ["P", "PT", "P1YT", "2Y", "P-2Y", "P2", "P1W2D", "P1.5Y", "p2y", "P6M1Y", "P1H"]


@pytest.mark.parametrize("bad", [*NO_DURATIONS, "P2Y ", "P2Y\n", "P\n"])
def test_anything_else_is_no_duration(bad: str) -> None:
    assert errors({"records": {"retention": bad}})


@pytest.mark.parametrize(
    "bad", ["2026-1-1", "26-01-01", "2026-01-01T00:00", "2026/01/01", "2026-01-01\n", "२०२६-०१-०१"]
)
def test_a_date_is_written_with_four_two_and_two_digits(bad: str) -> None:
    assert errors({"review-by": bad})


@pytest.mark.parametrize("good", ["NL-0800070000", "NL-AlmB", "O-1:2/3", "a" * 16])
def test_an_isil_has_at_most_sixteen_characters_of_its_own(good: str) -> None:
    assert errors(controller(isil=good)) == []
    assert errors(controller(isil=good + "?"))
    assert errors(controller(isil="a" * 17))


@pytest.mark.parametrize("bad", ["nl", "NLD", "N", "NL\n", "31"])
def test_a_country_is_two_capitals(bad: str) -> None:
    assert errors(controller(country=bad))
    assert errors(controller(country="NO")) == []


@pytest.mark.parametrize(
    "bad",
    ["register.example", "ftp://a.example", "https://", "https://a b", "https://a.example/?q"],
)
def test_the_register_is_a_web_address_to_which_a_path_can_be_added(bad: str) -> None:
    assert errors({"register": bad})


@pytest.mark.parametrize("bad", [0, -1, 1.5, "1", True])
def test_a_revision_is_a_whole_number_from_one(bad: Any) -> None:
    assert errors({"revision": bad})


@pytest.mark.parametrize("bad", [2, 0, True, "1"])
def test_only_version_one_of_the_language_is_read(bad: Any) -> None:
    assert errors({**EXAMPLE, "doelbinding": bad})


@pytest.mark.parametrize("bad", [[1], [1, 2, 3], [0, 1], [1, 0], [1.5, 2], {"line": 1}])
def test_a_place_is_a_line_and_a_character_from_one(bad: Any) -> None:
    assert errors({"findings": {"a": {"label": "A", "span": {"from": [1, 1], "to": bad}}}})


def test_a_period_has_a_beginning_or_an_end() -> None:
    assert errors(flow(valid={"from": "2026-01-01"})) == []
    assert errors(flow(valid={"until": "2026-01-01"})) == []
    assert errors(flow(valid={}))


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"not": ["a"]},
        {"all": "a"},
        {"any": []},
        {"not": "a", "all": ["b"]},
        {"all": [{"not": {}}]},
        {"xor": ["a"]},
    ],
)
def test_a_condition_has_one_operator_at_every_depth(bad: Any) -> None:
    assert errors(flow(when=bad))
    assert errors(flow(when={"any": ["a", {"not": bad}]}))


def test_an_invariant_claims_exactly_one_thing() -> None:
    one, two = {"never": {"to": "a"}}, {"no-path": {"from": "a", "to": "b", "data": "c"}}
    assert errors({"invariants": {"a": {"label": "A", **one}}}) == []
    assert errors({"invariants": {"a": {"label": "A"}}})
    assert errors({"invariants": {"a": {"label": "A", **one, **two}}})


@pytest.mark.parametrize("kind", ["always", "only"])
def test_an_invariant_that_demands_nothing_is_refused(kind: str) -> None:
    assert errors({"invariants": {"a": {"label": "A", kind: {"match": {"to": "a"}}}}})


def test_a_wrong_value_in_a_union_is_told_in_the_words_of_its_type() -> None:
    def expected(document: Any) -> list[Any]:
        return [deepest.schema["x-expected"] for e in errors(document) for deepest in told(e)]  # type: ignore[index]

    assert expected(flow(label=7)) == ["a text, or one text per language such as `{nl: …, en: …}`"]
    assert expected(flow(label={"nl": 7})) == ["a text that is not blank"]
    assert expected(flow(to=7)) == ["an id or a list of ids"]
    assert expected(flow(to=[])) == ["a list of ids"]
    assert expected(flow(when={"not": {"all": []}})) == ["a list of conditions"]


# The schemas themselves


def subschemas(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every subschema below this one with its place."""
    yield path, schema
    for key in ("properties", "$defs"):
        for name, inner in schema.get(key, {}).items():
            yield from subschemas(inner, f"{path}/{key}/{name}")
    for key in ("items", "propertyNames", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from subschemas(schema[key], f"{path}/{key}")
    for key in ("anyOf", "oneOf"):
        for index, inner in enumerate(schema.get(key, ())):
            yield from subschemas(inner, f"{path}/{key}/{index}")


ALL = [place for name, schema in SCHEMAS.items() for place in subschemas(schema, f"{name}#")]


def resolved(path: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A subschema with what it refers to, read in the file where it stands."""
    while "$ref" in schema:
        file, _, pointer = schema["$ref"].partition("#")
        path = file or path.partition("#")[0]
        target = SCHEMAS[path]
        for part in pointer.split("/")[1:]:
            target = target[part]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_valid_under_the_2020_12_metaschema(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMAS[name]["title"]
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_no_schema_has_an_address_and_every_reference_is_a_file_name_beside_it() -> None:
    references = [schema["$ref"] for _, schema in ALL if "$ref" in schema]
    assert references
    assert not [path for path, schema in ALL if "$id" in schema]
    assert [r for r in references if not re.fullmatch(r"([a-z]+\.json)?(#/[$a-z0-9/-]+)?", r)] == []
    assert all(resolved(path, schema) is not None for path, schema in ALL)


def test_every_key_has_a_description_of_one_sentence() -> None:
    for path, schema in ALL:
        for key, inner in schema.get("properties", {}).items():
            sentence = resolved(path, inner)["description"]
            assert len(sentence) > 10, f"{path}: {key}"
            assert sentence.endswith("."), f"{path}: {key}"


def test_every_mapping_is_closed_and_no_list_may_be_empty() -> None:
    for path, schema in ALL:
        if schema.get("type") == "object":
            assert "additionalProperties" in schema, path
        if "properties" in schema and "type" in schema:
            assert schema["additionalProperties"] is False, path
        if schema.get("type") == "array":
            assert schema["minItems"] >= 1, path


def test_every_constraint_on_a_value_has_words_for_what_was_expected() -> None:
    for path, schema in ALL:
        if schema.keys() & {"type", "pattern", "const", "anyOf", "oneOf", "minimum"}:
            assert schema["x-expected"], path


def test_the_branches_of_a_union_differ_in_type() -> None:
    for path, schema in ALL:
        types = [resolved(path, branch)["type"] for branch in schema.get("anyOf", ())]
        assert len(set(types)) == len(types), path


def test_a_reference_to_another_place_raises_instead_of_fetching() -> None:
    schema = {"$ref": "https://schemas.example/elsewhere.json"}
    with pytest.raises(Unresolvable):
        Draft202012Validator(schema, registry=REGISTRY).is_valid({})


@pytest.mark.parametrize(
    "pattern", sorted({schema["pattern"] for _, schema in ALL if "pattern" in schema})
)
def test_a_pattern_takes_linear_time_on_long_input(pattern: str) -> None:
    pieces = ["a", "0", "-", ".", "a.", "a-", "1Y", "/", "a:", "@", " ", "\n"]
    texts = [
        start + piece * (100_000 // len(piece)) + end
        for start in ("", "https://", "P", "a:", "a@")
        for piece in pieces
        for end in ("", "!", "\n", " ")
    ]
    search = re.compile(pattern).search
    begin = time.perf_counter()
    for text in texts:
        search(text)
    assert time.perf_counter() - begin < 5  # a quadratic pattern takes minutes


def test_the_duties_that_a_flow_may_ask_are_those_that_the_gate_knows() -> None:
    duties = declaration_schema("flows")["properties"]["duties"]["items"]["enum"]
    assert frozenset(duties) == DUTIES
