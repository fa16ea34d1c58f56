"""The schema of a file of tests, and the page that tells of each of its keys."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from doelbinding.model.decision import REASONS_OF_POLICY, Effect, Reason
from doelbinding.validator.schemas import TESTS_FILE, files_by_name
from doelbinding.validator.structure import policy_tests_shape

ROOT = Path(__file__).parents[3]
SCHEMA = files_by_name()[TESTS_FILE]
PAGE = ROOT / "docs/reference/policy-tests.md"

TRANSFER: dict[str, Any] = {
    "from": "library",
    "to": "mailer",
    "purpose": "news",
    "subject": "member",
    "data": ["contact", "name"],
    "facts": {"asked": True, "urgent": "unknown"},
    "reference": "R-1",
    "at": "2026-06-01T12:00:00.5+02:00",
}
ANSWER: dict[str, Any] = {
    "effect": "deny",
    "permitted": ["contact"],
    "withheld": {"name": "no-flow"},
    "duties": ["encrypt"],
    "rules": ["news-mail"],
    "unknown-facts": "none",
}
ABOUT: dict[str, Any] = {"label": {"nl": "Nieuws", "en": "News"}, "skip": "Later"}

EXAMPLE: dict[str, Any] = {
    **ABOUT,
    "description": "All keys at once.",
    "clauses": ["mailing"],
    "at": "2026-06-01T10:00Z",
    "fixtures": {
        "transfers": {"news": TRANSFER},
        "facts": {"asked": {"asked": True}, "nothing": {}},
        "data": {"both": ["contact", "name"]},
    },
    "cases": {"a": {**ABOUT, "transfer": "news", **TRANSFER, **ANSWER}},
    "matrix": {
        "m": {
            **ABOUT,
            **TRANSFER,
            "transfers": ["news"],
            "facts": ["asked", "nothing"],
            "expect": [
                {
                    **{key: each for key, each in TRANSFER.items() if key != "reference"},
                    "transfers": "news",
                    "facts": "asked",
                    **ANSWER,
                }
            ],
        }
    },
    "permits": {
        "p": {
            **ABOUT,
            "transfer": {"to": "mailer"},
            **{key: each for key, each in TRANSFER.items() if key != "data"},
            "exactly": ["contact"],
            "effect": "log",
            "duties": "none",
            "rules": "none",
        }
    },
}
"""Every key of the format stands here at least once."""


def keys_of(part: object) -> Iterator[str]:
    """Every key that a part of a schema knows."""
    if isinstance(part, Mapping):
        properties = part.get("properties")
        if isinstance(properties, Mapping):
            yield from properties
        for each in part.values():
            yield from keys_of(each)
    elif isinstance(part, list):
        for each in part:
            yield from keys_of(each)


def named_in(part: object) -> Iterator[str]:
    """Every key that a document holds."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            yield key
            yield from named_in(value)
    elif isinstance(part, list):
        for each in part:
            yield from named_in(each)


def test_the_example_with_every_key_has_the_right_shape() -> None:
    assert policy_tests_shape().flaws(EXAMPLE) == []
    assert {*keys_of(SCHEMA)} <= {*named_in(EXAMPLE)}


@pytest.mark.parametrize("section", ["case", "combinations", "expected", "permitted", "transfer"])
def test_every_mapping_of_the_format_is_closed(section: str) -> None:
    assert SCHEMA["$defs"][section]["additionalProperties"] is False


def test_the_reasons_and_effects_are_those_of_decisions() -> None:
    of_policy = [reason.value for reason in Reason if reason in REASONS_OF_POLICY]
    assert SCHEMA["$defs"]["reason"]["enum"] == of_policy
    assert SCHEMA["$defs"]["effect"]["enum"] == [effect.value for effect in Effect]


def test_only_a_label_is_needed_at_the_head_of_a_file() -> None:
    flaws = policy_tests_shape().flaws({})
    assert [(flaw.rule, flaw.path, flaw.at_key) for flaw in flaws] == [("missing-key", (), True)]


def test_the_shipped_tests_point_editors_to_the_schema() -> None:
    files = sorted((ROOT / "policy/tests").glob("*.yaml"))
    assert files
    for file in files:
        found = re.search(r"\$schema=(\S+)", file.read_text("utf-8"))
        assert found is not None, file
        schema = json.loads((file.parent / found[1]).read_text("utf-8"))
        assert schema == SCHEMA


def test_the_page_of_the_format_tells_of_each_key() -> None:
    page = PAGE.read_text("utf-8")
    assert {key for key in keys_of(SCHEMA) if f"`{key}`" not in page} == set()
