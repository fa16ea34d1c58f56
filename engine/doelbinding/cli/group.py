"""The command group: each command is imported when it is called."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from doelbinding.cli.command import Helpful

_COMMANDS = {
    "init": "Lay out a new policy.",
    "validate": "Find everything that is wrong with a policy.",
    "check": "Decide one transfer, or many, and say why.",
    "audit": "Look into the log of decisions, verify it, and keep it in order.",
    "test": "Run the policy's own tests.",
    "prove": "Prove its invariants, or show the transfer that breaks one.",
    "diff": "Say what a change newly permits or forbids.",
    "coverage": "Say what the tests exercise, and what carries each clause.",
    "reach": "Say where data can end up, hop by hop.",
    "diagram": "Draw the flows of a policy.",
    "compile": "Make one file of a policy, which can be signed.",
    "types": "Write its ids as a Python module with types.",
}


class LazyGroup(Helpful, click.Group):
    """Commands by name with what each is for, in the order of their use.

    Each stands in the module of its name in `package`, as `command`.
    """

    def __init__(self, *args: Any, package: str, purposes: Mapping[str, str], **rest: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **rest)
        self._package = package
        self._purposes = purposes

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's shape
        """The commands in the order of their use."""
        return list(self._purposes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, if there is one."""
        if cmd_name not in self._purposes:
            return None
        command = import_module(f"{self._package}.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """What each command is for, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._purposes.items()))


def _show_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version  # takes long to import

        from doelbinding.cli.output import write
        from doelbinding.model.manifest import LANGUAGE_VERSION

        try:
            number = version("doelbinding")
        except PackageNotFoundError:
            number = "not installed"
        write(f"doelbinding {number}, policy language {LANGUAGE_VERSION}\n", None)
        ctx.exit()


@click.group(
    cls=LazyGroup,
    package="doelbinding.cli",
    purposes=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def doelbinding() -> None:
    """Check flows of personal data against declared purposes (GDPR Art. 5(1)(b)).

    Exit codes: 0 all is well; 1 a finding or a denial; 2 wrong use, or something cannot be
    opened, read, trusted or written; 3 a defect of doelbinding itself.
    """
