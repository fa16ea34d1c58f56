"""A decision as people read it in a terminal."""

from collections.abc import Iterator, Mapping

from doelbinding.model.decision import Decision, Effect, Withheld
from doelbinding.model.declaration import Declaration
from doelbinding.model.declarations import Declarations
from doelbinding.model.ids import DATA_SUBJECT
from doelbinding.views.explain.phrases import PHRASES, Language
from doelbinding.views.explain.prose import category_label, mending, reason, verdict
from doelbinding.views.explain.question import Question
from doelbinding.views.explain.record import Record, record_rows
from doelbinding.views.terminal import Painter, Style, safe, width

EFFECT_STYLES = {
    Effect.ALLOW: Style.GOOD,
    Effect.LOG: Style.RECORD,
    Effect.DENY: Style.ERROR,
}
_THE_PERSON = {"en": "the person", "nl": "de betrokkene"}


def render_decision(
    declared: Declarations,
    question: Question,
    decision: Decision,
    lang: Language,
    paint: Painter,
    record: Record | None = None,
) -> str:
    """One decision with its question; the verdict stands first and last.

    `record` tells what the gate did with it, if it was asked.
    """
    headline = _headline(decision, record, lang, paint)
    body = [*_question(declared, question, lang, paint), *_identity(decision, lang, paint)]
    answers = [
        *_permitted(declared, decision, lang, paint),
        *_withheld(declared, decision, lang, paint),
    ]
    ending = _ending(decision, record, lang, paint)
    parts = ["\n".join(lines) for lines in ([headline], body, answers, ending) if lines]
    return "\n\n".join([*parts, headline]) + "\n"


def _headline(decision: Decision, record: Record | None, lang: Language, paint: Painter) -> str:
    phrases = PHRASES[lang]
    if record is not None and record.action == "observed":
        key = "observed-unrecorded" if record.until is None else "observed"
        return paint(phrases[key].format(until=record.until), Style.WARNING)
    recorded = record is not None and decision.effect is Effect.LOG
    return paint(verdict(decision, lang, recorded=recorded), EFFECT_STYLES[decision.effect])


def party_label(declared: Declarations, party: str, lang: Language) -> str:
    """What a party is called; empty when it is not known."""
    if party == declared.controller:
        return declared.manifest.controller.label.in_language(lang)
    return _THE_PERSON[lang] if party == DATA_SUBJECT else _label(declared.recipients, party, lang)


def _label(declared: Mapping[str, Declaration], identifier: str, lang: Language) -> str:
    declaration = declared.get(identifier)
    return declaration.label.in_language(lang) if declaration else ""


def _question(
    declared: Declarations, question: Question, lang: Language, paint: Painter
) -> list[str]:
    phrases = PHRASES[lang]
    named = (
        ("from", question.sender, party_label(declared, question.sender, lang)),
        ("to", question.recipient, party_label(declared, question.recipient, lang)),
        ("purpose", question.purpose, _label(declared.purposes, question.purpose, lang)),
        ("subject", question.subject, _label(declared.subjects, question.subject, lang)),
    )
    wide = max(width(safe(identifier)) for _, identifier, _ in named)
    rows = [
        (phrases[key], f"{_padded(safe(identifier), wide)}  {paint(safe(label), Style.FAINT)}")
        for key, identifier, label in named
    ]
    facts = ", ".join(_fact(fact, state, lang) for fact, state in sorted(question.facts.items()))
    rows.append((phrases["facts"], safe(facts) or "-"))
    if question.reference is not None:
        rows.append((phrases["reference"], safe(question.reference)))
    rows.append((phrases["at"], safe(question.at)))
    return [_row(name, value) for name, value in rows]


def _fact(fact: str, state: bool | None, lang: Language) -> str:
    word = "?" if state is None else PHRASES[lang]["true" if state else "false"]
    return f"{fact}: {word}"


def _identity(decision: Decision, lang: Language, paint: Painter) -> list[str]:
    policy, phrases = decision.policy, PHRASES[lang]
    text = f"{policy.id}, {phrases['revision']} {policy.revision}, {policy.digest[:19]}…"
    return [_row(phrases["policy"], paint(text, Style.FAINT))]


def _permitted(
    declared: Declarations, decision: Decision, lang: Language, paint: Painter
) -> Iterator[str]:
    for category in decision.permitted:
        label = category_label(declared, category, lang)
        yield f"  {paint('✓', Style.GOOD)} {_named(category, label, paint)}"


def _withheld(
    declared: Declarations, decision: Decision, lang: Language, paint: Painter
) -> Iterator[str]:
    for withheld in decision.withheld:
        name = withheld.category or PHRASES[lang]["data"]
        label = category_label(declared, withheld.category, lang)
        yield f"  {paint('✗', Style.ERROR)} {_named(name, label, paint)}"
        yield f"      {paint(withheld.reason, Style.STRONG)}: {safe(reason(withheld, lang))}"
        for key, value in _leads(withheld, lang):
            yield f"      {PHRASES[lang][key]}: {safe(value)}"


def _named(name: str, label: str, paint: Painter) -> str:
    return f"{safe(name)}  {paint(safe(label), Style.FAINT)}".rstrip()


def _leads(withheld: Withheld, lang: Language) -> Iterator[tuple[str, str]]:
    if withheld.nearest:
        yield "nearest-known", withheld.nearest
    if withheld.rule and withheld.place:
        kind = "prohibition" if withheld.reason == "prohibited" else "nearest-flow"
        yield kind, f"{withheld.rule} ({withheld.place})"
    if withheld.clauses:
        yield "clauses", ", ".join(withheld.clauses)
    mend = mending(withheld, lang)
    if mend:
        yield "turn", mend


def _ending(decision: Decision, record: Record | None, lang: Language, paint: Painter) -> list[str]:
    phrases = PHRASES[lang]
    rows = [
        (phrases["rules"], ", ".join(decision.rules)),
        (phrases["duties"], ", ".join(decision.duties)),
    ]
    if record is not None and record.action == "observed":
        rows.append((phrases["once-enforced"], verdict(decision, lang)))
    if record is not None:
        rows.extend((name, safe(value)) for name, value in record_rows(record, lang))
    elif decision.effect is Effect.LOG:
        rows.append((phrases["note"], phrases["unrecorded"]))
    if decision.unknown_facts:
        names = safe(", ".join(decision.unknown_facts))
        note = paint(phrases["unknown-facts-note"], Style.WARNING)
        rows.append((phrases["unknown-facts"], f"{names} {note}"))
    return [_row(name, value) for name, value in rows if value]


def _row(name: str, value: str) -> str:
    return f"  {_padded(name, 10)} {value}".rstrip()


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))
