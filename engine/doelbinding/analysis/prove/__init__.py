"""Invariants, proven over all transfers or broken by the smallest one (section 6, prove)."""

from doelbinding.analysis.prove.prove import Proof, prove

__all__ = ["Proof", "prove"]
