"""The log of decisions: written before data leave, hashed entry onto entry, signed, checked."""
