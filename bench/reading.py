"""Reading a large file, every part of which can tell its place, against PyYAML's C loader."""

import yaml

from bench.measure import Table, Work, in_turns
from doelbinding.loader import load_texts

_FLOW = """\
  flow-{number}:
    label: {{nl: Stroom {number}, en: Flow {number}}}
    from: bibliotheek-almelo
    to: [processor.mailing, kb]
    purpose: [marketing.newsletter, marketing.offers]
    data: [identity.name, contact]
    when: {{any: [some-fact, {{not: other-fact}}]}}
    clauses: [transfer.processors]
"""


def run() -> list[Table]:
    """2,000 flows, half a megabyte."""
    text = "flows:\n" + "".join(_FLOW.format(number=number) for number in range(2_000))
    works: dict[str, Work] = {
        "yaml.load with CSafeLoader": lambda: yaml.load(text, Loader=yaml.CSafeLoader),
        "text to values, places on demand": lambda: load_texts("bench", [("flows.yaml", text)]),
    }
    return [Table("Reading YAML, 2,000 flows", in_turns(works, 9))]
