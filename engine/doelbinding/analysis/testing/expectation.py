"""What a test expects, from what it says."""

from collections.abc import Mapping
from typing import Any

from doelbinding.analysis.testing.layers import NONE
from doelbinding.analysis.testing.suite import Expectation
from doelbinding.model.decision import Effect, Reason
from doelbinding.validator.draft import Path


def expectation(written: Mapping[str, Any], path: Path) -> Expectation:
    """The answer that a case, or a part of a matrix, says there must be."""
    return Expectation(
        Effect(written.get("effect", Effect.ALLOW)),
        path,
        _names(written.get("permitted")),
        _withheld(written.get("withheld")),
        _names(written.get("duties")),
        _names(written.get("rules")),
        _names(written.get("unknown-facts")) or (),
    )


def denial(path: Path) -> Expectation:
    """What is expected of a combination that a matrix does not list."""
    return Expectation(Effect.DENY, path, is_stated=False)


def _names(written: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - a list, `none` or nothing
    if written is None:
        return None
    return () if written == NONE else tuple(written)


def _withheld(written: Any) -> Mapping[str, Reason] | Reason | None:  # noqa: ANN401 - as above
    if written is None:
        return None
    if isinstance(written, str):
        return Reason(written)
    return {category: Reason(code) for category, code in written.items()}
