"""A made-up policy as plain data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from bench.large_policy.ids import hierarchy, outermost, top, tops, within

Plain = dict[str, Any]
Sections = dict[str, Plain]
"""The manifest's keys under `policy`; the other sections under their names."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many declarations of each kind."""

    purposes: int = 1_000
    recipients: int = 1_000
    categories: int = 300
    flows: int = 100_000
    prohibitions: int = 500


LARGE = Size()
SMALL = Size(purposes=40, recipients=40, categories=60, flows=400, prohibitions=20)

_HOUSE, _PERSON = "town-library", "data-subject"
FACTS = (
    *("member-request", "legal-demand", "emergency", "overdue", "minor", "guardian-agrees"),
    *("card-lost", "address-known", "invoice-open", "reservation-open", "branch-visit"),
    *("online-account", "school-programme", "home-delivery", "survey-running", "donation-made"),
    *("reminder-sent", "complaint-open", "press-event", "contract-signed"),
)
SUBJECTS = (
    *("member", "member.adult", "member.youth", "member.youth.pupil", "visitor"),
    *("subscriber", "employee", "volunteer"),
)
_BASES: tuple[Plain, ...] = (
    {"lawful-basis": "consent"},
    {"lawful-basis": "contract"},
    {"lawful-basis": "public-task", "law": "Library Act art. 5"},
    {"lawful-basis": "legal-obligation", "law": "Archives Act art. 3"},
    {"lawful-basis": "legitimate-interests"},
    {"lawful-basis": "contract", "objection": "heard"},
)
_PURPOSES_OF_A_PROCESSOR = 5


def sections(size: Size = LARGE, seed: int = 7) -> Sections:
    """The policy of that size as plain data."""
    return _Author(size, seed).write()


