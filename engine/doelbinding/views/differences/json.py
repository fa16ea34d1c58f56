"""Differences for programs. Keys are always present, in this order."""

from itertools import product
from zoneinfo import ZoneInfo

from doelbinding.analysis.answers import Answer
from doelbinding.analysis.diff import Change
from doelbinding.analysis.diff.causes import Cause
from doelbinding.analysis.diff.cells import Kind, Step
from doelbinding.analysis.diff.texts import TextChange
from doelbinding.analysis.diff.together import Box
from doelbinding.analysis.space import Witness
from doelbinding.decider.evaluate import hold
from doelbinding.decider.index import Demand
from doelbinding.loader.commits import Commit
from doelbinding.model.period import NEVER, moment
from doelbinding.views.differences.report import DifferenceReport, Otherwise, Outcome, Side
from doelbinding.views.json import JsonObject, identity_object, place_object, to_json
from doelbinding.views.witness import shown_object

_SIDES = ("senders", "recipients", "purposes", "subjects", "categories")


def render_json(report: DifferenceReport) -> str:
    """One JSON object for two policies."""
    comparison, writing = report.comparison, _Writing(report)
    document: JsonObject = {
        "verdict": report.direction.value if report.direction else "same",
        "at": writing.moment(comparison.at),
        "counts": {
            **{kind.value: comparison.count(kind) for kind in Kind},
            "unchanged": comparison.unchanged,
        },
        "changes": [writing.change(each) for each in report.changes],
        "guards": [_text(each) for each in report.guards],
        "texts": [_text(each) for each in report.texts],
        "gates": {gate.value: list(report.opened().get(gate, ())) for gate in report.gates},
        "replayed": writing.replayed(),
        "old": _side(report.old),
        "new": _side(report.new),
    }
    return to_json(document, indent=2) + "\n"


def _text(change: TextChange) -> JsonObject:
    return {
        "section": change.section,
        "id": change.id or None,
        "happened": change.happened.value,
        "keys": list(change.keys),
    }


def _side(side: Side) -> JsonObject:
    return {"name": side.source, **identity_object(side.policy.identity)}


def _commit(commit: Commit | None) -> JsonObject | None:
    """A commit; one that is not yet made has no id."""
    if commit is None:
        return None
    return {key: getattr(commit, key) or None for key in ("id", "day", "title")}


def _otherwise(each: Otherwise) -> JsonObject:
    return {"line": each.line, "before": _outcome(each.before), "now": _outcome(each.now)}


def _outcome(outcome: Outcome) -> JsonObject:
    return {
        "effect": outcome.effect,
        "permitted": [each or None for each in outcome.permitted],
        "duties": list(outcome.duties),
    }


class _Writing:
    def __init__(self, report: DifferenceReport) -> None:
        self._report = report
        self._zone = ZoneInfo(report.comparison.new.timezone)

    def moment(self, at: int) -> str | None:
        """The moment of an instant; none of never."""
        return None if at == NEVER else moment(at, self._zone).isoformat()

    def change(self, change: Change) -> JsonObject:
        """One change."""
        return {
            "kind": change.kind.value,
            "verdict": change.verdict.value,
            "cells": change.size,
            "between": [self._box(each) for each in change.boxes],
            "steps": [self._step(each) for each in change.steps],
            "witnesses": {
                key: self._witness(getattr(change, key))
                for key in ("widened", "narrowed", "handled")
            },
            "causes": [self._cause(each) for each in self._report.causes_of(change)],
            "consequences": [
                {"consequence": each.consequence.value, "ids": list(each.ids)}
                for each in self._report.consequences.of(change)
            ],
            "every-cell": self._every_cell(change) if self._report.full else None,
        }

    def _box(self, box: Box) -> JsonObject:
        return {key: sorted(side) for key, side in zip(_SIDES, box, strict=True)}

    def _every_cell(self, change: Change) -> list[JsonObject]:
        cells = sorted(cell for box in change.boxes for cell in product(*box))
        keys = ("sender", "recipient", "purpose", "subject", "category")
        return [dict(zip(keys, cell, strict=True)) for cell in cells]

    def _step(self, step: Step) -> JsonObject:
        begin, end = step.span
        return {
            "from": self.moment(begin),
            "before": self.moment(end),
            "old": self._answer(step.old),
            "new": self._answer(step.new),
        }

    def _answer(self, answer: Answer | None) -> JsonObject | None:
        if answer is None:
            return None
        states, is_all = self._report.facts.minimal_states(answer.conjuncts)
        return {"when": [self._known(answer, each) for each in states], "complete": is_all}

    def _known(self, answer: Answer, state: Demand) -> JsonObject:
        facts = self._report.facts
        return {
            "facts": facts.states(state),
            "reference": facts.has_reference(state),
            "effect": "log" if hold(answer.logs, state) else "allow",
            "duties": list(answer.duties_when(state)),
        }

    def _witness(self, witness: Witness | None) -> JsonObject | None:
        if witness is None:
            return None
        old, new = self._report.answers(witness)
        return {"old": shown_object(old), "new": shown_object(new)}

    def _cause(self, cause: Cause) -> JsonObject:
        report, place = self._report, self._report.place_of(cause)
        return {
            "section": cause.section,
            "id": cause.id or None,
            "happened": cause.happened.value,
            "keys": list(report.keys_changed(cause)),
            "place": place_object(place),
            "clauses": list(report.clauses_of(cause)),
            "commit": _commit(report.commits(place, cause) if place else None),
        }

    def replayed(self) -> JsonObject | None:
        """What came of the log."""
        replayed = self._report.replayed
        if replayed is None:
            return None
        return {
            "source": replayed.source,
            "transfers": replayed.count,
            "otherwise": len(replayed.otherwise),
            "unreadable": replayed.unreadable,
            "lines": [_otherwise(each) for each in replayed.otherwise],
        }
