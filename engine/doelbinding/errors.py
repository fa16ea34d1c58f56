"""The exceptions, which are few: a fault of the user in a policy is a value, not an exception.

    DoelbindingError
    ├── SourceError      a path, revision, bundle or key cannot be opened, read or trusted
    │   └── StoreError   a store cannot be opened, read, written or trusted
    └── PolicyError      what the policy says is wrong (in `diagnostics`: it carries the findings)

A caller's defect, such as a moment without offset, is Python's own `TypeError`.
"""


class DoelbindingError(Exception):
    """Everything that this package raises by itself."""


class SourceError(DoelbindingError):
    """A path, revision, bundle or key cannot be opened, read or trusted; nothing was loaded."""

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002 - the field's name everywhere
        super().__init__(message)
        self.message = message
        self.help = help


class StoreError(SourceError):
    """A store cannot be opened, read, written or trusted.

    `is_final`: nothing more is written by whoever holds it; it must be opened anew.
    `may_have_happened`: what was to be written may be there all the same, or not.
    """

    def __init__(
        self,
        message: str,
        help: str = "",  # noqa: A002 - the field's name everywhere
        *,
        is_final: bool = False,
        may_have_happened: bool = False,
    ) -> None:
        super().__init__(message, help)
        self.is_final = is_final
        self.may_have_happened = may_have_happened
