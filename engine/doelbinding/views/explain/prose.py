"""Why a decision is as it is, in sentences; every one from the decision itself."""

from doelbinding.model.decision import Decision, Effect, Reason, Remedy, Withheld
from doelbinding.model.declarations import Declarations
from doelbinding.policy import Policy
from doelbinding.views.explain.phrases import PHRASES, Language
from doelbinding.views.terminal import safe

_PARTS = {Reason.PROHIBITED: "forbidden-parts", Reason.DUTY_UNFULFILLED: "unfulfilled-parts"}
"""What the parts of a withheld category are, where they are not those that nothing covers."""


def explain(policy: Policy, decision: Decision, lang: Language = "en") -> str:
    """The decision in prose: the verdict, then a line for each withheld category."""
    paragraphs = [verdict(decision, lang) + "."]
    for withheld in decision.withheld:
        name = withheld.category or PHRASES[lang]["data"]
        label = category_label(policy.declarations, withheld.category, lang)
        title = f"{name} ({label})" if label else name
        paragraphs.append(safe(f"{title}: {help_for(withheld, lang)}"))
    return "\n".join(paragraphs)


def verdict(decision: Decision, lang: Language, *, recorded: bool = False) -> str:
    """The effect in capitals and how much may go, without a full stop.

    `recorded` tells of a *log* that its record is written.
    """
    phrases = PHRASES[lang]
    asked = len(decision.permitted) + len(decision.withheld)
    if decision.effect is not Effect.DENY:
        every = phrases["one"] if asked == 1 else phrases["all"].format(count=asked)
        key = "log-passed" if recorded else decision.effect
        return phrases[key].format(all=every)
    if not decision.permitted:
        return phrases["deny-all"]
    every = phrases["categories"].format(count=asked)
    return phrases["deny"].format(some=len(decision.permitted), all=every)


def help_for(withheld: Withheld, lang: Language) -> str:
    """Why it is withheld and what would turn it, as sentences."""
    sentences = [reason(withheld, lang)]
    if withheld.rule and "{rule}" not in PHRASES[lang][withheld.reason]:
        sentences.append(PHRASES[lang]["came-nearest"].format(rule=withheld.rule))
    if withheld.nearest:
        sentences.append(PHRASES[lang]["nearest-name"].format(nearest=withheld.nearest))
    mend = mending(withheld, lang)
    if mend:
        sentences.append(f"{PHRASES[lang]['turn']}: {mend}")
    return " ".join(f"{_capital(sentence)}." for sentence in sentences)


def reason(withheld: Withheld, lang: Language) -> str:
    """Why it is withheld, as half a sentence."""
    phrases = PHRASES[lang]
    demanded = phrases["true" if withheld.demanded else "false"]
    text = phrases[withheld.reason].format(
        rule=withheld.rule, fact=withheld.fact, demanded=demanded
    )
    if withheld.parts and withheld.parts != (withheld.category,):
        key = _PARTS.get(withheld.reason, "missing-parts")
        text = f"{text} ({phrases[key].format(parts=', '.join(withheld.parts))})"
    return text


def mending(withheld: Withheld, lang: Language) -> str:
    """What would turn it, as half a sentence; empty when nothing that the caller can do would."""
    return remedy(withheld.remedy, lang) or PHRASES[lang].get(f"mend-{withheld.reason}", "")


def remedy(mend: Remedy, lang: Language) -> str:
    """What the caller can do, as half a sentence; empty when nothing helps."""
    phrases = PHRASES[lang]
    steps = [
        phrases["let-fact"].format(fact=fact, demanded=phrases["true" if state else "false"])
        for fact, state in mend.facts.items()
    ]
    if mend.reference:
        steps.append(phrases["give-reference"])
    return f" {phrases['and']} ".join(steps)


def category_label(declared: Declarations, category: str | None, lang: Language) -> str:
    """What a category is called; empty when it is not declared."""
    declaration = declared.categories.get(category or "")
    return declaration.label.in_language(lang) if declaration else ""


def _capital(text: str) -> str:
    return text if text.startswith("`") else text[:1].upper() + text[1:]
