"""Exact questions about a compiled policy (policy language, section 6)."""
