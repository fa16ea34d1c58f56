"""Engine and reference side by side: both read a generated policy, and answer in one shape."""

import json
from collections.abc import Iterable, Mapping
from random import Random
from tempfile import NamedTemporaryFile
from typing import Any

from doelbinding.cli.batch import Batch
from doelbinding.cli.progress import Progress
from doelbinding.compiler.bundle import write_bundle
from doelbinding.compiler.stored import encode_index
from doelbinding.loader import load_texts
from doelbinding.model.decision import Decision, Withheld
from doelbinding.policy import Policy
from tests.properties import generators
from tests.properties.reference import ReferencePolicy

Answer = dict[str, Any]
Files = Mapping[str, Mapping[str, object]]

MOMENT = "2026-06-01T12:00:00+02:00"
"""From here warnings about time are seen; no answer depends on it."""


def texts_of(files: Files) -> list[tuple[str, str]]:
    """The files of a policy as texts; JSON is YAML."""
    return [(name, json.dumps(content, ensure_ascii=False)) for name, content in files.items()]


def engine_policy(files: Files) -> Policy:
    """The engine's policy."""
    return Policy.from_source(load_texts("policy", texts_of(files)), at=MOMENT)


def bundled_policy(policy: Policy, files: Files) -> Policy:
    """The same policy, once it was written as a bundle and loaded from that."""
    texts = [(name, text.encode()) for name, text in texts_of(files)]
    index = encode_index(policy.compiled.index, files)
    with NamedTemporaryFile() as file:
        file.write(write_bundle(policy.identity, index=index, texts=texts))
        file.flush()
        return Policy.load(file.name)


def batched(policy: Policy, transfers: Iterable[Mapping[str, Any]]) -> list[Answer]:
    """The engine's answers to a batch, in the reference's shape."""
    lines = [json.dumps({**each, "data": [*each["data"]]}) for each in transfers]
    with NamedTemporaryFile("w", encoding="utf-8") as file, Progress(file.name) as progress:
        file.write("\n".join(lines))
        file.flush()
        answers = b"".join(Batch(policy, file.name, progress).as_json()).splitlines()
    return [_as_answer(json.loads(line)) for line in answers]


def _as_answer(said: dict[str, Any]) -> Answer:
    """What a batch says, without what the reference does not say."""
    keys = ("category", "reason", "parts", "rule", "remedy")
    withheld = [{key: entry[key] for key in keys} for entry in said["withheld"]]
    rest = ("effect", "permitted", "rules", "duties", "unknown-facts")
    return {**{key: said[key] for key in rest}, "withheld": withheld}


def reference_policy(files: Files) -> ReferencePolicy:
    """The reference's policy."""
    return ReferencePolicy(files.values())


def transfers_of(random: Random, files: generators.Policy, count: int) -> list[dict[str, Any]]:
    """So many transfers that the policy would nearly let through, as `check` takes them."""
    return [generators.generate_transfer(random, files) for _ in range(count)]


def ask(policy: Policy, transfer: Mapping[str, Any]) -> Answer:
    """The engine's answer, in the reference's shape."""
    return answer_of(policy.check(**transfer))


def ask_reference(policy: ReferencePolicy, transfer: Mapping[str, Any]) -> Answer:
    """The reference's answer."""
    return policy.decide(transfer)


def answer_of(decision: Decision) -> Answer:
    """A decision as plain data, without what the reference does not say."""
    return {
        "effect": str(decision.effect),
        "permitted": list(decision.permitted),
        "withheld": [_entry(each) for each in decision.withheld],
        "rules": list(decision.rules),
        "duties": list(decision.duties),
        "unknown-facts": list(decision.unknown_facts),
    }


def _entry(withheld: Withheld) -> Answer:
    return {
        "category": withheld.category,
        "reason": str(withheld.reason),
        "parts": list(withheld.parts),
        "rule": withheld.rule,
        "remedy": {
            "facts": dict(withheld.remedy.facts),
            "reference": withheld.remedy.reference,
        },
    }
