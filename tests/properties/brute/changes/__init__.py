"""Changes of a small policy, one at a time; some give no valid policy, and are then passed over."""

from collections.abc import Sequence
from random import Random

from tests.properties.brute.changes.flows import (
    add_flow,
    add_prohibition,
    carry_on,
    change_flow,
    change_prohibition,
    remove_flow,
    remove_prohibition,
    rename_flow,
    rename_prohibition,
)
from tests.properties.brute.changes.names import (
    add_category,
    add_fact,
    add_purpose,
    add_subject,
    change_default_subject,
    change_purpose,
    change_timezone,
    remove_category,
    remove_fact,
    remove_purpose,
    remove_subject,
)
from tests.properties.brute.changes.parties import (
    add_recipient,
    change_controller,
    change_recipient,
    exchange_roles,
    remove_recipient,
    swap_roles,
    work_for_others,
)
from tests.properties.brute.changes.texts import (
    describe,
    refer,
    relabel,
    reorder,
    revise,
)
from tests.properties.brute.small import Change, Small, pick


def vary(random: Random, small: Small, changes: Sequence[Change], count: int) -> Small:
    """The policy with so many of the changes, one after the other, as far as they are possible."""
    for _ in range(count):
        for _ in range(8):
            other = small.changed(random, pick(random, changes))
            if other is not None:
                small = other
                break
    return small


MEANINGS: tuple[Change, ...] = (
    *(add_flow, carry_on, remove_flow, rename_flow, *(change_flow,) * 6),
    *(add_prohibition, remove_prohibition, rename_prohibition, *(change_prohibition,) * 3),
    *(add_purpose, remove_purpose, *(change_purpose,) * 3),
    *(add_recipient, add_recipient, remove_recipient, *(change_recipient,) * 4),
    *(swap_roles, exchange_roles, work_for_others, change_controller),
    *(add_category, add_category, remove_category, add_subject, remove_subject),
    *(add_fact, remove_fact, change_timezone, change_default_subject),
)
"""Changes of what a policy means, or may mean."""

ROLE_CHANGES: tuple[Change, ...] = (swap_roles, exchange_roles, work_for_others, change_recipient)
"""Changes of who works for whom."""

SPICES: tuple[Change, ...] = (
    *(add_flow, change_flow, change_flow, change_flow, add_prohibition, change_prohibition),
    *(change_purpose, change_recipient, change_recipient, add_recipient, carry_on, carry_on),
    *(exchange_roles, work_for_others, work_for_others),
)
"""Changes that make a policy a harder case."""

CHAIN_CHANGES: tuple[Change, ...] = (*SPICES, *(carry_on,) * 8)
"""The same, with more flows that take further what others have brought."""

TEXT_CHANGES: tuple[Change, ...] = (relabel, describe, refer, revise, reorder)
"""Changes that leave every answer as it is."""
