"""What an error of PostgreSQL means for a store.

The server's own words may quote a value, and those of its client a password. So a message names
the code of the error (SQLSTATE) and what is known to be harmless.
"""

import psycopg
from psycopg import errors

from doelbinding.errors import StoreError

_WAIT = "Find the session that holds it (pg_stat_activity), or allow more time."
_REACH = "Check that the server runs and that its address is right; it then goes on by itself."
_RIGHTS = "Check the user, the password, the database, and what the user may do in it."
_ROOM = "Make room on the server's disk; it then goes on by itself."
_DAMAGE = "Look at the server's log and disk. Verify the store, then open it again."
_LOAD = "Look at the server's log and at its limits."
_PRIMARY = "Name the server that may be written."
_DEFECT = "This is a defect of doelbinding: report it."

_SAYS: tuple[tuple[str, str, str], ...] = (
    ("55P03", "is busy: another process writes", _WAIT),
    ("28", "does not let this user in", _RIGHTS),
    ("3D", "does not exist", _REACH),
    ("42501", "does not let this user do that", _RIGHTS),
    ("42P07", "holds tables of the same name already", "Use a database of its own."),
    ("25006", "cannot be written: it is read-only", _PRIMARY),
    ("53100", "cannot be written: the disk is full", _ROOM),
    ("53", "lacks what it needs to go on", _LOAD),
    ("57P", "cannot be reached: the server is going down or coming up", _REACH),
    ("XX", "is damaged", _DAMAGE),
    ("58", "cannot be used: its disk fails", _DAMAGE),
    ("23", "refuses a row", _DEFECT),
)
"""The beginning of a code, what it says, and what helps; the first that fits counts."""

_REFUSALS = ("authentication", "no password", "role ", "database ", "pg_hba")
"""In the words of the client where the server answers, and lets nobody in."""

_DAMAGED = ("XX001", "XX002")


class NoAnswer(psycopg.OperationalError):
    """The server kept silent for too long."""


def store_error(
    error: psycopg.Error, name: str, *, is_lost: bool = False, may_have_happened: bool = False
) -> StoreError:
    """The error as whoever uses the store sees it; `is_lost`: so is the connection."""
    message, help_ = _told(error, is_lost)
    final = error.sqlstate in _DAMAGED
    return StoreError(
        f"{name} {message}", help_, is_final=final, may_have_happened=may_have_happened
    )


def _told(error: psycopg.Error, is_lost: bool) -> tuple[str, str]:
    if isinstance(error, NoAnswer | errors.ConnectionTimeout):
        return "does not answer", _REACH
    for start, says, help_ in _SAYS:
        if (error.sqlstate or "").startswith(start):
            return f"{says} ({_detail(error)})", help_
    if is_lost or error.sqlstate is None:
        return "cannot be reached", _REACH
    return f"cannot be used ({_detail(error)})", _DEFECT


def _detail(error: psycopg.Error) -> str:
    constraint = error.diag.constraint_name
    return f"PostgreSQL {error.sqlstate}" + (f", {constraint}" if constraint else "")


def unconnected(error: psycopg.Error, name: str, password: str) -> StoreError:
    """Why there is no connection, in the words of the client unless they tell the password."""
    if isinstance(error, errors.ConnectionTimeout):
        return store_error(error, name)
    words = " ".join(str(error).split()).rpartition("failed: ")[2].partition(" Is the")[0]
    if password and password in words:
        words = "the server gives a reason that cannot be told"
    if error.sqlstate or any(each in words for each in _REFUSALS):
        return StoreError(f"{name} does not let this user in: {words}", _RIGHTS)
    return StoreError(f"{name} cannot be reached: {words}", _REACH)
