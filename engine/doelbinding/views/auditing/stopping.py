"""What enforcement would stop of what is merely observed: by reason, and by what would mend it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from doelbinding.audit.reading import Found
from doelbinding.model.decision import Reason, Remedy, Withheld
from doelbinding.model.facts import Facts
from doelbinding.views.auditing.cells import moment_of
from doelbinding.views.auditing.phrases import PHRASES
from doelbinding.views.explain import Language
from doelbinding.views.explain.phrases import PHRASES as REASONS
from doelbinding.views.explain.prose import mending, reason
from doelbinding.views.json import JsonObject, to_json
from doelbinding.views.terminal import Painter, Style, safe

_MOST_NAMED = 5
_NO_REMEDY: Mapping[str, Any] = {"facts": {}, "reference": False}
_ON_FACTS = (Reason.FACT_MISSING, Reason.CONDITION_NOT_MET)


@dataclass(slots=True)
class Group:
    """Transfers that would be stopped for one reason, and that one thing would mend.

    `duties` are those that nobody fulfils, where that is the reason; `between` counts sender,
    recipient and purpose; `data` counts what it concerns.
    """

    reason: str
    rule: str | None
    remedy: Mapping[str, Any]
    duties: tuple[str, ...] = ()
    count: int = 0
    last: str = ""
    between: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    data: Counter[str] = field(default_factory=Counter[str])

    @property
    def withheld(self) -> Withheld | None:
        """As the policy's answer has it, as far as the log tells; None for an unknown reason."""
        if self.reason not in [*Reason]:
            return None
        facts, reference = self.remedy["facts"], self.remedy["reference"]
        fact, demanded = (
            next(iter(facts.items()), (None, None)) if len(facts) == 1 else (None, None)
        )
        return Withheld(
            None,
            Reason(self.reason),
            self.duties,
            self.rule,
            remedy=Remedy(Facts(facts), reference),
            fact=fact,
            demanded=demanded,
        )


def groups_of(found: Iterable[Found]) -> tuple[int, list[Group]]:
    """How many transfers there are, and the groups that they make, the largest first."""
    groups: dict[str, Group] = {}
    count = 0
    for each in found:
        count += 1
        question = each.entry["question"]
        for key, (group, data) in _reasons(each).items():
            kept = groups.setdefault(key, group)
            kept.count += 1
            kept.last = moment_of(each)
            kept.between[question["sender"], question["recipient"], question["purpose"]] += 1
            kept.data.update(data)
    return count, sorted(groups.values(), key=lambda each: -each.count)


def _reasons(found: Found) -> dict[str, tuple[Group, list[str]]]:
    """The groups that a transfer belongs to, each with the categories for which it does."""
    groups: dict[str, tuple[Group, list[str]]] = {}
    for lack in found.entry["withheld"]:
        group = Group(lack["reason"], lack["rule"], lack["remedy"])
        _, data = groups.setdefault(_key(group), (group, []))
        data.extend([] if lack["category"] is None else [lack["category"]])
    gate = found.entry["gate"]
    if gate is not None:
        group = Group(gate["reason"], None, _NO_REMEDY, tuple(gate["duties"]))
        groups[_key(group)] = group, list(found.entry["question"]["data"])
    return groups


def _key(group: Group) -> str:
    return json.dumps([group.reason, group.rule, group.remedy, group.duties], sort_keys=True)


def render_groups(count: int, groups: Sequence[Group], lang: Language, paint: Painter) -> str:
    """For each group why, what would mend it, and which transfers; the count first and last."""
    key = "stop-many" if count > 1 else "stop-one" if count else "stop-none"
    style = Style.WARNING if count else Style.GOOD
    verdict = paint(PHRASES[lang][key].format(count=f"{count:,}"), style)
    parts = ["\n".join(_lines(each, lang, paint)) for each in groups]
    return "\n\n".join([verdict, *parts, *([verdict] if parts else [])]) + "\n"


def _lines(group: Group, lang: Language, paint: Painter) -> Iterator[str]:
    phrases = PHRASES[lang]
    code = paint(safe(group.reason), Style.STRONG)
    yield f"{_times(group.count, lang)} {code}: {safe(_words(group, lang))}"
    if group.rule is not None:
        yield f"    {phrases['rule']}: {safe(group.rule)}"
    mend = _mend(group, lang)
    if mend:
        yield f"    {REASONS[lang]['turn']}: {safe(mend)}"
    yield f"    {phrases['concerns']}: {safe(_most_of(group.data, lang))}"
    yield f"    {phrases['last']}: {group.last}"
    named = group.between.most_common(_MOST_NAMED)
    for (sender, recipient, purpose), count in named:
        yield f"      {_times(count, lang)} {safe(f'{sender} → {recipient}, {purpose}')}"
    more = len(group.between) - len(named)
    if more:
        yield f"      {phrases['more'].format(count=more)}"


def _times(count: int, lang: Language) -> str:
    return PHRASES[lang]["time" if count == 1 else "times"].format(count=f"{count:,}")


def _words(group: Group, lang: Language) -> str:
    """Why, as half a sentence."""
    withheld = group.withheld
    if withheld is None:
        return PHRASES[lang]["unheard-of"]
    if withheld.reason in _ON_FACTS and withheld.fact is None:
        return PHRASES[lang][f"{withheld.reason}-any"]
    return reason(withheld, lang)


def _mend(group: Group, lang: Language) -> str:
    """What would let it pass: which facts are to be known, and how."""
    phrases, facts = PHRASES[lang], group.remedy["facts"]
    steps = [
        phrases["let"].format(fact=fact, state=phrases["true" if state else "false"])
        for fact, state in facts.items()
    ]
    if group.remedy["reference"]:
        steps.append(REASONS[lang]["give-reference"])
    if steps or group.withheld is None:
        return f" {REASONS[lang]['and']} ".join(steps)
    return mending(group.withheld, lang)


def _most_of(names: Counter[str], lang: Language) -> str:
    shown = ", ".join(name for name, _ in names.most_common(_MOST_NAMED))
    more = len(names) - _MOST_NAMED
    return f"{shown} {PHRASES[lang]['more'].format(count=more)}" if more > 0 else shown


def render_groups_json(groups: Iterable[Group]) -> Iterator[str]:
    """A line of JSON for each group."""
    for group in groups:
        yield to_json(_object(group)) + "\n"


def _object(group: Group) -> JsonObject:
    return {
        "reason": group.reason,
        "rule": group.rule,
        "remedy": dict(group.remedy),
        "duties": list(group.duties),
        "count": group.count,
        "last": group.last,
        "transfers": [
            {"sender": sender, "recipient": recipient, "purpose": purpose, "count": count}
            for (sender, recipient, purpose), count in group.between.most_common()
        ],
        "data": dict(group.data.most_common()),
    }
