"""Exact questions about a policy of 100,000 flows: what they take beside asking cell by cell.

Each measurement is a process of its own. The cells that may go under some facts are so many that
a first-seen check of each is timed on some of them, and multiplied.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.large_policy import LARGE, changed, sections, with_invariants, write_sections
from bench.measure import Bar, Figure, Table, at_most, by_name

_ROUNDS = 3
_WIDE = str(1 << 28)
_AT = "2026-11-24T12:00:00+01:00"
_EACH = "a first-seen check for each permitted cell"
_DIFF = "diff, 1 % of the flows changed, as JSON"
_PROVE = "prove, 50 invariants, as JSON"

_SAYS = """
import resource
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
_COMMAND = f"""
import sys, time
from doelbinding.cli.main import main
begin = time.perf_counter()
assert main(sys.argv[1:]) in (0, 1)
seconds = time.perf_counter() - begin
{_SAYS}"""
_CHECKS = f"""
import random, sys, time
from doelbinding.analysis.space import Space
from doelbinding.policy import Policy
policy = Policy.load(sys.argv[1])
at, moment = policy.instant("{_AT}"), policy.moment("{_AT}")
space = Space(policy.compiled.index)
routes = sorted(space.routes.all())
count, asked = 0, []
for number, route in enumerate(random.Random(3).sample(routes, 1_000)):
    for span, members, blocks in space.cells(route, at):
        for categories, answer in blocks if span[0] == at else ():
            known = space.facts.smallest(answer.conjuncts)
            facts = dict(space.facts.states(known))
            reference = "R-1" if space.facts.has_reference(known) else None
            for subject in members:
                for category in space.index.named(categories):
                    asked.append((*route, subject, (category,), facts, reference))
cells = len(asked) / 1_000 * len(routes)
random.Random(5).shuffle(asked)
policy = Policy.load(sys.argv[1])
policy.check(recipient="", purpose="", data=(), at=moment)
begin = time.perf_counter()
for sender, recipient, purpose, subject, data, facts, reference in asked:
    policy.check(sender=sender, recipient=recipient, purpose=purpose, subject=subject,
                 data=data, facts=facts, reference=reference, at=moment)
seconds = (time.perf_counter() - begin) / len(asked) * cells
{_SAYS}"""


def run() -> list[Table]:
    """Differences and proofs."""
    with TemporaryDirectory() as folder:
        return [_table(*_bundles(Path(folder)))]


def _bundles(folder: Path) -> Iterator[Path]:
    """The policy before and after a change, as bundles."""
    before = with_invariants(sections(LARGE))
    for name, written in (("before", before), ("after", changed(before))):
        policy, bundle = write_sections(folder / name, written), folder / f"{name}.bundle"
        made = ("compile", "--policy", str(policy), "--output", str(bundle), "--max-bytes", _WIDE)
        subprocess.run([sys.executable, "-m", "doelbinding", *made], check=True)
        yield bundle


def _table(before: Path, after: Path) -> Table:
    output = before.with_suffix(".json")
    common = ("--at", _AT, "--format", "json", "--output", str(output), "--force")
    wide = ("--max-bytes", _WIDE)
    works: dict[str, tuple[str, list[str | Path]]] = {
        _EACH: (_CHECKS, [before]),
        _DIFF: (_COMMAND, ["diff", before, after, *common, *wide]),
        _PROVE: (_COMMAND, ["prove", "--policy", before, *common, *wide]),
    }
    told: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for number in range(_ROUNDS):
        print(f"  round {number + 1} of {_ROUNDS} …", flush=True)
        for name, (script, arguments) in works.items():
            told[name].append(_told(script, *arguments))
    figures = [Figure(name, tuple(seconds for seconds, _ in each)) for name, each in told.items()]
    used = [megabytes for name in (_DIFF, _PROVE) for _, megabytes in told[name]]
    memory = Figure("memory of these processes at most", tuple(used), "MB")
    found = by_name(figures)
    bars = [
        at_most(found, _DIFF, _EACH, 2),
        at_most(found, _PROVE, _EACH, 2),
        Bar(memory.name, max(used), 2_000, unit="MB"),
    ]
    return Table(f"{LARGE.flows:,} flows, exact questions from bundles", [*figures, memory], bars)


def _told(script: str, *arguments: str | Path) -> tuple[float, float]:
    """Seconds and megabytes, as the script says."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)
