"""Checks a policy: its shape by JSON Schema, its meaning by rules; all findings at once."""

from doelbinding.validator.rules import RULES
from doelbinding.validator.validate import Validation, ValidDeclarations, validate

__all__ = ["RULES", "ValidDeclarations", "Validation", "validate"]
