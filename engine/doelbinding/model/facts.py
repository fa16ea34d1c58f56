"""What is known of the circumstances of a transfer (policy language, section 3)."""

from collections.abc import Iterator, Mapping
from typing import cast


class Facts(Mapping[str, bool | None]):
    """Facts by their ids: known true, known false, or None for unknown. It never changes.

    `key` is equal for equal facts and keeps its hash, so that a prepared set is looked up fast.
    """

    __slots__ = ("_states", "key")

    _states: dict[str, bool | None]
    key: frozenset[tuple[str, bool | None]]

    def __init__(self, states: Mapping[str, bool | None] | None = None) -> None:
        """Raises `TypeError` for a name that is no text and for a state of another type."""
        checked = states_of(states)
        object.__setattr__(self, "_states", checked)
        object.__setattr__(self, "key", frozenset(checked.items()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"facts never change: `{name}` cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"facts never change: `{name}` cannot be deleted")

    def __getitem__(self, fact: str) -> bool | None:
        return self._states[fact]

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Facts) else super().__eq__(other)

    def __reduce__(self) -> tuple[type["Facts"], tuple[dict[str, bool | None]]]:
        return Facts, (dict(self._states),)

    def __repr__(self) -> str:
        return f"Facts({self._states!r})"


def states_of(facts: object) -> dict[str, bool | None]:
    """The states of facts as a caller gives them, none for None. Raises `TypeError`."""
    if facts is None:
        return {}
    if type(facts) is not dict and not isinstance(facts, Mapping):
        raise TypeError(f"`facts` are ids with True, False or None, not {type(facts).__name__}")
    states: dict[str, bool | None] = {}
    for name, state in cast(Mapping[object, object], facts).items():
        if not isinstance(name, str):
            raise TypeError(f"an id in `facts` is a text, not {type(name).__name__}")
        if state is not None and not isinstance(state, bool):
            raise TypeError(
                f"a state in `facts` is True, False or None, not {type(state).__name__}"
            )
        states[str.__str__(name)] = state
    return states


NO_FACTS = Facts()
