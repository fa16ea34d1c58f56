"""The index as bytes and back: what a bundle decides from."""

from random import Random
from typing import Any

import msgspec
import pytest

from doelbinding.compiler.stored import decode_index, encode_index
from doelbinding.compiler.stored.shapes import StoredIndex
from doelbinding.compiler.stored.writing import _prefix
from doelbinding.decider.index import Index
from doelbinding.errors import SourceError
from doelbinding.policy import Policy
from doelbinding.source import SourceFile
from tests.policies import policy
from tests.properties.answers import engine_policy
from tests.properties.generators import generate_policy

NAMES = ("0.yaml",)


def decoded(content: bytes, of: Policy) -> Index:
    return decode_index(content, of.identity, lambda name: SourceFile(name, ""))


@pytest.mark.parametrize("seed", range(20))
def test_an_index_that_was_stored_and_read_is_stored_alike(seed: int) -> None:
    files = generate_policy(Random(seed), size=2)
    of = engine_policy(files)
    content = encode_index(of.compiled.index, files)
    assert encode_index(decoded(content, of), files) == content


def test_the_same_policy_gives_the_same_bytes_in_whatever_order_it_is_written() -> None:
    flows = {"b": {"from": "library", "to": "printer", "purpose": "news", "data": ["name"]}}
    of = policy(flows=flows, prohibitions={"z": {"data": ["loans"]}, "a": {"to": "mailer"}})
    again = policy(prohibitions={"a": {"to": "mailer"}, "z": {"data": ["loans"]}}, flows=flows)
    index, other = of.compiled.index, again.compiled.index
    assert encode_index(index, NAMES) != encode_index(other, NAMES)  # their places differ
    assert of.identity.digest == again.identity.digest
    assert encode_index(index, NAMES) == encode_index(of.compiled.index, NAMES)


def test_flows_are_found_listed_and_counted_as_before() -> None:
    of = policy(flows={"both": {"from": "library", "to": ["mailer", "printer"], "purpose": "news"}})
    before = of.compiled.index.flows
    after = decoded(encode_index(of.compiled.index, NAMES), of).flows
    assert sorted(after) == sorted(before)
    assert len(after) == len(before)
    assert ("mailer", "loans") not in after
    assert ("nobody", "news") not in after
    [flow, _] = after["mailer", "news"]
    assert after["printer", "news"] == (flow,)
    assert str(flow.place) == "0.yaml:1:{}".format(before["mailer", "news"][0].place.column)


def test_a_set_of_more_facts_than_a_machine_word_has_bits_is_kept() -> None:
    facts: dict[str, Any] = {f"fact-{number}": {} for number in range(200)}
    of = policy(facts=facts, flows={"news-mail": {"when": {"all": ["fact-0", "fact-199"]}}})
    found = decoded(encode_index(of.compiled.index, NAMES), of)
    assert found.fact_bits == of.compiled.index.fact_bits
    (flow,) = found.candidates("library", "mailer", "news")
    assert found.terms(flow.demands) == [frozenset({("fact-0", True), ("fact-199", True)})]


@pytest.mark.parametrize(
    "content", [b"", b"\x90", b"\xc0", b"\xff" * 100, b"\xdd\xff\xff\xff\xff", b"\x91" * 2_000]
)
def test_bytes_that_are_no_index_are_refused(content: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decoded(content, policy())


def test_an_index_cut_anywhere_is_refused() -> None:
    of = policy()
    content = encode_index(of.compiled.index, NAMES)
    for end in range(len(content)):
        with pytest.raises(msgspec.DecodeError):
            decoded(content[:end], of)


def changed(of: Policy, field: str, value: object) -> bytes:
    """The index with one field replaced by another value."""
    fields = msgspec.msgpack.decode(encode_index(of.compiled.index, NAMES))
    fields[StoredIndex.__struct_fields__.index(field)] = value
    return msgspec.msgpack.encode(fields)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "No/Where"),
        ("timezone", "/etc/passwd"),
        ("facts", [str(number) for number in range(20_000)]),
        ("expansions", {str(number): b"" for number in range(20_000)}),
        ("prohibitions", [["a", b"", None, [0, 1], [], [99, 1, 1, 1, 1]]]),
    ],
)
def test_an_index_that_says_what_cannot_be_is_refused(field: str, value: object) -> None:
    of = policy()
    with pytest.raises((ValueError, LookupError)):
        decoded(changed(of, field, value), of)


@pytest.mark.parametrize(
    ("field", "value"),
    [("flows", []), ("flows", [1]), ("flow_numbers", {"mailer": {"news": [-2]}})],
)
def test_a_flow_that_cannot_be_read_decides_nothing(field: str, value: object) -> None:
    of = policy()
    index = decoded(changed(of, field, value), of)
    with pytest.raises(SourceError, match="holds a flow that is none"):
        index.candidates("library", "mailer", "news")


@pytest.mark.parametrize("prefix", ["policy/", "p.dlb:", "dlb:", "a:policy/", ""])
def test_the_name_of_a_file_is_told_from_its_path(prefix: str) -> None:
    names = ["dlb:flows.yaml", "flows.yaml", "rows.yaml"]
    paths = [prefix + name for name in names]
    assert _prefix(paths, names) == prefix


def test_an_index_with_something_added_is_refused() -> None:
    of = policy()
    content = encode_index(of.compiled.index, NAMES)
    with pytest.raises(ValueError, match="trailing"):
        decoded(content + b"\x00", of)
    fields = msgspec.msgpack.decode(content)
    with pytest.raises(ValueError, match="length"):
        decoded(msgspec.msgpack.encode([*fields, None]), of)
    assert len(fields) == len(StoredIndex.__struct_fields__)
