"""Exact questions about how flows and prohibitions lie over each other.

Where many flows are compared, each is compared with few: with those that share a name with it.
"""

from doelbinding.validator.overlap.covering import Covering
from doelbinding.validator.overlap.forbidding import Forbidding
from doelbinding.validator.overlap.together import Meeting, Together

__all__ = ["Covering", "Forbidding", "Meeting", "Together"]
