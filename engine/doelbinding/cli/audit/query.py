"""`doelbinding audit query`: transfers in the log, and what became of each."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from doelbinding.cli.audit.reader import Since, Until, name_option, named_reader
from doelbinding.cli.command import Helpful
from doelbinding.cli.exits import Exit
from doelbinding.cli.logs import LogChoice
from doelbinding.cli.options import log_options, output_options
from doelbinding.cli.output import check_target, wants_colour, write
from doelbinding.model.decision import Effect
from doelbinding.views.explain import Language
from doelbinding.views.terminal import Painter

if TYPE_CHECKING:
    from doelbinding.audit.log import AuditLog
    from doelbinding.audit.reading import Found

_ACTIONS = ("passed", "stopped", "stripped", "observed")


@click.command("query", cls=Helpful)
@log_options(required=True)
@click.option("--id", metavar="ID", help="The decision of that id.")
@click.option("--from", "sender", metavar="PARTY", help="From this party, or one below it.")
@click.option("--to", "recipient", metavar="PARTY", help="To this party, or one below it.")
@click.option("--purpose", metavar="PURPOSE", help="For this purpose, or one below it.")
@click.option("--data", "category", metavar="CATEGORY", help="Of this category, or one below it.")
@click.option("--subject", metavar="SUBJECT", help="About this category of persons.")
@click.option("--subject-id", "person", metavar="ID", help="About this very person.")
@click.option("--reference", metavar="NUMBER", help="With this number of a request or demand.")
@click.option(
    "--effect", type=click.Choice([each.value for each in Effect]), help="What the policy answered."
)
@click.option("--action", type=click.Choice(_ACTIONS), help="What the gate did.")
@click.option("--since", type=Since(), metavar="MOMENT", help="From this moment or day (UTC) on.")
@click.option("--until", type=Until(), metavar="MOMENT", help="Before this moment; or by this day.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N of them.")
@click.option(
    "--would-deny", is_flag=True, help="What enforcement would stop, by reason and by remedy."
)
@click.option("--proofs", is_flag=True, help="With --format json: each with its proof.")
@name_option
@output_options("text", "json", "csv", "html")
def command(
    log: LogChoice,
    last: int | None,
    would_deny: bool,
    proofs: bool,
    reader: str | None,
    form: str,
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,
    **filters: str | None,
) -> int:
    """Find transfers in the log, in its order, and what became of each.

    \b
    doelbinding audit query --log audit.db --keys keys --purpose marketing --last 20
    doelbinding audit query --log audit.db --keys keys --would-deny

    Who looks, and for what, is recorded before anything is shown. With --would-deny the formats
    text and json tell the reasons, csv and html the transfers.
    """  # noqa: D301 - click takes the character that the escape stands for
    check_target(output, force=force)
    _check_use(form, filters, proofs=proofs, would_deny=would_deny)
    if would_deny:
        filters["action"] = "observed"
    from doelbinding.audit.damage import told_as_damage  # only who asks pays for it
    from doelbinding.audit.reading import Wanted, query

    paint = Painter(colour=wants_colour(color, output))
    with log.open() as opened, told_as_damage(opened.store):
        wanted = Wanted(**filters)
        found: Iterable[Found] = query(opened, wanted, reader=named_reader(reader))
        if last is not None:
            found = deque(found, maxlen=last)
        if proofs:
            text: Iterable[str | bytes] = _proven(opened, found)
        elif would_deny and form in ("text", "json"):
            text = _reasons(found, form, lang, paint)
        else:
            text = rendered(found, opened.id, form, lang, paint)
        write(text, output, force=force)
    return Exit.WELL


def rendered(
    found: "Iterable[Found]", log: str, form: str, lang: Language, paint: Painter
) -> Iterable[str]:
    """The transfers in one of the formats; lines are made as they are read."""
    from doelbinding.views.auditing import csv_lines, json_lines, render_found, render_html

    if form == "json":
        return json_lines(found)
    if form == "csv":
        return csv_lines(found)
    transfers = list(found)
    return [
        render_html(transfers, log, lang)
        if form == "html"
        else render_found(transfers, lang, paint)
    ]


def _proven(log: "AuditLog", found: "Iterable[Found]") -> Iterator[bytes]:
    from doelbinding.audit.export import extract

    return extract(log, found)


def _reasons(found: "Iterable[Found]", form: str, lang: Language, paint: Painter) -> Iterable[str]:
    from doelbinding.views.auditing import groups_of, render_groups, render_groups_json

    count, groups = groups_of(found)
    if form == "json":
        return render_groups_json(groups)
    return [render_groups(count, groups, lang, paint)]


def _check_use(
    form: str, filters: dict[str, str | None], *, proofs: bool, would_deny: bool
) -> None:
    if proofs and (form != "json" or would_deny):
        raise click.UsageError("--proofs is for --format json, without --would-deny")
    if would_deny and filters["action"] not in (None, "observed"):
        raise click.UsageError("--would-deny is about what was observed: leave out --action")
