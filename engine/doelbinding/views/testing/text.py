"""A run of tests as people read it: a line for each file, then what went wrong, and why."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import indent

from doelbinding.analysis.testing import Outcome, Result, Suite
from doelbinding.views.explain import Language, Question, render_decision
from doelbinding.views.findings.text import render_finding
from doelbinding.views.terminal import Painter, Style, safe, width
from doelbinding.views.testing.report import WORST_FIRST, Problem, RunReport, counted
from doelbinding.views.witness import as_command

_SIGNS = {
    Outcome.PASSED: ("✓", Style.GOOD),
    Outcome.FAILED: ("✗", Style.ERROR),
    Outcome.UNUSABLE: ("!", Style.ERROR),
    Outcome.SKIPPED: ("-", Style.WARNING),
}
_SKIPPED = {"en": "skipped: {reason}", "nl": "overgeslagen: {reason}"}
_MORE = {"en": "… {count} more (--verbose)", "nl": "… nog {count} (--verbose)"}
_ASK = {"en": "ask", "nl": "vraag"}
_USUAL_FOLDER = "policy"
_MOST_NAMED = 20


def render_text(
    report: RunReport, lang: Language, paint: Painter, *, is_verbose: bool = False
) -> str:
    """The whole run; the verdict stands first and last. Findings are in English."""
    style = Style.GOOD if report.passes else Style.ERROR
    verdict = paint(safe(report.verdict(lang)), style)
    files = "\n".join(_files(report, lang, paint, is_verbose))
    wrong = [_problem(report, problem, lang, paint) for problem in report.problems]
    parts = [verdict, files, *wrong, _identity(report, paint), verdict]
    return "\n\n".join(filter(None, parts)) + "\n"


def explained(
    report: RunReport, result: Result, question: Question, lang: Language, paint: Painter
) -> str:
    """The answer that a failed test got, as `check` explains it, and how to ask for it."""
    assert result.shown is not None  # noqa: S101 - there is a question, so there is an answer
    decision = result.shown.decision
    known = {fact: state for fact, state in question.facts.items() if state is not None}
    command = as_command(replace(question, facts=known))
    if report.source != _USUAL_FOLDER:
        command += f" --policy {shlex.quote(report.source)}"
    shown = render_decision(report.declarations, question, decision, lang, paint)
    return f"{shown}\n{paint(f'{_ASK[lang]}: {safe(command)}', Style.FAINT)}"


def _problem(report: RunReport, problem: Problem, lang: Language, paint: Painter) -> str:
    finding = render_finding(problem.finding, paint)
    question = report.question(problem.result) if problem.result else None
    if problem.result is None or question is None:
        return finding
    shown = explained(report, problem.result, question, lang, paint)
    return f"{finding}\n\n{indent(shown, '    ')}"


def _identity(report: RunReport, paint: Painter) -> str:
    identity = report.policy.identity
    text = f"  {identity.id}, revision {identity.revision}, {identity.digest}"
    return paint(text, Style.FAINT)


def _files(report: RunReport, lang: Language, paint: Painter, is_verbose: bool) -> Iterator[str]:
    """A row for each file, and below it its tests as far as they are named."""
    by_file: dict[str, list[Result]] = {}
    for result in report.results:
        by_file.setdefault(result.suite.path, []).append(result)
    wide = max(map(width, map(safe, by_file)), default=0)
    for path, results in by_file.items():
        counts = Counter(result.outcome for result in results)
        worst = next(outcome for outcome in WORST_FIRST if counts[outcome])
        padded = safe(path) + " " * (wide - width(safe(path)))
        label = _label(results[0].suite, lang)
        yield f"  {_sign(worst, paint)} {padded}  {label}{counted(counts, lang)}"
        yield from _tests(results, lang, paint, is_verbose)


def _label(suite: Suite, lang: Language) -> str:
    return f"{safe(suite.label.in_language(lang))}: " if suite.label else ""


def _tests(
    results: Sequence[Result], lang: Language, paint: Painter, is_verbose: bool
) -> Iterator[str]:
    """The tests of a file: all of them, or the first of those that did not pass."""
    wanted = [each for each in results if is_verbose or each.outcome is not Outcome.PASSED]
    shown = wanted if is_verbose else wanted[:_MOST_NAMED]
    for result in shown:
        yield f"      {_test(result, lang, paint)}"
    if len(shown) < len(wanted):
        yield f"      {_MORE[lang].format(count=f'{len(wanted) - len(shown):,}')}"


def _test(result: Result, lang: Language, paint: Painter) -> str:
    label = result.label.in_language(lang) if result.label else ""
    parts = [safe(result.name), paint(safe(label), Style.FAINT)]
    if result.skip is not None:
        parts.append(_SKIPPED[lang].format(reason=safe(result.skip.in_language(lang))))
    return f"{_sign(result.outcome, paint)} {'  '.join(filter(None, parts))}"


def _sign(outcome: Outcome, paint: Painter) -> str:
    sign, style = _SIGNS[outcome]
    return paint(sign, style)
