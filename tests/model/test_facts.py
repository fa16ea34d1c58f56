"""Prepared facts: immutable, hashable, equal to the dictionary that they were made from."""

import copy
import pickle

import pytest

from doelbinding.model.facts import NO_FACTS, Facts, states_of

STATES = {"asked": True, "urgent": False, "late": None}


def test_facts_are_a_mapping_of_ids_to_states() -> None:
    facts = Facts(STATES)
    assert dict(facts) == STATES
    assert facts == STATES
    assert len(facts) == 3
    assert facts["urgent"] is False
    assert "nothing" not in facts
    assert not NO_FACTS


def test_equal_facts_are_equal_and_hash_alike_in_any_order() -> None:
    one, other = Facts(STATES), Facts(dict(reversed(STATES.items())))
    assert one == other
    assert one != Facts({"asked": True})
    assert len({one, other}) == 1
    assert one.key == other.key


def test_facts_never_change() -> None:
    states = {"asked": True}
    facts = Facts(states)
    states["asked"] = False
    assert facts["asked"] is True
    with pytest.raises(AttributeError, match="facts never change: `key`"):
        facts.key = frozenset()
    with pytest.raises(AttributeError, match="facts never change"):
        del facts.key
    with pytest.raises(TypeError):
        facts["asked"] = False  # type: ignore[index]


def test_facts_can_be_copied_pickled_and_read() -> None:
    facts = Facts(STATES)
    assert copy.deepcopy(facts) == pickle.loads(pickle.dumps(facts)) == facts  # noqa: S301
    assert repr(Facts({"asked": True})) == "Facts({'asked': True})"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([("asked", True)], "`facts` are ids with True, False or None, not list"),
        ({1: True}, "an id in `facts` is a text, not int"),
        ({"asked": 1}, "a state in `facts` is True, False or None, not int"),
        ({"asked": "true"}, "a state in `facts` is True, False or None, not str"),
    ],
)
def test_what_is_no_fact_is_a_type_error_that_names_the_argument(
    facts: object, message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        states_of(facts)


def test_no_facts_are_none() -> None:
    assert states_of(None) == {}
