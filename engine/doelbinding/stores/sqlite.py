"""A store in a file of SQLite, for all processes of one machine.

Whoever writes holds a lock on a file beside it, also while the write-ahead log is moved into the
database: no two ever do so at once, whatever the version of SQLite. Readers do neither.

After a fault that leaves in doubt what is on the disk, a store is latched: it writes nothing more
and moves nothing, until it is opened anew. A full disk and a busy file are no such faults.
"""

import os
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from doelbinding.errors import StoreError
from doelbinding.stores import forks
from doelbinding.stores.locking import FileLock
from doelbinding.stores.sqlitedrivers import (
    Connection,
    Driver,
    SqliteFault,
    best_driver,
    remarks_on,
)
from doelbinding.stores.sqlitefaults import is_damage, is_final, store_error
from doelbinding.stores.sqlitefiles import (
    Watch,
    beside,
    besides,
    configure,
    create_file,
    free_fraction,
    is_there,
    recognise,
)
from doelbinding.stores.sqlitereading import SqliteSnapshot, open_reader
from doelbinding.stores.store import Schema, Snapshot, Store, T, Transaction
from doelbinding.stores.writeahead import WriteAheadLog

_BUSY = "Find the process that holds it, or allow more time."
_MISSING = "Check the path."
_ACCESS = "Check the path, and that this user may write the file and its folder."
_GONE = "Stop, put the file back as it was, verify it, and start again."
_REOPEN = "Open it again."


def open_sqlite(
    path: str | os.PathLike[str],
    schema: Schema,
    *,
    create: bool,
    timeout: float = 1.0,
    driver: Driver | None = None,
) -> Store:
    """The store in that file; made if it is not there and may be. Raises `StoreError`."""
    name = os.fspath(path)
    if "\0" in name:
        raise StoreError("no file can have a name with a NUL in it", _MISSING)
    store = SqliteStore(name, schema, timeout, driver or best_driver())
    store.open(create=create)
    return store


