"""Tables have a version; what this doelbinding does not know it leaves alone."""

from doelbinding.errors import StoreError
from doelbinding.stores.store import Schema

_NEWER = "Use the doelbinding that made it, or a later one."
_OLDER = "Use the doelbinding that made it: this one does not read what it wrote."


def refuse_version(name: str, version: int, schema: Schema) -> None:
    """Raise `StoreError` if its tables are those of an older or a newer doelbinding."""
    if version != schema.version:
        age, help_ = ("newer", _NEWER) if version > schema.version else ("older", _OLDER)
        known = f"this doelbinding knows version {schema.version}"
        raise StoreError(f"{name} has {age} tables, version {version}; {known}", help_)
