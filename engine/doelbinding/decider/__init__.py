"""Index and transfer to a decision: pure and total, without clock, file or graph."""

from doelbinding.decider.decide import decide
from doelbinding.decider.index import Index

__all__ = ["Index", "decide"]
