"""What a change of a policy newly permits or forbids, exactly (section 6, diff)."""

from doelbinding.analysis.diff.diff import Change, Comparison, compare

__all__ = ["Change", "Comparison", "compare"]
