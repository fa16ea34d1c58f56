"""The command line: a file per command, each parses, calls, renders, and exits."""

import sys


def main() -> None:
    """Entry point of the `doelbinding` command."""
    from doelbinding.cli.main import main as run  # click is imported only by whom it serves

    sys.exit(run())
