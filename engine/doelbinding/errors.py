"""The exceptions, which are few: a fault of the user in a policy is a value, not an exception.

    DoelbindingError
    ├── SourceError      a path, revision, bundle or key cannot be opened, read or trusted
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
