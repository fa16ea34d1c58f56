"""The exit codes of every command, and these alone."""

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit code says."""

    WELL = 0
    """All is well."""
    FINDING = 1
    """Denied, or something wrong inside a policy."""
    MISUSE = 2
    """Wrong use, or something that cannot be opened, read, trusted or written."""
    DEFECT = 3
    """A failure of our own."""
