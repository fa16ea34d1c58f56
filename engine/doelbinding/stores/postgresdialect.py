"""The SQL of a store in the words of PostgreSQL."""

import re
from functools import lru_cache

_TOKENS = re.compile(r"'(?:[^']|'')*'|[?%]")
_TYPES = {"BLOB": "BYTEA", "INTEGER": "BIGINT"}
_TYPE = re.compile(rf"\b(?:{'|'.join(_TYPES)})\b")


@lru_cache(maxsize=256)
def query(sql: str) -> str:
    """A query or a change, with `%s` for each parameter."""
    return _TOKENS.sub(_token, sql)


def definition(sql: str) -> str:
    """A `CREATE …`, with the types of PostgreSQL."""
    return query(_TYPE.sub(lambda found: _TYPES[found[0]], sql))


def _token(found: re.Match[str]) -> str:
    return "%s" if found[0] == "?" else found[0].replace("%", "%%")
