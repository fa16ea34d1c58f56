"""The tables of a store in PostgreSQL, and the one that says of which version they are."""

from doelbinding.errors import StoreError
from doelbinding.stores.postgresdialect import definition
from doelbinding.stores.store import Schema, Transaction
from doelbinding.stores.versions import refuse_version

_IS_THERE = "SELECT to_regclass('doelbinding_schema') IS NOT NULL"
_VERSIONS = "CREATE TABLE doelbinding_schema (name TEXT PRIMARY KEY, version INTEGER NOT NULL)"
_VERSION = "SELECT version FROM doelbinding_schema WHERE name = ?"
_NEW_VERSION = "INSERT INTO doelbinding_schema (name, version) VALUES (?, ?)"

_NAME_IT = "Check the name of the database."


def find_tables(transaction: Transaction, name: str, schema: Schema, *, create: bool) -> None:
    """Find the tables, or make them. Raises `StoreError` if they are not there or not ours."""
    ((has_versions,),) = transaction.rows(_IS_THERE)
    found = transaction.rows(_VERSION, (schema.name,)) if has_versions else []
    if found:
        refuse_version(name, found[0][0], schema)
    elif create:
        _make(transaction, schema, () if has_versions else (_VERSIONS,))
    else:
        raise StoreError(f"{name} holds no {schema.name}", _NAME_IT)


def _make(transaction: Transaction, schema: Schema, first: tuple[str, ...]) -> None:
    for statement in (*first, *schema.statements):
        transaction.run(definition(statement))
    transaction.run(_NEW_VERSION, (schema.name, schema.version))
