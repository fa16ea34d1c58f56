"""Passage in asynchronous code: awaited, or entered."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import suppress
from types import TracebackType

from doelbinding.audit.pending import Pending, too_slow
from doelbinding.errors import StoreError
from doelbinding.gate.case import Case
from doelbinding.gate.handling import Handling
from doelbinding.gate.passage import Passage

Begin = Callable[[], Case | Passage]


class Sending:
    """A transfer that asks for passage: `await` it, or enter it by `async with`."""

    def __init__(self, begin: Begin, handling: Handling, timeout: float, *, blocks: bool) -> None:
        self._begin = begin
        self._handling = handling
        self._timeout = timeout
        self._blocks = blocks
        self._passage: Passage | None = None

    def __await__(self) -> Generator[object, None, Passage]:
        return self._asked().__await__()

    async def __aenter__(self) -> Passage:
        self._passage = await self._asked()
        return self._passage

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._passage is not None:
            self._passage.__exit__(kind, error, traceback)

    async def _asked(self) -> Passage:
        case = await asyncio.to_thread(self._begin) if self._blocks else self._begin()
        if isinstance(case, Passage):
            return case
        pending, error = case.pending, None
        if pending is not None and pending.waits:
            try:
                error = await _settled(pending, self._timeout)
            except BaseException as interruption:
                self._handling.interrupted(case, interruption)
                raise
        return self._handling.end(case, error)


async def _settled(pending: Pending, timeout: float) -> StoreError | None:
    """Wait without a thread; why it is not in the log."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            loop.call_soon_threadsafe(done.set)

    pending.when_settled(wake)
    try:
        async with asyncio.timeout(timeout):
            await done.wait()
    except TimeoutError:
        return too_slow(timeout)
    return pending.error
