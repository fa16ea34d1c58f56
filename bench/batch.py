"""A million transfers as JSON lines, through the command, start to end."""

import json
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench import comparison
from bench.comparison import SMALL
from bench.measure import Table, at_most, by_name, in_turns, process

_LINES = 1_000_000
_DIFFERENT = 20_000
_FLOOR = "msgspec, each line decoded and encoded"
_CHECK = "doelbinding check --batch"
_DECODE_AND_ENCODE = """
import sys, msgspec
decode, encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        sys.stdout.buffer.write(encode(decode(line)) + b"\\n")
"""


def run() -> list[Table]:
    """At most 4 times what reading and writing the lines takes."""
    with TemporaryDirectory() as folder:
        policy, lines = Path(folder) / "policy", Path(folder) / "transfers.jsonl"
        policy.mkdir()
        comparison.write_policy(policy, SMALL)
        _write(lines)
        checking = ("-m", "doelbinding", "check", "--policy", str(policy), "--batch", str(lines))
        works = {
            _FLOOR: process(sys.executable, "-c", _DECODE_AND_ENCODE, str(lines)),
            _CHECK: process(sys.executable, *checking, "--format", "json"),
        }
        figures = in_turns(works, 9, warm=False)
    bar = at_most(by_name(figures), _CHECK, _FLOOR, 4)
    title = f"{_LINES:,} JSON lines, {_DIFFERENT:,} different transfers, whole processes"
    return [Table(title, figures, [bar])]


def _write(path: Path) -> None:
    """Each transfer some fifty times, in another order each time, each line with its own id."""
    random, (asked,) = Random(3), comparison.batches(SMALL, 1, _DIFFERENT)
    texts = [json.dumps(question._asdict())[1:] for question in asked]
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, _LINES, _DIFFERENT):
            random.shuffle(texts)
            file.writelines(f'{{"id": {n}, {text}\n' for n, text in enumerate(texts, start))