class _Author:
    def __init__(self, size: Size, seed: int) -> None:
        self._size = size
        self._random = Random(seed)
        self._categories = hierarchy("data", "kind", size.categories)
        self._purposes = hierarchy("area", "task", size.purposes)
        self._recipients = hierarchy("party", "unit", size.recipients)
        self._top_purposes = tops(self._purposes)
        self._top_categories = tops(self._categories)
        self._categories_in = within(self._categories)
        self._purposes_in = within(self._purposes)
        self._special = frozenset(self._top_categories[3::10])
        self._kind_of: dict[str, str] = {}
        self._covered: dict[str, list[str]] = {}
        """For each processor at the top, the purposes at the top that its role covers."""
        self._ceilings: dict[str, list[str]] = {}
        self._subjects_of: dict[str, list[str]] = {}

    def write(self) -> Sections:
        return {
            "policy": self._manifest(),
            "facts": {each: self._assumed(each) for each in FACTS},
            "subjects": {each: self._assumed(each) for each in SUBJECTS},
            "clauses": self._clauses(),
            "categories": {each: self._category(each) for each in self._categories},
            "purposes": {each: self._purpose(each) for each in self._purposes},
            "recipients": {each: self._recipient(each) for each in self._recipients},
            "flows": self._flows(),
            "prohibitions": self._prohibitions(),
        }

    def _manifest(self) -> Plain:
        return {
            "doelbinding": 1,
            "policy": "large",
            "revision": 1,
            "controller": {"id": _HOUSE, "label": {"nl": "Bibliotheek", "en": "Library"}},
            "timezone": "Europe/Amsterdam",
            "languages": ["nl", "en"],
            "default-subject": "member",
            "register": "https://register.example/activities",
            "statement": {"version": "2026-01-01", "language": "nl"},
        }

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _label(self, identifier: str) -> str | Plain:
        name = identifier.replace(".", " ").replace("-", " ")
        some = {"nl": f"Over {name}", "en": f"About {name}", "de": f"Zu {name}"}
        languages = self._random.choice((("nl", "en"), ("nl", "en"), ("nl", "en", "de"), ()))
        return {each: some[each] for each in languages} if languages else name.capitalize()

    def _assumed(self, identifier: str) -> Plain:
        return {"label": self._label(identifier), "assumption": "The statement leaves it open"}

    def _clauses(self) -> Plain:
        return {
            f"purpose.{each}": {
                "label": {"nl": f"Over {each}", "en": f"About {each}"},
                "span": {"from": [line, 1], "to": [line, 80]},
            }
            for line, each in enumerate(self._top_purposes, start=1)
        }

    def _category(self, identifier: str) -> Plain:
        if "." in identifier:
            return {"label": self._label(identifier)}
        special = {"protection": "special"} if identifier in self._special else {}
        return {**self._assumed(identifier), **special}

    def _purpose(self, identifier: str) -> Plain:
        parent = identifier.rpartition(".")[0]
        if parent:
            return self._purpose_below(identifier, parent)
        kinds = self._top_categories
        least = kinds[len(self._ceilings) % len(kinds)]
        ceiling = sorted({least, *self._random.sample(kinds, min(8, len(kinds)))})
        subjects = ["member", *self._random.sample(tops(SUBJECTS)[1:], 2)]
        self._ceilings[identifier], self._subjects_of[identifier] = ceiling, subjects
        is_special = not self._special.isdisjoint(ceiling)
        return {
            "label": self._label(identifier),
            **self._random.choice(_BASES),
            **({"special-category-condition": "GDPR Art. 9(2)(j)"} if is_special else {}),
            "subjects": subjects,
            "data": ceiling,
            "retention": self._random.choice(("P2Y", "P1Y", "P6M", "P30D")),
            "clauses": [f"purpose.{identifier}"],
        }

    def _purpose_below(self, identifier: str, parent: str) -> Plain:
        declared: Plain = {"label": self._label(identifier)}
        ceiling = self._ceilings[parent]
        if self._chance(0.2) and len(ceiling) > 4:
            ceiling = declared["data"] = sorted(self._random.sample(ceiling, len(ceiling) - 1))
        if self._chance(0.1):
            declared["retention"] = "P3M"
        self._ceilings[identifier] = ceiling
        self._subjects_of[identifier] = self._subjects_of[parent]
        return declared

    def _recipient(self, identifier: str) -> Plain:
        if "." in identifier:
            return {"label": self._label(identifier)}
        kind = self._random.choice(("controller", "controller", "processor", "processor", "other"))
        if kind == "other":
            kind = self._random.choice(("authority", "joint-controller", "sub-processor"))
        engaged = [each for each, its in self._kind_of.items() if its == "processor"]
        if kind == "sub-processor" and not engaged:
            kind = "processor"
        self._kind_of[identifier] = kind
        country = self._random.choice(("NL", "NL", "NL", "BE", "DE", "US"))
        return {
            "label": self._label(identifier),
            "country": country,
            **({"duties": ["encrypt"]} if self._chance(0.2) else {}),
            "roles": [self._role(identifier, kind, engaged, country)],
            "assumption": "The statement names it by its kind",
        }

    def _role(self, identifier: str, kind: str, engaged: list[str], country: str) -> Plain:
        role: Plain = {"role": kind}
        if kind in ("processor", "sub-processor"):
            role["purposes"] = self._mandate(identifier, kind, engaged, role)
        if kind not in ("controller", "authority"):
            until = f"{self._random.randrange(2034, 2040)}-12-31"
            reference = f"VO-{self._random.randrange(10_000):04}"
            role["agreement"] = {"reference": reference, "from": "2020-01-01", "until": until}
        if country == "US":
            role["safeguard"] = {"kind": "adequacy", "from": "2023-07-10"}
        return role

    def _mandate(self, identifier: str, kind: str, engaged: list[str], role: Plain) -> list[str]:
        if kind == "sub-processor":
            role["of"] = self._random.choice(engaged)
            covered = self._covered[role["of"]]
        else:
            most = min(_PURPOSES_OF_A_PROCESSOR, len(self._top_purposes))
            covered = sorted(self._random.sample(self._top_purposes, most))
        self._covered[identifier] = covered
        return covered

    def _flows(self) -> Plain:
        recipients, purposes = self._shuffled(self._recipients), self._shuffled(self._purposes)
        flows: Plain = {}
        for number in range(self._size.flows):
            recipient, purpose = next(recipients), next(purposes)
            covered = self._covered.get(top(recipient))
            if covered and top(purpose) not in covered:
                purpose = self._random.choice(self._purposes_in[self._random.choice(covered)])
            flows[f"flow-{number}"] = self._flow(number, recipient, purpose)
        return flows

    def _shuffled(self, ids: Sequence[str]) -> Iterator[str]:
        """Each of them once, in some order, again and again."""
        while True:
            yield from self._random.sample(ids, len(ids))

    def _flow(self, number: int, recipient: str, purpose: str) -> Plain:
        beside = self._random.choice(self._purposes_in[top(purpose)])
        purposes = [purpose, beside] if beside != purpose and self._chance(0.15) else [purpose]
        flow: Plain = {
            "label": {"nl": f"Stroom {number}", "en": f"Flow {number}"},
            "from": self._sender(recipient),
            "to": recipient if self._chance(0.95) else _HOUSE,
            "purpose": purposes[0] if len(purposes) == 1 else purposes,
            **self._scope(purposes),
        }
        if self._chance(0.6):
            flow["when"] = self._condition()
        is_recorded = self._kind_of[top(recipient)] == "authority" or self._chance(0.15)
        if is_recorded:
            flow |= {"effect": "log", "reference": "required"}
        flow |= self._conduct(flow["to"])
        founded = {"clauses": [f"purpose.{top(purpose)}"]}
        return flow | (founded if self._chance(0.5) else {"assumption": "As the work needs it"})

    def _sender(self, recipient: str) -> str | list[str]:
        if self._chance(0.8):
            return _HOUSE
        other = self._random.choice(self._recipients)
        others = [_HOUSE, _PERSON] if other == recipient else [_HOUSE, other]
        return self._random.choice((_PERSON, others))

    def _scope(self, purposes: list[str]) -> Plain:
        first, *others = (self._ceilings[each] for each in purposes)
        ceiling = [each for each in first if all(each in other for other in others)]
        scope: Plain = {}
        if self._chance(0.2):
            scope["subjects"] = self._random.sample(self._subjects_of[purposes[0]], 1)
        allowed = [each for kind in ceiling for each in self._categories_in[kind]]
        data = self._random.sample(allowed, min(self._random.randrange(2, 6), len(allowed)))
        scope["data"] = outermost(data)
        narrower = [each for kind in scope["data"] for each in self._categories_in[kind][1:]]
        if narrower and self._chance(0.3):
            scope["except"] = [self._random.choice(narrower)]
        return scope

    def _condition(self) -> str | Plain:
        facts = self._random.sample(FACTS, 3)
        literals = [each if self._chance(0.7) else {"not": each} for each in facts]
        shape = self._random.randrange(5)
        if shape == 0:
            return {"all": literals[:2]}
        if shape == 1:
            return {"any": literals[:2]}
        if shape == 2:
            return {"all": [literals[0], {"any": literals[1:]}]}
        return literals[0]

    def _conduct(self, recipient: str) -> Plain:
        """An authority may ask for silence, and none but an authority."""
        conduct: Plain = {}
        if self._chance(0.1):
            silent = self._kind_of.get(top(recipient)) == "authority"
            duty = "inform-subject" if self._chance(0.3) else "encrypt"
            conduct["duties"] = ["withhold-notice" if silent else duty]
        if self._chance(0.1):
            year = self._random.randrange(2020, 2026)
            until = {"until": f"{self._random.randrange(2026, 2040)}-06-30"}
            conduct["valid"] = {"from": f"{year}-01-01", **(until if self._chance(0.5) else {})}
        return conduct

    def _prohibitions(self) -> Plain:
        return {f"never-{number}": self._prohibition() for number in range(self._size.prohibitions)}

    def _prohibition(self) -> Plain:
        prohibition: Plain = {"label": {"nl": "Nooit dit", "en": "Never this"}}
        if self._chance(0.8):
            prohibition["to"] = self._random.choice(self._recipients)
        else:
            prohibition["purpose"] = self._random.sample(self._purposes, 2)
        if self._chance(0.1):
            prohibition["subjects"] = ["member", "visitor"]
        prohibition["data"] = outermost(self._random.sample(self._categories, 2))
        if self._chance(0.3):
            prohibition["unless"] = self._condition()
        if self._chance(0.1):
            prohibition["valid"] = {"from": "2024-01-01"}
        return prohibition | {"assumption": "The statement says it in general"}
