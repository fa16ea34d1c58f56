"""`doelbinding reach`: where data can end up, hop by hop."""

from typing import Any

import click

from doelbinding.analysis.reach import reach
from doelbinding.analysis.space import Space
from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import moment_option, output_options, policy_options
from doelbinding.cli.output import check_target, wants_colour, write
from doelbinding.cli.progress import follow
from doelbinding.cli.questions import check_known
from doelbinding.cli.sources import PolicyChoice, seen_from
from doelbinding.views.reaching import ReachReport, render_dot, render_json, render_text
from doelbinding.views.terminal import Painter


@click.command("reach", cls=PolicyCommand)
@click.argument("category")
@click.option("--from", "start", metavar="PARTY", help="Where the data are; usually with you.")
@policy_options
@output_options("text", "json", "dot")
@moment_option
def command(
    chosen: PolicyChoice,
    category: str,
    start: str | None,
    form: str,
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,
    at: str | None,
) -> int:
    """Say to whom CATEGORY, or part of it, can come, under which conditions.

    \b
    doelbinding reach loans.history
    doelbinding reach contact --from kb --format dot

    To each party the shortest chain is shown. Every hop has facts of its own, none goes before
    the one that it follows, and one that can carry more than the hop before is marked.
    """  # noqa: D301 - click takes the character that the escape stands for
    check_target(output, force=force)
    policy = chosen.load(at)
    index = policy.compiled.index
    party = index.controller if start is None else start
    check_known("CATEGORY", category, index.expansions)
    check_known("--from", party, index.parties)
    since = seen_from(policy, at)
    reached = reach(Space(index), category, party, since, follow("following"))
    report = ReachReport(policy, category, party, reached, since)
    if form == "text":
        text = render_text(report, lang, Painter(colour=wants_colour(color, output)))
    else:
        text = render_json(report) if form == "json" else render_dot(report, lang)
    write(text, output, force=force)
    return Exit.WELL
