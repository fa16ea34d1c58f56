"""The digest of what a policy means: the same for every way of writing it.

The canonical form is sorted and expanded, and leaves out what does not bear on meaning: labels,
descriptions, clauses, assumptions, places, names in other vocabularies, and the revision.
"""

import hashlib
import json
from collections.abc import Iterable, Set
from functools import cache, partial
from typing import Any

from doelbinding.model.condition import Term
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow, Prohibition
from doelbinding.model.ids import Hierarchy
from doelbinding.model.manifest import LANGUAGE_VERSION, Observation
from doelbinding.model.period import Period
from doelbinding.model.purposes import Purpose
from doelbinding.model.recipients import Recipient, Role

Canonical = dict[str, Any]


def meaning_digest(declared: Declarations) -> str:
    """SHA-256 of the canonical form, as `sha256:` and hexadecimal digits."""
    texts = {key: _json(value) for key, value in _all_but_flows(declared).items()}
    texts["flows"] = _flows(declared)
    text = ",".join(f'"{key}":{texts[key]}' for key in sorted(texts))
    return f"sha256:{hashlib.sha256(f'{{{text}}}'.encode()).hexdigest()}"


def _json(value: object) -> str:
    """The one way to write a value: keys sorted, no blanks, ASCII alone."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _all_but_flows(declared: Declarations) -> Canonical:
    """What the policy means, as plain data; the flows, which may be many, are left to `_flows`."""
    manifest = declared.manifest
    return {
        "language": LANGUAGE_VERSION,
        "policy": manifest.policy,
        "controller": [declared.controller, manifest.controller.country],
        "default-subject": manifest.default_subject,
        "timezone": manifest.zone.key,
        "register": manifest.register,
        "records": [manifest.records.retention, manifest.records.allow],
        "enforcement": _sorted(_observation(declared, each) for each in manifest.enforcement),
        "categories": {
            each: [declared.protection(each), category.anonymous is True]
            for each, category in declared.effective_categories.items()
        },
        "subjects": sorted(declared.subjects),
        "facts": sorted(declared.facts),
        "purposes": {
            each: _purpose(declared, declared.purpose(each)) for each in declared.purposes
        },
        "recipients": {
            each: _recipient(declared, declared.recipient(each)) for each in declared.recipients
        },
        "prohibitions": {
            each: _prohibition(declared, prohibition)
            for each, prohibition in declared.prohibitions.items()
        },
    }


def _purpose(declared: Declarations, purpose: Purpose) -> Canonical:
    announcement = purpose.announcement
    chain = declared.purpose_tree.chain(purpose.id)
    return {
        "lawful-basis": purpose.lawful_basis,
        "law": purpose.law,
        "objection": purpose.objection,
        "direct-marketing": purpose.direct_marketing is True,
        "explicit-consent": purpose.explicit_consent is True,
        "special-category-condition": purpose.special_category_condition,
        "subjects": _expanded(declared.subject_tree, purpose.subjects),
        "data": _expanded(declared.category_tree, purpose.data),
        "retention": purpose.retention,
        "announcement": announcement and [str(announcement.on), str(announcement.refusal_until)],
        "always-enforced": any(declared.purposes[each].always_enforced for each in chain),
        "valid": _sorted(_period(declared.purposes[each].valid) for each in chain),
    }


def _recipient(declared: Declarations, recipient: Recipient) -> Canonical:
    chain = declared.party_tree.chain(recipient.id)
    return {
        "country": recipient.country,
        "isil": recipient.isil,
        "class": recipient.is_class,
        "endpoints": _sorted(recipient.endpoints or ()),
        "duties": sorted(declared.duties_of(recipient.id)),
        "roles": _sorted(_role(declared, role) for role in recipient.roles or ()),
        "always-enforced": any(declared.recipients[each].always_enforced for each in chain),
        "valid": _sorted(_period(declared.recipients[each].valid) for each in chain),
    }


def _role(declared: Declarations, role: Role) -> Canonical:
    agreement, safeguard = role.agreement, role.safeguard
    return {
        "role": role.kind,
        "purposes": _expanded(declared.purpose_tree, role.purposes),
        "agreement": agreement and [agreement.reference, _period(agreement.valid)],
        "safeguard": safeguard and [safeguard.kind, safeguard.reference, _period(safeguard.valid)],
        "of": role.works_for,
    }


def _flows(declared: Declarations) -> str:
    """The flows as canonical JSON by their ids; what many of them name alike is written once."""
    parties = cache(partial(_expanded_json, declared.party_tree))
    purposes = cache(partial(_expanded_json, declared.purpose_tree))
    subjects = cache(partial(_expanded_json, declared.subject_tree))
    terms, duties, period = cache(_terms_json), cache(_duties_json), cache(_period_json)

    def text(flow: Flow) -> str:
        data, excluded = _data(declared, flow)
        return (
            f'"{flow.id}":{{"data":{data},"duties":{duties(flow.duties)},"effect":"{flow.effect}",'
            f'"except":{excluded},"from":{parties(flow.senders)},'
            f'"purpose":{purposes(flow.purposes)},'
            f'"reference":{"true" if flow.needs_reference else "false"},'
            f'"subjects":{subjects(flow.subjects)},"to":{parties(flow.recipients)},'
            f'"valid":{period(flow.valid)},"when":{terms(declared.flow_terms[flow.id])}}}'
        )

    return f"{{{','.join(text(declared.flows[each]) for each in sorted(declared.flows))}}}"


def _data(declared: Declarations, flow: Flow) -> tuple[str, str]:
    """The categories that a flow names, less what it takes out; or, without any, what that is."""
    excluded = declared.expanded(flow.excluded)
    if flow.data is None:
        return "null", _listed_json(excluded)
    return _listed_json(declared.expanded(flow.data) - excluded), "[]"


def _duties_json(duties: tuple[str, ...]) -> str:
    return _listed_json({*duties})


def _listed_json(ids: Set[str]) -> str:
    """A set of ids as `_json` writes it; there is nothing in an id to be written otherwise."""
    listed = '","'.join(sorted(ids))
    return f'["{listed}"]' if listed else "[]"


def _expanded_json(tree: Hierarchy, named: tuple[str, ...] | None) -> str:
    return "null" if named is None else _listed_json(tree.expand(named))


def _terms_json(terms: tuple[Term, ...]) -> str:
    return _json(_sorted_terms(terms))


def _period_json(period: Period | None) -> str:
    return _json(_period(period))


def _prohibition(declared: Declarations, prohibition: Prohibition) -> Canonical:
    return {
        "from": _expanded(declared.party_tree, prohibition.senders),
        "to": _expanded(declared.party_tree, prohibition.recipients),
        "purpose": _expanded(declared.purpose_tree, prohibition.purposes),
        "subjects": _expanded(declared.subject_tree, prohibition.subjects),
        "data": _expanded(declared.category_tree, prohibition.data),
        "unless": prohibition.unless and _sorted_terms(declared.exception_terms[prohibition.id]),
        "always-enforced": prohibition.always_enforced,
        "valid": _period(prohibition.valid),
    }


def _observation(declared: Declarations, observation: Observation) -> Canonical:
    return {
        "purpose": _expanded(declared.purpose_tree, observation.purposes),
        "from": _expanded(declared.party_tree, observation.senders),
        "to": _expanded(declared.party_tree, observation.recipients),
        "until": str(observation.until),
    }


def _expanded(tree: Hierarchy, named: tuple[str, ...] | None) -> list[str] | None:
    return None if named is None else sorted(tree.expand(named))


def _sorted_terms(terms: tuple[Term, ...]) -> list[Any]:
    return [sorted(term) for term in terms]


def _period(period: Period | None) -> list[str | None] | None:
    if period is None:
        return None
    return [day.isoformat() if day else None for day in (period.start, period.end)]


def _sorted(values: Iterable[Any]) -> list[Any]:
    unique = {json.dumps(value, sort_keys=True): value for value in values if value is not None}
    return [unique[key] for key in sorted(unique)]
