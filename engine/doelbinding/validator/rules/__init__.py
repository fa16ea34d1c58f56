"""The rules, a file each, in the order of their ids (policy language, section 5)."""

from doelbinding.diagnostics import Severity
from doelbinding.validator.rule import Rule
from doelbinding.validator.rules.acceptance_ended import acceptance_ended
from doelbinding.validator.rules.acceptance_idle import acceptance_idle
from doelbinding.validator.rules.acceptance_of_error import acceptance_of_error
from doelbinding.validator.rules.accepted_rule_unknown import accepted_rule_unknown
from doelbinding.validator.rules.agreement_ends import agreement_ends
from doelbinding.validator.rules.authority_off_the_record import authority_off_the_record
from doelbinding.validator.rules.clause_uncovered import clause_uncovered
from doelbinding.validator.rules.condition_never_holds import condition_never_holds
from doelbinding.validator.rules.condition_too_large import condition_too_large
from doelbinding.validator.rules.duplicate_item import duplicate_item
from doelbinding.validator.rules.duties_contradict import duties_contradict
from doelbinding.validator.rules.empty_period import empty_period
from doelbinding.validator.rules.flow_adds_nothing import flow_adds_nothing
from doelbinding.validator.rules.flow_over_ceiling import flow_over_ceiling
from doelbinding.validator.rules.flow_wholly_forbidden import flow_wholly_forbidden
from doelbinding.validator.rules.joint_controller_without_agreement import (
    joint_controller_without_agreement,
)
from doelbinding.validator.rules.law_missing import law_missing
from doelbinding.validator.rules.mixed_scripts import mixed_scripts
from doelbinding.validator.rules.observation_ends import observation_ends
from doelbinding.validator.rules.processor_without_mandate import processor_without_mandate
from doelbinding.validator.rules.prohibition_beside_default_subject import (
    prohibition_beside_default_subject,
)
from doelbinding.validator.rules.purpose_outside_statement import purpose_outside_statement
from doelbinding.validator.rules.purpose_unserved import purpose_unserved
from doelbinding.validator.rules.purpose_without_basis import purpose_without_basis
from doelbinding.validator.rules.purpose_without_ceiling import purpose_without_ceiling
from doelbinding.validator.rules.purpose_without_retention import purpose_without_retention
from doelbinding.validator.rules.recipient_without_role import recipient_without_role
from doelbinding.validator.rules.reserved_id import reserved_id
from doelbinding.validator.rules.review_overdue import review_overdue
from doelbinding.validator.rules.special_data_without_ground import special_data_without_ground
from doelbinding.validator.rules.sub_processor_chain import sub_processor_chain
from doelbinding.validator.rules.third_country_without_safeguard import (
    third_country_without_safeguard,
)
from doelbinding.validator.rules.timezone_missing import timezone_missing
from doelbinding.validator.rules.undeclared_id import undeclared_id
from doelbinding.validator.rules.undeclared_prefix import undeclared_prefix
from doelbinding.validator.rules.unfounded_declaration import unfounded_declaration
from doelbinding.validator.rules.unused_declaration import unused_declaration
from doelbinding.validator.rules.wider_than_above import wider_than_above

RULES: tuple[Rule, ...] = (
    acceptance_ended,
    acceptance_idle,
    acceptance_of_error,
    accepted_rule_unknown,
    agreement_ends,
    authority_off_the_record,
    clause_uncovered,
    condition_never_holds,
    condition_too_large,
    duplicate_item,
    duties_contradict,
    empty_period,
    flow_adds_nothing,
    flow_over_ceiling,
    flow_wholly_forbidden,
    joint_controller_without_agreement,
    law_missing,
    mixed_scripts,
    observation_ends,
    processor_without_mandate,
    prohibition_beside_default_subject,
    purpose_outside_statement,
    purpose_unserved,
    purpose_without_basis,
    purpose_without_ceiling,
    purpose_without_retention,
    recipient_without_role,
    reserved_id,
    review_overdue,
    special_data_without_ground,
    sub_processor_chain,
    third_country_without_safeguard,
    timezone_missing,
    undeclared_id,
    undeclared_prefix,
    unfounded_declaration,
    unused_declaration,
    wider_than_above,
)

WARNINGS = frozenset(rule.id for rule in RULES if rule.severity is Severity.WARNING)
"""The rules whose findings can be accepted."""
