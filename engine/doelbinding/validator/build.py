"""Plain declarations of the right shape to the nouns of the model."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from doelbinding.model.categories import Category, Protection, Subject
from doelbinding.model.condition import All, Condition, Fact, Not
from doelbinding.model.condition import Any as AnyOf
from doelbinding.model.decision import Effect
from doelbinding.model.declaration import Acceptance, Declaration
from doelbinding.model.flows import Circumstance, Flow, Prohibition
from doelbinding.model.invariants import Always, Invariant, Match, Never, NoPath, Only, Selection
from doelbinding.model.manifest import Controller, Manifest, Observation, Records
from doelbinding.model.period import Period
from doelbinding.model.purposes import Announcement, LawfulBasis, Purpose
from doelbinding.model.recipients import Agreement, Recipient, Role, RoleKind, Safeguard
from doelbinding.model.statement import Clause, Extent, Statement, StatementFinding
from doelbinding.model.text import Text
from doelbinding.source import Place

Plain = Mapping[str, Any]
"""A declaration as it was written, of the right shape as far as it is there."""


def declaration(section: str, identifier: str, written: Plain, place: Place) -> Declaration:
    """One declaration of a section. A required key that is missing is empty."""
    return _BUILDERS[section](identifier, written, place)


def manifest(written: Plain, place: Place) -> Manifest:
    """The manifest. A required key that is missing is empty."""
    return Manifest(
        policy=written.get("policy", ""),
        revision=written.get("revision", 0),
        controller=_controller(written.get("controller", {})),
        default_subject=written.get("default-subject", ""),
        zone=ZoneInfo(written.get("timezone", "UTC")),
        place=place,
        languages=tuple(written.get("languages", ())),
        register=written.get("register"),
        review_by=_optional(date.fromisoformat, written.get("review-by")),
        records=Records(**written.get("records", {})),
        enforcement=tuple(map(_observation, written.get("enforcement", ()))),
    )


def statement(written: Plain) -> Statement:
    """The statement's own keys."""
    return Statement(written.get("version", ""), written.get("language", ""), written.get("url"))


def _common(identifier: str, written: Plain, place: Place) -> dict[str, Any]:
    """What every declaration has."""
    return {
        "id": identifier,
        "label": Text(written.get("label", identifier)),
        "place": place,
        "description": _text(written.get("description")),
        "clauses": tuple(written.get("clauses", ())),
        "assumption": _text(written.get("assumption")),
        "accept": tuple(map(_acceptance, written.get("accept", ()))),
    }


def _category(identifier: str, written: Plain, place: Place) -> Category:
    return Category(
        **_common(identifier, written, place),
        protection=_optional(Protection, written.get("protection")),
        anonymous=written.get("anonymous"),
        fides=written.get("fides"),
        dpv=written.get("dpv"),
    )


def _subject(identifier: str, written: Plain, place: Place) -> Subject:
    return Subject(**_common(identifier, written, place))


def _purpose(identifier: str, written: Plain, place: Place) -> Purpose:
    return Purpose(
        **_common(identifier, written, place),
        lawful_basis=_optional(LawfulBasis, written.get("lawful-basis")),
        law=_text(written.get("law")),
        objection=written.get("objection"),
        direct_marketing=written.get("direct-marketing"),
        explicit_consent=written.get("explicit-consent"),
        special_category_condition=_text(written.get("special-category-condition")),
        subjects=_optional(tuple, written.get("subjects")),
        data=_optional(tuple, written.get("data")),
        retention=written.get("retention"),
        announcement=_optional(_announcement, written.get("announcement")),
        always_enforced=written.get("always-enforced", False),
        valid=_optional(_period, written.get("valid")),
    )


def _recipient(identifier: str, written: Plain, place: Place) -> Recipient:
    return Recipient(
        **_common(identifier, written, place),
        legal_name=written.get("legal-name"),
        country=written.get("country"),
        isil=written.get("isil"),
        is_class=written.get("class", False),
        endpoints=_optional(tuple, written.get("endpoints")),
        duties=tuple(written.get("duties", ())),
        roles=_optional(_roles, written.get("roles")),
        always_enforced=written.get("always-enforced", False),
        valid=_optional(_period, written.get("valid")),
    )


def _flow(identifier: str, written: Plain, place: Place) -> Flow:
    """A flow. There may be many of them: what most leave out costs them little."""
    given = written.get
    subjects, data = given("subjects"), given("data")
    description, assumption = given("description"), given("assumption")
    when, valid = given("when"), given("valid")
    return Flow(
        id=identifier,
        label=Text(given("label", identifier)),
        place=place,
        description=None if description is None else Text(description),
        clauses=tuple(given("clauses", ())),
        assumption=None if assumption is None else Text(assumption),
        accept=tuple(map(_acceptance, written["accept"])) if "accept" in written else (),
        senders=_ids(given("from", ())),
        recipients=_ids(given("to", ())),
        purposes=_ids(given("purpose", ())),
        subjects=None if subjects is None else tuple(subjects),
        data=None if data is None else tuple(data),
        excluded=tuple(given("except", ())),
        when=None if when is None else _condition(when),
        effect=Effect.LOG if given("effect") == "log" else Effect.ALLOW,
        needs_reference=given("reference") == "required",
        duties=tuple(given("duties", ())),
        valid=None if valid is None else _period(valid),
    )


