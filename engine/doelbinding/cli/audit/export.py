"""`doelbinding audit export`: the whole log, for whoever has not the product."""

from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import click

from doelbinding.cli.audit.query import rendered
from doelbinding.cli.audit.reader import name_option, named_reader
from doelbinding.cli.command import Helpful
from doelbinding.cli.exits import Exit
from doelbinding.cli.logs import LogChoice
from doelbinding.cli.options import log_options, output_options
from doelbinding.cli.output import check_target, remark, write
from doelbinding.cli.progress import Count
from doelbinding.views.explain import Language
from doelbinding.views.terminal import Painter, safe

if TYPE_CHECKING:
    from doelbinding.audit.log import AuditLog

_VERIFIER = "verify_export.py"


@click.command("export", cls=Helpful)
@log_options(required=True)
@click.option(
    "--verifier", metavar="FILE", help="Also write the program that checks it, to a new file."
)
@name_option
@output_options("json", "csv", "html")
def command(
    log: LogChoice,
    verifier: str | None,
    reader: str | None,
    form: str,
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,  # noqa: ARG001 - what is written has no colours; every command takes the option
) -> int:
    """Write the log: as JSON Lines that can be checked without the product, or as a table.

    \b
    doelbinding audit export --log audit.db --keys keys --output log.jsonl --verifier verify.py
    python verify.py log.jsonl --head heads --key keys/head.pub.pem

    The JSON holds every entry with its hash, and the policies that decided. The formats csv and
    html hold the transfers, and nothing that proves them. Who exports is recorded first.
    """  # noqa: D301 - click takes the character that the escape stands for
    if verifier == "":
        raise click.BadParameter("name a file", param_hint="--verifier")
    check_target(output, force=force)
    check_target(verifier, force=force)
    from doelbinding.audit.damage import told_as_damage  # only who asks pays for it

    with log.open() as opened, told_as_damage(opened.store):
        size = opened.status.size
        with Count("exporting", size, wanted=output is not None) as bar:
            lines = _lines(opened, named_reader(reader), form, lang, bar)
            write(lines, output, force=force)
    if verifier is not None:
        program = files("doelbinding.audit").joinpath(_VERIFIER).read_bytes()
        write(program, verifier, force=force)
        remark(f"{safe(verifier)}: checks an export with Python alone")
    return Exit.WELL


def _lines(
    log: "AuditLog", reader: str, form: str, lang: Language, bar: Count
) -> Iterable[str | bytes]:
    from doelbinding.audit.export import export
    from doelbinding.audit.reading import Found, Wanted, query

    if form == "json":
        return export(log, reader=reader, advance=bar.advance)

    def followed() -> Iterable[Found]:
        for found in query(log, Wanted(), reader=reader):
            yield found
            bar.advance(1)

    return rendered(followed(), log.id, form, lang, Painter())
