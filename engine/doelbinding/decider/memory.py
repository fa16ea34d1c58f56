"""What was asked before: bounded, and safe to share between threads."""

from collections.abc import Hashable
from typing import Generic, TypeVar

_Remembered = TypeVar("_Remembered")


class Memory(Generic[_Remembered]):
    """Answers by circumstances and question, at most so many small ones of them.

    `known` holds what was asked at least twice, and is all that the warm path reads. What was
    asked once waits beside it, so that questions which never come again cannot push out those
    that do. Either is emptied when it is full. Threads need no lock: each step on a dictionary is
    whole, and two at once may at worst forget something, or work it out twice.
    """

    __slots__ = ("_large", "_most", "_once", "_room_for_known", "_room_for_once", "known")

    def __init__(self, most: int) -> None:
        self.known: dict[Hashable, dict[Hashable, _Remembered]] = {}
        self._once: dict[Hashable, dict[Hashable, _Remembered]] = {}
        self._large: dict[Hashable, int] = {}
        self._most = self._room_for_known = self._room_for_once = most

    def recall_once(self, circumstances: Hashable, question: Hashable) -> _Remembered | None:
        """What was asked once, if it is still there; from now on it is known."""
        waiting = self._once.get(circumstances)
        if waiting is None or question not in waiting:
            return None
        remembered = waiting.pop(question, None)
        if not waiting:
            self._once.pop(circumstances, None)
        if remembered is not None:
            self._make_known(circumstances, question, remembered)
        return remembered

    def keep(
        self, circumstances: Hashable, question: Hashable, remembered: _Remembered, size: int
    ) -> None:
        """Remember it, unless by itself it takes too much room; a small one has size 1."""
        if size << 4 > self._most:
            return
        self._room_for_once -= size
        if self._room_for_once < 0:
            self._once, self._large, self._room_for_once = {}, {}, self._most - size
        if size > 1:
            self._large[circumstances, question] = size
        waiting = self._once.get(circumstances)
        if waiting is None:
            waiting = self._once[circumstances] = {}
        waiting[question] = remembered

    def _make_known(
        self, circumstances: Hashable, question: Hashable, remembered: _Remembered
    ) -> None:
        size = self._large.pop((circumstances, question), 1)
        self._room_for_once += size
        self._room_for_known -= size
        if self._room_for_known < 0:
            self.known, self._room_for_known = {}, self._most - size
        self.known.setdefault(circumstances, {})[question] = remembered
