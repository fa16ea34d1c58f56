"""The policy that a command works on."""

from doelbinding.loader import DEFAULT_LIMITS, Limits


def limits(max_bytes: int | None) -> Limits:
    """The usual limits, or those of --max-bytes."""
    return DEFAULT_LIMITS if max_bytes is None else DEFAULT_LIMITS.with_bytes(max_bytes)
