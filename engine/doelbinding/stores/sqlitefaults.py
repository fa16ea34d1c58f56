"""What a fault of SQLite means for a store: its message, and whether the store may go on."""

from doelbinding.errors import StoreError
from doelbinding.stores.sqlitedrivers import SqliteFault

_BUSY, _LOCKED, _NO_MEMORY, _READ_ONLY, _IO, _CORRUPT = 5, 6, 7, 8, 10, 11
_FULL, _CANNOT_OPEN, _CONSTRAINT, _NOT_A_DATABASE = 13, 14, 19, 26
_MOVED = 8 | 4 << 8  # SQLITE_READONLY_DBMOVED
_IO_NO_MEMORY = 10 | 12 << 8  # SQLITE_IOERR_NOMEM
_IO_NO_ROOM = 10 | 19 << 8  # SQLITE_IOERR_SHMSIZE: for the index of the write-ahead log
_NOT_OF_THE_DISK = frozenset({_IO_NO_MEMORY, _IO_NO_ROOM})

_WAIT = "Find the process that holds it, or allow more time."
_ROOM = "Make room on the disk; it then goes on by itself."
_ACCESS = "Check that this user may write the file and its folder."
_DISK = "Look at the disk. Verify the store, then open it again."
_RESTORE = "Keep the file as it is, and put its backup in its place."
_NAME_A_STORE = "Name the file of the store, or one that does not exist yet."
_MEMORY = "Give the process more memory."
_DEFECT = "This is a defect of doelbinding: report it."

_SAYS: dict[int, tuple[str, str]] = {
    _BUSY: ("is busy: another process has it", _WAIT),
    _LOCKED: ("is busy: another process has it", _WAIT),
    _NO_MEMORY: ("cannot be used: there is no memory left", _MEMORY),
    _READ_ONLY: ("cannot be written: it is read-only", _ACCESS),
    _IO: ("cannot be used: its disk fails", _DISK),
    _CORRUPT: ("is damaged", _RESTORE),
    _FULL: ("cannot be written: the disk is full", _ROOM),
    _CANNOT_OPEN: ("cannot be opened", _ACCESS),
    _CONSTRAINT: ("refuses a row", _DEFECT),
    _NOT_A_DATABASE: ("is not a database of SQLite", _NAME_A_STORE),
}
_PLAIN = frozenset({_BUSY, _LOCKED, _FULL, _NOT_A_DATABASE})
"""Where the words of SQLite add nothing."""


def is_damage(fault: SqliteFault) -> bool:
    """Whether the database itself is wrong."""
    return fault.code & 0xFF in (_CORRUPT, _NOT_A_DATABASE)


def is_final(fault: SqliteFault) -> bool:
    """Whether it leaves in doubt what is on the disk, so that nothing more may be written."""
    failed = fault.code & 0xFF == _IO and fault.code not in _NOT_OF_THE_DISK
    return failed or is_damage(fault) or fault.code == _MOVED


def store_error(fault: SqliteFault, name: str, *, may_have_happened: bool = False) -> StoreError:
    """The fault as whoever uses the store sees it."""
    means = {_IO_NO_MEMORY: _NO_MEMORY, _IO_NO_ROOM: _FULL}
    primary = means.get(fault.code, fault.code & 0xFF)
    says, help_ = _SAYS.get(primary, ("cannot be used", _DEFECT))
    words = "" if primary in _PLAIN else f" (SQLite {fault.code}: {fault.words})"
    return StoreError(
        f"{name} {says}{words}",
        help_,
        is_final=is_final(fault),
        may_have_happened=may_have_happened,
    )
