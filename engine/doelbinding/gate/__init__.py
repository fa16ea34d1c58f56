"""The gate: decides, records and enforces, where data leave."""

from doelbinding.gate.facts import FactSource
from doelbinding.gate.gate import Gate
from doelbinding.gate.passage import Passage, TransferDenied

__all__ = ["FactSource", "Gate", "Passage", "TransferDenied"]
