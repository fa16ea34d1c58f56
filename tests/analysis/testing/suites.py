"""A small policy, and ways to run tests against it that are written as texts."""

from collections.abc import Sequence
from pathlib import Path

from doelbinding.analysis.testing import (
    EVERYTHING,
    Outcome,
    Result,
    Selection,
    read_suites,
    run_suites,
)
from doelbinding.policy import Policy
from tests.policies import policy

POLICY: Policy = policy(
    recipients={"printer": {"duties": ["encrypt"]}, "police": {"roles": [{"role": "authority"}]}},
    purposes={"disclosure": {"lawful-basis": "legal-obligation", "law": "Act", "data": ["name"]}},
    flows={
        "on-request": {
            "from": "library",
            "to": "printer",
            "purpose": "news",
            "data": ["contact", "name"],
            "when": {"all": ["asked", {"not": "urgent"}]},
            "reference": "required",
        },
        "on-demand": {
            "from": "library",
            "to": "police",
            "purpose": "disclosure",
            "data": ["name"],
            "effect": "log",
            "reference": "required",
            "duties": ["inform-subject"],
        },
    },
    prohibitions={"no-loans-for-the-mailer": {"to": "mailer", "data": ["loans"]}},
    clauses={"mailing": {"informative": "It is stated."}},
)
"""Contact data may go to the mailer; contact and name to the printer, when asked and not urgent,
with a reference; the name to the police, on record; loans never to the mailer."""

HEAD = "label: {en: News, nl: Nieuws}\nat: 2026-06-01T12:00:00+02:00\n"
"""What a file of tests begins with."""

NEWS = "{to: mailer, purpose: news, data: contact}"
"""A transfer that is allowed."""


def written(folder: Path, *texts: str | bytes) -> str:
    """A policy's folder with files of tests, `0.yaml` and so on; its name."""
    (folder / "policy/tests").mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        content = text if isinstance(text, bytes) else text.encode()
        (folder / f"policy/tests/{number}.yaml").write_bytes(content)
    return "policy"


def ran(*texts: str | bytes, wanted: Selection = EVERYTHING) -> tuple[Result, ...]:
    """What the tests in these files come to, below the current folder."""
    return run_suites(POLICY.compiled, read_suites(written(Path(), *texts)), wanted)


def cases(*lines: str) -> tuple[Result, ...]:
    """What the cases come to that stand in one file."""
    return ran(f"{HEAD}cases:\n" + "".join(f"  {line}\n" for line in lines))


def outcomes(results: Sequence[Result]) -> dict[str, str]:
    """What each test came to, by name."""
    return {result.name: result.outcome.value for result in results}


def told(results: Sequence[Result]) -> list[str]:
    """What is wrong, as rule, place in the file, and message."""
    found = dict.fromkeys(finding for result in results for finding in result.findings)
    return [
        f"{each.rule} {each.place.line}:{each.place.column} {each.message}"
        for each in found
        if each.place
    ]


def found_at(results: Sequence[Result]) -> list[tuple[str, str, str]]:
    """What is wrong, as rule, message, and the text that begins at its place."""
    found = dict.fromkeys(finding for result in results for finding in result.findings)
    return [
        (each.rule, each.message, each.place.excerpt[each.place.column - 1 :])
        for each in found
        if each.place
    ]


def the_one(results: Sequence[Result]) -> Result:
    """The only result."""
    (result,) = results
    return result


def assert_passed(results: Sequence[Result]) -> None:
    """There are results, and all of them passed."""
    assert {result.outcome for result in results} == {Outcome.PASSED}, told(results)
