"""Policies of any size, made up anew from a seed, and questions to put to them.

They are valid, with few warnings, and mix what real policies mix: hierarchies, conditions, roles,
agreements, periods, prohibitions. `python -m bench.large_policy FOLDER` writes one.
"""

from bench.large_policy.authoring import LARGE, SMALL, Sections, Size, sections
from bench.large_policy.changing import changed, with_invariants
from bench.large_policy.questions import questions
from bench.large_policy.writing import write_policy, write_sections

__all__ = [
    "LARGE",
    "SMALL",
    "Sections",
    "Size",
    "changed",
    "questions",
    "sections",
    "with_invariants",
    "write_policy",
    "write_sections",
]