def _prohibition(identifier: str, written: Plain, place: Place) -> Prohibition:
    return Prohibition(
        **_common(identifier, written, place),
        senders=_optional(_ids, written.get("from")),
        recipients=_optional(_ids, written.get("to")),
        purposes=_optional(_ids, written.get("purpose")),
        subjects=_optional(_ids, written.get("subjects")),
        data=_optional(_ids, written.get("data")),
        unless=_optional(_condition, written.get("unless")),
        always_enforced=written.get("always-enforced", False),
        valid=_optional(_period, written.get("valid")),
    )


def _fact(identifier: str, written: Plain, place: Place) -> Circumstance:
    return Circumstance(**_common(identifier, written, place))


def _clause(identifier: str, written: Plain, place: Place) -> Clause:
    return Clause(
        **_common(identifier, written, place),
        extent=_optional(_extent, written.get("span")),
        sha256=written.get("sha256"),
        informative=_text(written.get("informative")),
        held_by=tuple(written.get("held-by", ())),
    )


def _finding(identifier: str, written: Plain, place: Place) -> StatementFinding:
    common = _common(identifier, written, place)
    return StatementFinding(**common, extent=_optional(_extent, written.get("span")))


def _invariant(identifier: str, written: Plain, place: Place) -> Invariant:
    kind = next((each for each in _CLAIMS if each in written), "never")
    claim = _CLAIMS[kind](written.get(kind, {}))
    return Invariant(**_common(identifier, written, place), claim=claim)


def _always(written: Plain) -> Always:
    return Always(
        match=_match(written.get("match", {})),
        effect=written.get("effect"),
        facts=dict(written.get("facts", {})),
        duties=tuple(written.get("duties", ())),
        reference=written.get("reference", False),
    )


def _only(written: Plain) -> Only:
    return Only(
        match=_match(written.get("match", {})),
        senders=_optional(_ids, written.get("from")),
        recipients=_optional(_ids, written.get("to")),
        purposes=_optional(_ids, written.get("purpose")),
    )


def _match(written: Plain) -> Match:
    return Match(
        senders=_optional(_selection, written.get("from")),
        recipients=_optional(_selection, written.get("to")),
        purposes=_optional(_selection, written.get("purpose")),
        subjects=_optional(_selection, written.get("subjects")),
        data=_optional(_selection, written.get("data")),
        given=dict(written.get("given", {})),
    )


def _selection(written: str | list[str] | Plain) -> Selection:
    if isinstance(written, Mapping):
        return Selection(_ids(written.get("not", ())), negated=True)
    return Selection(_ids(written))


def _roles(written: list[Plain]) -> tuple[Role, ...]:
    return tuple(
        Role(
            kind=RoleKind(role["role"]),
            purposes=_optional(tuple, role.get("purposes")),
            agreement=_optional(_agreement, role.get("agreement")),
            safeguard=_optional(_safeguard, role.get("safeguard")),
            works_for=role.get("of"),
        )
        for role in written
    )


def _agreement(written: Plain) -> Agreement:
    return Agreement(written["reference"], _period(written))


def _safeguard(written: Plain) -> Safeguard:
    return Safeguard(written["kind"], written.get("reference"), _period(written))


def _controller(written: Plain) -> Controller:
    return Controller(
        id=written.get("id", ""),
        label=Text(written.get("label", written.get("id", ""))),
        legal_name=written.get("legal-name"),
        country=written.get("country"),
        isil=written.get("isil"),
        contact=dict(written.get("contact", {})),
        data_protection_officer=_text(written.get("data-protection-officer")),
        measures=tuple(map(Text, written.get("measures", ()))),
    )


def _observation(written: Plain) -> Observation:
    observed = written["observe"]
    return Observation(
        purposes=_optional(_ids, observed.get("purpose")),
        senders=_optional(_ids, observed.get("from")),
        recipients=_optional(_ids, observed.get("to")),
        until=date.fromisoformat(written["until"]),
        because=Text(written["because"]),
    )


def _acceptance(written: Plain) -> Acceptance:
    until = date.fromisoformat(written["until"])
    return Acceptance(written["rule"], until, Text(written["because"]))


def _announcement(written: Plain) -> Announcement:
    return Announcement(*(date.fromisoformat(written[key]) for key in ("on", "refusal-until")))


def _period(written: Plain) -> Period:
    return Period(*(_optional(date.fromisoformat, written.get(key)) for key in ("from", "until")))


def _extent(written: Plain) -> Extent:
    (first_line, first), (last_line, last) = written["from"], written["to"]
    return Extent((first_line, first), (last_line, last))


def _condition(written: str | Plain) -> Condition:
    if isinstance(written, str):
        return Fact(written)
    ((kind, inner),) = written.items()
    if kind == "not":
        return Not(_condition(inner))
    parts = tuple(map(_condition, inner))
    return All(parts) if kind == "all" else AnyOf(parts)


def _ids(written: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def _text(written: str | Mapping[str, str] | None) -> Text | None:
    return None if written is None else Text(written)


def _optional(build: Callable[[Any], Any], written: object) -> Any:  # noqa: ANN401 - what `build` makes
    return None if written is None else build(written)


_CLAIMS: dict[str, Callable[[Plain], Never | Always | Only | NoPath]] = {
    "never": lambda written: Never(_match(written)),
    "always": _always,
    "only": _only,
    "no-path": lambda written: NoPath(_match(written)),
}
_BUILDERS: dict[str, Callable[[str, Plain, Place], Declaration]] = {
    "categories": _category,
    "subjects": _subject,
    "purposes": _purpose,
    "recipients": _recipient,
    "flows": _flow,
    "prohibitions": _prohibition,
    "facts": _fact,
    "clauses": _clause,
    "findings": _finding,
    "invariants": _invariant,
}
