"""The tables of the log, and the names of their columns."""

from doelbinding.stores.store import Schema

_APPLICATION = 0x646C6230
"""In the head of a SQLite file: `dlb0`."""

SCHEMA = Schema(
    "doelbinding-audit",
    1,
    (
        "CREATE TABLE entries (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT, at TEXT,"
        " writer TEXT NOT NULL, number INTEGER NOT NULL, subject TEXT, keep_until TEXT,"
        " salt BLOB, leaf BLOB NOT NULL, chain BLOB NOT NULL, payload BLOB)",
        "CREATE UNIQUE INDEX entries_number ON entries (writer, number)",
        "CREATE UNIQUE INDEX entries_decided ON entries (id) WHERE kind = 'decided'",
        "CREATE INDEX entries_id ON entries (id)",
        "CREATE INDEX entries_subject ON entries (subject) WHERE subject IS NOT NULL",
        "CREATE INDEX entries_at ON entries (at)",
        "CREATE TABLE state (log TEXT NOT NULL, size INTEGER NOT NULL, chain BLOB NOT NULL,"
        " frontier BLOB NOT NULL, last_at TEXT, key_id TEXT)",
        "CREATE TABLE bundles (source TEXT PRIMARY KEY, sha256 TEXT NOT NULL, bytes BLOB NOT NULL)",
    ),
    _APPLICATION,
)

EMPTY_CHAIN = bytes(32)
"""What the chain begins with."""

INSERT_ENTRY = (
    "INSERT INTO entries (seq, kind, id, at, writer, number, subject, keep_until, salt, leaf,"
    " chain, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
