"""The nearest known name to one that is not known."""

from collections.abc import Iterable

_LONGEST = 200


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a slip of the pen most likely meant, or None."""
    if len(name) > _LONGEST:
        return None
    import difflib  # only a wrong name pays for it

    names = sorted(known)
    found = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    if found:
        return found[0]
    leaf = name.rsplit(".", 1)[-1]
    return next((other for other in names if other.rsplit(".", 1)[-1] == leaf), None)
