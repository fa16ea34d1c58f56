"""Digits that nobody can foresee, drawn in stock.

To ask the system for them lets go of the interpreter's lock, which every other thread then takes
first: with many threads, asking for each transfer would take longer than all the rest.
"""

import os

_BYTES = 40
_AT_ONCE = 64

_stock: list[str] = []
os.register_at_fork(after_in_child=_stock.clear)  # a child must not draw what its parent draws


def fresh_digits() -> str:
    """Eighty hexadecimal digits that were never given before."""
    while True:
        try:
            return _stock.pop()
        except IndexError:
            drawn = os.urandom(_BYTES * _AT_ONCE).hex()
            width = 2 * _BYTES
            _stock.extend(drawn[place : place + width] for place in range(0, len(drawn), width))
