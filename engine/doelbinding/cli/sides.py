"""The two policies that are compared: each is read, and what is wrong with either is shown."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

import click

from doelbinding.analysis.diff.causes import Cause, Happened
from doelbinding.cli.command import show_findings
from doelbinding.cli.sources import PolicyChoice
from doelbinding.diagnostics import PolicyError
from doelbinding.loader.commits import Commit, Commits
from doelbinding.loader.history import in_revision, resolved
from doelbinding.loader.origin import is_revision
from doelbinding.source import Place
from doelbinding.views.differences import Side


def chosen_sides(
    chosen: PolicyChoice, old: str | None, new: str | None, against: str | None
) -> tuple[PolicyChoice, PolicyChoice]:
    """Where the old policy and the new one are. Raises `SourceError`."""
    if against is not None and old is not None:
        raise click.UsageError("--against names the old policy; the new one is that of --policy")
    if "" in (old, new, against):
        raise click.UsageError("the name of a policy or revision is empty")
    if against is None and old is None:
        raise click.UsageError("name two policies, OLD and NEW, or --against REVISION")
    now = new or chosen.source
    if new is not None or is_revision(now):
        now = resolved(now, chosen.source)
    before = resolved(old, chosen.source) if old is not None else in_revision(against or "", now)
    if new is None and before == now:
        raise click.UsageError(f"{now} would be compared with itself: name NEW, or --against")
    return replace(chosen, source=before, at_least=None), replace(chosen, source=now)


def read_sides(
    before: PolicyChoice, now: PolicyChoice, at: str | None, color: str
) -> tuple[Side, Side]:
    """Both policies. Raises `PolicyError` once the findings of the other side were shown."""
    sides: list[Side] = []
    broken: list[PolicyError] = []
    for name, chosen in (("old policy", before), ("new policy", now)):
        try:
            sides.append(Side(chosen.source, chosen.load(at)))
        except PolicyError as error:
            broken.append(PolicyError(error.findings, f"{name}, {chosen.source}"))
    if broken:
        *others, last = broken
        for each in others:
            show_findings(each, color)
        raise last
    old, new = sides
    return old, new


def commits_of(new: Side) -> Callable[[Place, Cause], Commit | None]:
    """What tells the commit that a declaration comes from, or went with, where git knows it."""
    commits = Commits(new.source)

    def commit(place: Place, cause: Cause) -> Commit | None:
        text = "" if cause.happened is Happened.REMOVED else place.file.text
        return commits.of((cause.section, cause.id), PurePath(place.path).name, text)

    return commit
