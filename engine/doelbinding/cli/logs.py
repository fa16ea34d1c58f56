"""The log that a command records in, or looks at."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doelbinding.audit.keys import KeyFolder
    from doelbinding.audit.log import AuditLog
    from doelbinding.stores.store import Store


@dataclass(frozen=True, slots=True)
class LogChoice:
    """The log that the options name, and its keys. What opens it is imported then."""

    where: str
    keys: str

    def open(self) -> "AuditLog":
        """The log, which must be there. Raises `SourceError`."""
        from doelbinding.audit.log import AuditLog

        return AuditLog.open(self.where, keys=self.keys, create=False)

    def store(self) -> "Store":
        """Where the log is, whatever may be wrong with it. Raises `StoreError`."""
        from doelbinding.audit.schema import SCHEMA
        from doelbinding.stores import open_store

        return open_store(self.where, SCHEMA, create=False)

    def key_folder(self, log: str) -> "KeyFolder":
        """Its keys, which must belong to the log of that id. Raises `StoreError`."""
        from doelbinding.audit.keys import KeyFolder

        return KeyFolder.open(self.keys, log=log)
