"""What one file of tests says, to its tests."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from doelbinding.analysis.testing.expectation import expectation
from doelbinding.analysis.testing.layers import NONE, Fixtures, listed
from doelbinding.analysis.testing.matrix import Combination, combinations
from doelbinding.analysis.testing.suite import (
    Broken,
    Fault,
    PolicyTest,
    Suite,
    Written,
    finding_of,
    place_in,
)
from doelbinding.loader import LoadedFile, faults
from doelbinding.model.text import Text
from doelbinding.validator.draft import Path

_SECTIONS = ("cases", "matrix", "permits")
_NO_TEST = Fault(
    ("label",),
    "there is no test in this file",
    "Add tests under `cases`, `matrix` or `permits`, or remove the file.",
    at_key=True,
)
_NO_MOMENT_HELP = "Add `at:` to the head of the file, or to the test: a policy may change any day."


def built(file: LoadedFile, values: Mapping[str, Any], room: int) -> Suite:
    """The suite of a file that has the right shape; `room` is for so many tests at most."""
    tests = tuple(_Builder(file, values, room).tests())
    return Suite(file, Text(values["label"]), tuple(values.get("clauses", ())), tests)


class _Builder:
    """Makes the tests of one file."""

    def __init__(self, file: LoadedFile, values: Mapping[str, Any], room: int) -> None:
        at = Written(values["at"], ("at",)) if "at" in values else None
        self._file = file
        self._values = values
        self._room = room
        self._fixtures = Fixtures(values.get("fixtures", {}), at)
        self._first: dict[str, Path] = {}
        self._momentless: list[Path] = []

    def tests(self) -> Iterator[PolicyTest | Broken]:
        for section in _SECTIONS:
            for name, written in self._values.get(section, {}).items():
                path = (section, name)
                yield from self._tests(name, path, written)
                self._first.setdefault(name, path)
        if self._momentless:
            yield self._broken(self._momentless[0], [self._no_moment()])
        if not self._first:
            yield self._broken(("label",), [_NO_TEST])

    def _tests(
        self, name: str, path: Path, written: Mapping[str, Any]
    ) -> Iterable[PolicyTest | Broken]:
        self._fixtures.faults = [*self._second(name, path)]
        made = [self._made(each, path, written) for each in self._transfers(path, written)]
        if self._fixtures.faults:
            return [self._broken(path, self._fixtures.faults)]
        tests = [each for each in made if each is not None]
        if len(tests) < len(made):
            self._momentless.append(path)
        self._room -= len(tests)
        return tests

    def _transfers(self, path: Path, written: Mapping[str, Any]) -> list[Combination]:
        """What a test asks and expects: once, or of a matrix as often as it combines."""
        section, name = path
        if section == "matrix":
            return combinations(self._fixtures, path, written, self._room)
        if self._room < 1:
            message = "the policy has more tests than are run"
            fault = Fault(path, message, "Leave tests out.", faults.TOO_LARGE.rule, at_key=True)
            self._fixtures.faults.append(fault)
        layers = [self._fixtures.layer(written, path)]
        if "transfer" in written:
            base = Written(written["transfer"], (*path, "transfer"))
            layers.insert(0, self._fixtures.transfer(base))
        return [Combination(str(name), layers, expectation(written, path))]

    def _made(
        self, combination: Combination, path: Path, written: Mapping[str, Any]
    ) -> PolicyTest | None:
        """The test, or None when it names no moment."""
        asked = self._fixtures.asked(combination.layers)
        if asked is None:
            return None
        skip = written.get("skip", self._values.get("skip"))
        return PolicyTest(
            combination.name,
            path,
            asked,
            combination.expected,
            Text(written["label"]) if "label" in written else None,
            _exactly(written, path),
            None if skip is None else Text(skip),
        )

    def _second(self, name: str, path: Path) -> Iterator[Fault]:
        if name in self._first:
            message = f"two tests of this file are named `{name}`"
            related = (("the first", self._first[name]),)
            yield Fault(path, message, "Give one another name.", at_key=True, related=related)

    def _no_moment(self) -> Fault:
        paths = self._momentless
        names = ", ".join(f"`{path[-1]}`" for path in paths[:3])
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        message = f"neither the file nor {names}{more} says at which moment it is decided"
        return Fault(paths[0], message, _NO_MOMENT_HELP, at_key=True)

    def _broken(self, path: Path, found: Iterable[Fault]) -> Broken:
        place = place_in(self._file, path, at_key=True)
        findings = tuple(finding_of(self._file, each) for each in dict.fromkeys(found))
        return Broken(str(path[-1]), place, findings)


def _exactly(written: Mapping[str, Any], path: Path) -> tuple[Written, ...] | None:
    if "exactly" not in written:
        return None
    named = Written(written["exactly"], (*path, "exactly"))
    return () if named.value == NONE else tuple(listed(named))
