"""The verifier of one file, run inside the tests."""

import io
from collections.abc import Sequence

from doelbinding.audit.verify_export import (
    Checked,
    Findings,
    Given,
    Head,
    Unusable,
    check,
    read_heads,
    read_key,
)
from doelbinding.policy import Policy
from tests.audit.ledger import Ledger, public_pem
from tests.audit.small import small_ledger, small_policy


def heads_of(text: str, findings: Findings | None = None) -> Sequence[Head]:
    return read_heads(text, read_key(public_pem()), findings or Findings())


EXPORT = small_ledger().export()
ANCHORED = Given(heads_of(small_ledger().head()))
"""The small log, and its head."""


def examined(export: bytes, given: Given = ANCHORED) -> Checked:
    checked = Checked()
    check(io.BytesIO(export), given, checked)
    return checked


def is_found(export: bytes, given: Given = ANCHORED) -> bool:
    """Whether the verifier takes that export for broken, or for none at all."""
    try:
        return examined(export, given).findings.count > 0
    except Unusable:
        return True


def wrong(ledger: Ledger, given: Given | None = None) -> list[str]:
    """What is found wrong in a ledger, by the head that it would have now."""
    now = given or Given(heads_of(ledger.head()))
    return examined(ledger.export(), now).findings.wrong


def begun() -> tuple[Ledger, Policy]:
    """A ledger in which a policy is kept, and the policy."""
    policy, bundle = small_policy()
    ledger = Ledger()
    ledger.open()
    ledger.keep(policy, bundle)
    return ledger, policy
