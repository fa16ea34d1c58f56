"""Stores: tables in SQLite or PostgreSQL, in which what was committed stays."""

from doelbinding.stores.store import Schema, Store


def open_store(where: str, schema: Schema, *, create: bool, timeout: float = 1.0) -> Store:
    """The store at a path, or at an address `postgresql://…`. Raises `StoreError`."""
    if where.startswith(("postgresql://", "postgres://")):
        from doelbinding.stores.postgresql import open_postgresql

        return open_postgresql(where, schema, create=create, timeout=timeout)
    from doelbinding.stores.sqlite import open_sqlite

    return open_sqlite(where, schema, create=create, timeout=timeout)
