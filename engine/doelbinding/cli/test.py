"""`doelbinding test`: the policy's own tests, run against it."""

from typing import Any

import click

from doelbinding.analysis.testing import Selection, read_suites, run_suites
from doelbinding.cli.command import PolicyCommand
from doelbinding.cli.exits import Exit
from doelbinding.cli.options import Moment, exit_zero_option, output_options, policy_options
from doelbinding.cli.output import check_target, wants_colour, write
from doelbinding.cli.questions import check_known
from doelbinding.cli.sources import PolicyChoice
from doelbinding.cli.step_summary import add_to_step_summary
from doelbinding.policy import Policy
from doelbinding.views.terminal import Painter
from doelbinding.views.testing import RunReport, render_json, render_text


@click.command("test", cls=PolicyCommand)
@policy_options
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="TEXT",
    help="Only tests with this text in their name or in that of their file; repeatable.",
)
@click.option(
    "--party",
    "parties",
    multiple=True,
    metavar="PARTY",
    help="Only tests with a sender or recipient within this one; repeatable.",
)
@click.option(
    "--purpose",
    "purposes",
    multiple=True,
    metavar="PURPOSE",
    help="Only tests for a purpose within this one; repeatable.",
)
@click.option(
    "--category",
    "categories",
    multiple=True,
    metavar="CATEGORY",
    help="Only tests that ask for data within this category; repeatable.",
)
@click.option("--verbose", is_flag=True, help="Name every test, not only those that went wrong.")
@click.option(
    "--at",
    type=Moment(),
    metavar="MOMENT",
    help="Taken as by every command; each test says itself at which moment it is decided.",
)
@output_options("text", "json", "junit", "github", "markdown")
@exit_zero_option
def command(
    chosen: PolicyChoice,
    verbose: bool,
    at: str | None,
    form: str,
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,
    exit_zero: bool,
    **wanted: tuple[str, ...],
) -> int:
    """Run the tests below the policy's folder `tests`.

    A test that the policy answers otherwise has failed; one that asks for what does not exist is
    unusable. Either ends with 1, and so does a run without any test. The format github also adds
    to the summary of the workflow's step.
    """
    check_target(output, force=force)
    policy = chosen.load(at)
    selection = Selection(**wanted)
    _check_wanted(policy, selection)
    suites = read_suites(
        chosen.source, chosen.limits, verify=chosen.verify, at_least=chosen.at_least
    )
    results = run_suites(policy.compiled, suites, selection)
    report = RunReport(policy, chosen.source, results, any(wanted.values()))
    if form == "text":
        paint = Painter(colour=wants_colour(color, output))
        text = render_text(report, lang, paint, is_verbose=verbose)
    else:
        text = _for_program(report, form)
    write(text, output, force=force)
    return Exit.WELL if report.passes or exit_zero else Exit.FINDING


def _check_wanted(policy: Policy, wanted: Selection) -> None:
    index = policy.compiled.index
    for option, names, known in (
        ("--party", wanted.parties, index.parties),
        ("--purpose", wanted.purposes, index.purposes),
        ("--category", wanted.categories, index.expansions),
    ):
        for name in names:
            check_known(option, name, known)


def _for_program(report: RunReport, form: str) -> str:
    if form == "json":
        return render_json(report)
    from doelbinding.views.testing.findings import outcomes_of  # people need none of it

    outcomes = outcomes_of(report)
    if form == "github":
        add_to_step_summary(outcomes.markdown)
    return outcomes.render(form)
