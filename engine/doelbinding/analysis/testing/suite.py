"""A file of policy tests as it was read: what each test asks, and what it expects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from doelbinding.diagnostics import Finding, Severity
from doelbinding.loader import LoadedFile
from doelbinding.loader.files import whole_file
from doelbinding.model.decision import Effect, Reason
from doelbinding.model.text import Text
from doelbinding.source import Place
from doelbinding.validator.draft import Located, Path, path_text, place_within

UNUSABLE = "test-unusable"
"""The rule of a test that cannot be run."""


class Written(NamedTuple):
    """A value, and where it stands in its file."""

    value: Any
    path: Path


class Fault(NamedTuple):
    """Something that makes a test unusable, and where it stands."""

    path: Path
    message: str
    help: str
    rule: str = UNUSABLE
    at_key: bool = False
    related: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The transfer that a test asks about, as far as it says so: the policy fills in the rest.

    The states of `facts` are True, False and None, for unknown; `at` is the moment as written,
    and `instant` the same as in a `Transfer`.
    """

    at: str
    instant: int
    data: tuple[Written, ...] = ()
    facts: Mapping[str, Written] = field(default_factory=dict[str, Written])
    sender: Written | None = None
    recipient: Written | None = None
    purpose: Written | None = None
    subject: Written | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """The answer that a test expects; what is None is not looked at.

    `withheld` are reasons by category, or one reason for which nothing may go. `is_stated` tells
    whether the test says so itself: what a matrix does not list is expected to be denied.
    """

    effect: Effect
    path: Path
    permitted: tuple[str, ...] | None = None
    withheld: Mapping[str, Reason] | Reason | None = None
    duties: tuple[str, ...] | None = None
    rules: tuple[str, ...] | None = None
    unknown_facts: tuple[str, ...] = ()
    is_stated: bool = True

    @property
    def reasons(self) -> frozenset[Reason]:
        """The reasons that it names."""
        if isinstance(self.withheld, Reason):
            return frozenset({self.withheld})
        return frozenset((self.withheld or {}).values())


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """One test: a case, a combination of a matrix, or all that may go (`exactly`)."""

    name: str
    path: Path
    asked: Asked
    expected: Expectation
    label: Text | None = None
    exactly: tuple[Written, ...] | None = None
    skip: Text | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A test, or something else in a file of tests, that cannot be run whatever the policy is."""

    name: str
    place: Place
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Suite:
    """One file of tests, in the order of its sections."""

    file: LoadedFile
    label: Text | None = None
    clauses: tuple[str, ...] = ()
    tests: tuple[PolicyTest | Broken, ...] = ()

    @property
    def path(self) -> str:
        """The path of the file, as people know it."""
        return self.file.source.path

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """The place of what stands there in the file."""
        return place_in(self.file, path, at_key=at_key)

    def findings(self, faults: Iterable[Fault]) -> tuple[Finding, ...]:
        """The faults with their places."""
        return tuple(finding_of(self.file, fault) for fault in faults)


def place_in(file: LoadedFile, path: Path, *, at_key: bool = False) -> Place:
    """The place of what stands there in a file; of its nearest part where the file ends early."""
    values = file.values
    if not values:
        return whole_file(file.source.path)
    section, *rest = map(str, path[:2]) if path else (next(iter(values)),)
    if section not in values:
        return place_in(file, (), at_key=True)
    declared = values[section]
    if rest and isinstance(declared, dict) and rest[0] in declared:
        return place_within(Located(file, section, rest[0]), path[2:], at_key=at_key)
    return place_within(Located(file, section), path[1:], at_key=at_key or not path)


def finding_of(file: LoadedFile, fault: Fault) -> Finding:
    """A fault as a finding, at its place in the file."""
    return Finding(
        fault.rule,
        Severity.ERROR,
        fault.message,
        fault.help,
        place_in(file, fault.path, at_key=fault.at_key),
        path=path_text(fault.path),
        related=tuple((text, place_in(file, path, at_key=True)) for text, path in fault.related),
    )