class SqliteStore:
    """A store in one file: one connection that writes, and one for each reader."""

    def __init__(self, name: str, schema: Schema, timeout: float, driver: Driver) -> None:
        self.name = name
        self.engine = driver.engine
        self.remarks = remarks_on(driver.version)
        self._schema = schema
        self._timeout = timeout
        self._driver = driver
        self._given = Path(name).absolute()
        self._path = Path(os.path.realpath(name))
        self._lock = FileLock(beside(self._path, "-lock"))
        self._log = WriteAheadLog(beside(self._path, "-wal"))
        self._connection: Connection | None = None
        self._file = Watch()
        self._beside = Watch()
        self._latched: StoreError | None = None
        self._reading: set[object] = set()
        self._is_paused = False

    # ── Open and close ───────────────────────────────────────────────────────────────────────────

    def open(self, *, create: bool) -> None:
        """Find the file, or make it, and make sure that it is what it should be."""
        forks.refuse_inherited(self._path, self.name)
        try:
            with self.told():
                self._open(create)
        except OSError as error:
            self._lock.let_go()
            raise self._unreachable(error) from error
        except BaseException:
            self._lock.let_go()
            raise
        forks.guard(self)

    def _open(self, may_create: bool) -> None:
        if is_there(self._path, self.name):
            self._recognise()
        elif not may_create:
            raise StoreError(f"{self.name} does not exist", _MISSING)
        with self._held():
            if not is_there(self._path, self.name):
                create_file(self._driver, self._path, self.name, self._schema)
            self._file = Watch(self._given, self._path)
            self._connect()

    def _recognise(self) -> None:
        """Look before anything is written, not even a lock beside it."""
        connection = self._driver.connect(str(self._path), "ro", self._timeout)
        try:
            recognise(connection, self.name, self._schema)
        finally:
            connection.close(checkpoint=False)

    def _connect(self) -> Connection:
        connection = self._driver.connect(str(self._path), "rw", self._timeout)
        try:
            configure(connection, self.name)
            recognise(connection, self.name, self._schema)
        except BaseException:
            connection.close(checkpoint=False)
            raise
        self._connection, self._beside = connection, Watch(*besides(self._path))
        return connection

    def close(self) -> None:
        """Let go of the file. The last of all processes leaves it as one file."""
        with suppress(StoreError), self._held():
            self._drop(checkpoint=self._latched is None)
        self._latch(f"{self.name} is closed", _REOPEN)
        self.pause()
        self.resume(is_usable=True)

    def _drop(self, *, checkpoint: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SqliteFault):
                connection.close(checkpoint=checkpoint)

    # ── Write ────────────────────────────────────────────────────────────────────────────────────

    def exclusive(self, work: Callable[[Transaction], T]) -> T:
        """Do some work while nobody else writes."""
        with self._held():
            try:
                with self.told():
                    connection = self._current()
                with self.told(), self._undone_on_error(connection):
                    connection.run("BEGIN IMMEDIATE")
                    result = work(connection)
                    self._commit(connection)
                self._tidy(connection)
            finally:
                if self._latched is not None:
                    self._drop(checkpoint=False)
        return result

    def _current(self) -> Connection:
        """The connection that writes, if the files under it are still the same."""
        self.check()
        connection = self._connection or self._connect()
        self._refuse_lost(self._beside)
        return connection

    @contextmanager
    def _undone_on_error(self, connection: Connection) -> Generator[None]:
        try:
            yield
        except BaseException:
            with suppress(SqliteFault):
                if connection.is_inside:
                    connection.run("ROLLBACK")
            if connection.is_inside:
                self._latch(f"{self.name} cannot undo what was begun", _REOPEN)
            raise

    def _commit(self, connection: Connection) -> None:
        try:
            connection.run("COMMIT")
        except SqliteFault as fault:
            raise self._failed(fault, may_have_happened=is_final(fault)) from fault
        self._refuse_lost(self._file, may_have_happened=True)
        self._refuse_lost(self._beside, may_have_happened=True)

    def _tidy(self, connection: Connection) -> None:
        """Move the write-ahead log into the database when it is long. What is written stands."""
        if self._latched is None and self._log.is_due():
            try:
                ((_, pages, moved),) = connection.rows("PRAGMA wal_checkpoint(PASSIVE)")
                self._log.was_moved(pages, moved)
            except SqliteFault as fault:
                self._failed(fault)

    def forget(self) -> None:
        """Move all of the write-ahead log into the database and empty it, unless somebody reads."""
        with self._held(), self.told():
            connection = self._current()
            ((_, pages, moved),) = connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            self._log.was_moved(pages, moved)

    # ── Read ─────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def snapshot(self) -> Generator[Snapshot]:
        """Read the store as it is now, while others write on."""
        self.check()
        reader = object()
        self._reading.add(reader)
        try:
            with self.told():
                connection = open_reader(self._driver, self._path, self._timeout)
            try:
                self.check()
                yield SqliteSnapshot(connection, self.told)
            finally:
                connection.close(checkpoint=False)
        finally:
            self._reading.discard(reader)

    def integrity(self) -> str | None:
        """What SQLite finds wrong with the file."""
        try:
            with self.snapshot() as snapshot:
                ((found,),) = snapshot.rows("PRAGMA integrity_check(1)")
        except StoreError as error:
            if isinstance(error.__cause__, SqliteFault) and is_damage(error.__cause__):
                return error.__cause__.words
            raise
        return None if found == "ok" else str(found)

    def free_fraction(self) -> float | None:
        """How much of the disk under the file is free for this user."""
        return free_fraction(self._path.parent)

    # ── Faults ───────────────────────────────────────────────────────────────────────────────────

    def check(self) -> None:
        """Raise `StoreError` if it is latched, or if its file was removed or replaced."""
        if (latched := self._latched) is not None:
            raise StoreError(latched.message, latched.help, is_final=True)
        self._refuse_lost(self._file)

    def _refuse_lost(self, watch: Watch, *, may_have_happened: bool = False) -> None:
        lost = watch.lost()
        if lost is not None:
            message = f"{lost} was removed or replaced while it was open"
            raise self._latch(message, _GONE, may_have_happened=may_have_happened)

    def _latch(self, message: str, help_: str, *, may_have_happened: bool = False) -> StoreError:
        error = StoreError(message, help_, is_final=True, may_have_happened=may_have_happened)
        self._latched = self._latched or error
        return error

    def _failed(self, fault: SqliteFault, *, may_have_happened: bool = False) -> StoreError:
        error = store_error(fault, self.name, may_have_happened=may_have_happened)
        if error.is_final:
            self._latched = self._latched or error
        return error

    @contextmanager
    def told(self) -> Generator[None]:
        """Tell a fault of SQLite as what it means for this store."""
        try:
            yield
        except SqliteFault as fault:
            raise self._failed(fault) from fault

    @contextmanager
    def _held(self) -> Generator[None]:
        """Hold the lock; what is raised meanwhile passes."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self._lock.held(self._timeout))
            except TimeoutError:
                raise StoreError(f"{self.name} is busy: another process writes", _BUSY) from None
            except OSError as error:
                raise self._unreachable(error) from error
            yield

    def _unreachable(self, error: OSError) -> StoreError:
        reason = (error.strerror or type(error).__name__).lower()
        return StoreError(f"{self.name} cannot be opened: {reason}", _ACCESS)

    # ── Forks (see forks.py) ─────────────────────────────────────────────────────────────────────

    def pause(self) -> bool:
        """Let go of everything before a fork; False if somebody reads or writes."""
        self._is_paused = self._lock.threads.acquire(timeout=self._timeout)
        if self._is_paused:
            self._drop(checkpoint=False)
            self._lock.let_go()
        return self._is_paused and not self._reading

    def resume(self, *, is_usable: bool) -> None:
        """Go on after a fork."""
        if not is_usable:
            forks.carry_over(self._path)
            self._latch(f"{self.name} was in use when this process was forked", forks.ADVICE)
        if self._is_paused:
            self._lock.threads.release()
