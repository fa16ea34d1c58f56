"""The files of a policy's tests to suites: the loader and the schema first, then what they say."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from doelbinding.analysis.testing.build import built
from doelbinding.analysis.testing.suite import Broken, Fault, PolicyTest, Suite, finding_of
from doelbinding.compiler.bundle import open_bundle
from doelbinding.diagnostics import Finding, by_place
from doelbinding.loader import (
    DEFAULT_LIMITS,
    Limits,
    LoadedFile,
    faults,
    is_bundle,
    load_origin,
)
from doelbinding.loader.files import SUFFIX, RawFile, whole_file
from doelbinding.loader.origin import origin_of, within_limits
from doelbinding.signing import KeyFile
from doelbinding.source import SourceFile
from doelbinding.validator.structure import policy_tests_shape

MOST_TESTS = 50_000
"""So many tests a policy may have, all combinations of its matrices counted."""

_MISNAMED = ".yml"
_MISNAMED_HELP = "Rename it so that it ends in .yaml, or move it out of the folder."
_EMPTY_HELP = "A file of tests holds a `label`, and tests under `cases`, `matrix` or `permits`."
_HIDING_KEYS = frozenset((faults.MERGE.rule, faults.KEY.rule, faults.ANCHOR.rule))
"""Where these were refused, a key that is missing may be among what was not read."""


def read_suites(
    source: str | os.PathLike[str],
    limits: Limits = DEFAULT_LIMITS,
    *,
    verify: KeyFile | None = None,
    at_least: int | None = None,
) -> tuple[Suite, ...]:
    """Read the tests of a policy, from where the policy itself is: its files below `tests/`.

    Whatever is wrong with them becomes a `Broken` test of its suite.

    Args:
        source: a folder, a git revision as `REVISION:FOLDER`, or a bundle.
        limits: how much is read at most.
        verify: the PEM file of a public key: only a bundle that is signed with it will do.
        at_least: the lowest revision of a bundle that will do.

    Raises:
        SourceError: the source cannot be opened, read or trusted.
    """
    name = os.fspath(source)
    raw, excess = within_limits(_files(name, limits, verify, at_least), limits)
    if excess:
        place = whole_file(name)
        return (_not_run(faults.TOO_LARGE.finding(excess, place)),)
    misnamed = [each for each in raw if each.name.endswith(_MISNAMED)]
    found = _loaded(name, [each for each in raw if each.name.endswith(SUFFIX)], limits)
    return (*_built(found), *(_not_run(_misnamed(each)) for each in misnamed))


def _files(
    name: str, limits: Limits, verify: KeyFile | None, at_least: int | None
) -> Iterable[RawFile]:
    if verify is None and not is_bundle(name):
        return origin_of(name, limits).tests()
    bundle = open_bundle(name, limits, verify=verify, at_least=at_least).bundle
    return [RawFile(file, f"{name}:{file}", content) for file, content in bundle.tests()]


@dataclass(frozen=True, slots=True)
class _Found:
    """Files as the place where texts are, so that those of tests are read as a policy's are."""

    name: str
    raw: list[RawFile]

    def texts(self) -> Iterable[RawFile]:
        return self.raw

    def tests(self) -> Iterable[RawFile]:
        return ()

    def remarks(self) -> list[Finding]:
        return []


def _loaded(name: str, raw: list[RawFile], limits: Limits) -> Iterable[LoadedFile]:
    """The files, each of which is read as a whole where places in it are asked for.

    Many places may be: of every test that fails, that of what it expects.
    """
    if not raw:
        return
    for file in load_origin(_Found(name, raw), limits).files:
        content = file.content and file.content._replace(is_by_line=False)
        yield replace(file, content=content)


def _built(files: Iterable[LoadedFile]) -> Iterator[Suite]:
    room = MOST_TESTS
    for file in files:
        findings = (*map(_of_tests, file.findings), *_misshapen(file))
        suite = Suite(file, tests=tuple(map(_broken, by_place(findings))))
        if not findings:
            suite = built(file, file.values or {}, room)
            room -= sum(isinstance(test, PolicyTest) for test in suite.tests)
        yield suite


def _misshapen(file: LoadedFile) -> Iterator[Finding]:
    """What the schema finds, but for what was refused already when the file was read."""
    if file.values is None:
        return
    refused = {(each.place.line, each.place.column) for each in file.findings if each.place}
    hides_keys = not _HIDING_KEYS.isdisjoint(each.rule for each in file.findings)
    for flaw in policy_tests_shape().flaws(file.values):
        fault = Fault(flaw.path, flaw.message, flaw.help, flaw.rule, flaw.at_key)
        found = replace(finding_of(file, fault), expected=flaw.expected)
        key = finding_of(file, fault._replace(at_key=True))
        places = {(each.place.line, each.place.column) for each in (found, key) if each.place}
        if refused.isdisjoint(places) and not (hides_keys and flaw.rule == "missing-key"):
            yield found


def _of_tests(finding: Finding) -> Finding:
    """The finding with a help that speaks of tests."""
    return replace(finding, help=_EMPTY_HELP) if finding.rule == faults.EMPTY.rule else finding


def _misnamed(file: RawFile) -> Finding:
    place = whole_file(file.path)
    return faults.FOLDER.finding(f"`{file.name}` is not read", place, help=_MISNAMED_HELP)


def _not_run(finding: Finding) -> Suite:
    """The suite of a file of which nothing can be run."""
    assert finding.place is not None  # noqa: S101 - it is about that file
    file = LoadedFile(SourceFile(finding.place.path, ""), None)
    return Suite(file, tests=(_broken(finding),))


def _broken(finding: Finding) -> Broken:
    assert finding.place is not None  # noqa: S101 - it is about a file
    return Broken(finding.path or finding.place.path, finding.place, (finding,))
