"""`doelbinding audit`: the log of decisions, looked into, verified, and kept in order."""

import click

from doelbinding.cli.group import LazyGroup

_COMMANDS = {
    "query": "Find transfers, and what became of them.",
    "verify": "Find every change and every loss.",
    "export": "Write the log as lines that can be checked without it.",
    "anchor": "Sign what the log comes to, and keep that elsewhere.",
    "erase": "Erase what was kept long enough.",
}


@click.group("audit", cls=LazyGroup, package="doelbinding.cli.audit", purposes=_COMMANDS)
def command() -> None:
    """Look into the log of decisions, verify it, and keep it in order.

    Each takes --log and --keys: where the log is, and the folder of its keys.
    """
