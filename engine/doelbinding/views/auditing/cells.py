"""An entry of the log in short texts, as tables show it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doelbinding.audit.reading import Found
from doelbinding.model.decision import Effect
from doelbinding.views.auditing.phrases import PHRASES
from doelbinding.views.explain import Language
from doelbinding.views.explain.record import action_word

NOTHING = "-"


def moment_of(found: Found) -> str:
    """The moment to the second, in UTC."""
    return str(found.entry["at"])[:19].replace("T", " ")


def outcome_of(found: Found, lang: Language) -> str:
    """What became of it; a dash for what never went."""
    if found.outcome is not None:
        return PHRASES[lang][found.outcome["outcome"]]
    return NOTHING if found.entry["action"] == "stopped" else PHRASES[lang]["unknown"]


def done_with(found: Found, lang: Language) -> str:
    """What the gate did."""
    return action_word(found.entry["action"], lang)


def reasons_of(found: Found) -> Iterator[str]:
    """Why something did not go, or should not have: codes, each with what it is about."""
    for reason, names in _by_reason(found.entry["withheld"]).items():
        about = ", ".join(each for each in names if each is not None)
        yield f"{reason}: {about}" if about else reason
    gate = found.entry["gate"]
    if gate is not None:
        duties = ", ".join(gate["duties"])
        yield f"{gate['reason']}: {duties}" if duties else gate["reason"]


def because_of(found: Found) -> str:
    """Why it failed, if somebody said."""
    return "" if found.outcome is None else found.outcome["because"] or ""


def counted(found: Sequence[Found], lang: Language) -> str:
    """How many there are, and of which kinds."""
    phrases, effects = PHRASES[lang], Counter(each.entry["effect"] for each in found)
    counts = [phrases[each].format(count=effects[each.value]) for each in Effect]
    observed = sum(each.entry["action"] == "observed" for each in found)
    if observed:
        counts.append(phrases["observed"].format(count=observed))
    key = "many" if len(found) > 1 else "one" if found else "none"
    return phrases[key].format(count=f"{len(found):,}", counts=", ".join(counts))


def _by_reason(withheld: Sequence[Mapping[str, Any]]) -> dict[str, list[str | None]]:
    reasons: dict[str, list[str | None]] = {}
    for each in withheld:
        reasons.setdefault(each["reason"], []).append(each["category"])
    return reasons
