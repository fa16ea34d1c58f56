"""A policy of 100,000 flows that mixes what real policies mix: read, compiled, started, kept.

Each measurement is a process of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.large_policy import LARGE, questions, write_policy
from bench.measure import Bar, Figure, Table, at_most, by_name, in_turns, process

_ROUNDS = 9
_WIDE = str(1 << 28)
_PARSED = "yaml.load with CSafeLoader, all files"
_COLD = "read, validated and compiled"
_KEPT = "the same, and kept in the cache"
_CHANGED = "the same, after a change in one file"
_JSON = "python -c 'import json'"
_DECIDED = "python, bundle loaded, first decision"

_SAYS = """
status = Path("/proc/self/status").read_text()
print(seconds, int(status.partition("VmHWM:")[2].split()[0]) / 1024)
"""
_PARSE = f"""
import sys, time, yaml
from pathlib import Path
begin = time.perf_counter()
kept = [yaml.load(each.read_bytes(), yaml.CSafeLoader) for each in Path(sys.argv[1]).glob("*.yaml")]
seconds = time.perf_counter() - begin
{_SAYS}"""
_COMPILE = f"""
import sys, time
from pathlib import Path
from doelbinding.loader import DEFAULT_LIMITS, load_source
from doelbinding.loader.cache import ContentCache
from doelbinding.policy import Policy
limits = DEFAULT_LIMITS.with_bytes({_WIDE})
cache = ContentCache.of_user() if sys.argv[2:] else None
begin = time.perf_counter()
policy = Policy.from_source(load_source(sys.argv[1], limits, cache))
seconds = time.perf_counter() - begin
{_SAYS}"""
_DECIDE = """
import json, sys
from doelbinding import Policy
Policy.load(sys.argv[1]).check(**json.loads(sys.argv[2]))
"""
_MEMORY = f"""
import sys
from pathlib import Path
from doelbinding import Policy
policy, seconds = Policy.load(sys.argv[1]), 0
{_SAYS}"""


def run() -> list[Table]:
    """Reading and compiling."""
    with TemporaryDirectory() as folder:
        return [_from_yaml(write_policy(folder, LARGE))]


def run_bundle() -> list[Table]:
    """Starting from a bundle."""
    with TemporaryDirectory() as folder:
        policy, bundle = write_policy(Path(folder) / "policy", LARGE), Path(folder) / "large.bundle"
        made = ("compile", "--policy", str(policy), "--output", str(bundle), "--max-bytes", _WIDE)
        subprocess.run([sys.executable, "-m", "doelbinding", *made], check=True)
        return [_from_bundle(bundle)]


def _from_yaml(policy: Path) -> Table:
    seconds: dict[str, list[float]] = {name: [] for name in (_PARSED, _COLD, _KEPT, _CHANGED)}
    megabytes: list[float] = []
    for number in range(_ROUNDS):
        print(f"  round {number + 1} of {_ROUNDS} …", flush=True)
        for name, (took, used) in _one_round(policy, number):
            seconds[name].append(took)
            if name == _COLD:
                megabytes.append(used)
    figures = [Figure(name, tuple(values)) for name, values in seconds.items()]
    found = by_name(figures)
    memory = Figure("memory of that process at most", tuple(megabytes), "MB")
    bars = [
        at_most(found, _COLD, _PARSED, 1.0),
        at_most(found, _CHANGED, _COLD, 0.2),
        Bar(memory.name, memory.typical, 1_500, unit="MB"),
    ]
    size = sum(path.stat().st_size for path in policy.glob("*.yaml")) / 1e6
    title = f"{LARGE.flows:,} flows from YAML, {size:.0f} MB"
    return Table(title, [*figures, memory], bars)


def _one_round(policy: Path, number: int) -> Iterator[tuple[str, tuple[float, float]]]:
    """What takes how many seconds and megabytes; each round has a cache of its own."""
    changed = policy / "flows-050.yaml"
    with TemporaryDirectory() as cache:
        environment = {**os.environ, "XDG_CACHE_HOME": cache}
        yield _PARSED, _told(_PARSE, policy)
        yield _COLD, _told(_COMPILE, policy)
        yield _KEPT, _told(_COMPILE, policy, "with cache", environment=environment)
        with changed.open("a", encoding="utf-8") as file:
            file.write(f"# {number}\n")
        yield _CHANGED, _told(_COMPILE, policy, "with cache", environment=environment)


def _from_bundle(bundle: Path) -> Table:
    question = json.dumps(next(questions(LARGE, 1)))
    works = {
        _JSON: process(sys.executable, "-c", "import json"),
        _DECIDED: process(sys.executable, "-c", _DECIDE, str(bundle), question),
    }
    figures = in_turns(works, 9)
    used = tuple(_told(_MEMORY, bundle)[1] for _ in range(_ROUNDS))
    memory = Figure("memory of a process that loaded it", used, "MB")
    bars = [
        at_most(by_name(figures), _DECIDED, _JSON, 25),
        Bar(memory.name, memory.typical, 250, unit="MB"),
    ]
    size = bundle.stat().st_size / 1e6
    title = f"{LARGE.flows:,} flows from a bundle, {size:.0f} MB"
    return Table(title, [*figures, memory], bars)


def _told(
    script: str, *arguments: str | Path, environment: dict[str, str] | None = None
) -> tuple[float, float]:
    """Seconds and megabytes, as the script says."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)
