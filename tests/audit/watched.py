"""The writer of a log, watched: a test looks at its groups, or steps in."""

import json
import threading
from collections.abc import Callable
from typing import Any, cast

from doelbinding.audit.log import AuditLog
from doelbinding.stores.store import Store, T, Transaction
from tests.audit.logs import note, payloads, rows


def in_threads(count: int, act: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=act, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def noted(log: AuditLog, count: int, writer: int) -> None:
    """Write so many entries, one after another."""
    for number in range(count):
        note(log, f"{writer} {number}")


def held_by(event: threading.Event) -> Callable[[], None]:
    def hold() -> None:
        event.wait(10)

    return hold


def texts(log: AuditLog) -> list[str]:
    said = [json.loads(each) for each in payloads(log) if each is not None]
    return [each["text"] for each in said if each["kind"] == "note"]


class Watched:
    """A store that does as another, and lets a test look or step in."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.groups: list[int] = []
        self.before: Callable[[], None] = lambda: None
        self.within: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def exclusive(self, work: Callable[[Transaction], T]) -> T:
        def worked(transaction: Transaction) -> T:
            result = work(transaction)
            self.within()
            return result

        self.before()
        result = self.store.exclusive(worked)
        if isinstance(result, list):
            self.groups.append(len(result))
        self.after()
        return result


def watch(log: AuditLog) -> Watched:
    store = Watched(log.store)
    log.store = cast("Store", store)
    log.begin_anew()
    return store


def fails(error: BaseException) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def kinds(log: AuditLog) -> list[str]:
    return [kind for (kind,) in rows(log, "kind")]
