"""The log of decisions: written before data leave, hashed entry onto entry, signed, checked."""

from doelbinding.audit.log import AuditLog, LogStatus
from doelbinding.audit.pending import Receipt

__all__ = ["AuditLog", "LogStatus", "Receipt"]
