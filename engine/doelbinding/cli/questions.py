"""A transfer's fields to a decision, with the question as it is to be shown."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import click

from doelbinding.model.decision import Decision
from doelbinding.policy import Policy
from doelbinding.suggest import nearest
from doelbinding.views.explain import Question


def answer(
    policy: Policy,
    *,
    recipient: str,
    purpose: str,
    data: Iterable[str],
    sender: str | None = None,
    subject: str | None = None,
    facts: Mapping[str, bool | None] | None = None,
    reference: str | None = None,
    at: str | None = None,
    now: datetime | None = None,
) -> tuple[Question, Decision]:
    """Decide, and say what was decided on. Left out, `now` is read from the clock.

    Raises `TypeError` for a value of the wrong type.
    """
    moment = (policy.moment() if now is None else now) if at is None else at
    decision = policy.check(
        recipient=recipient,
        purpose=purpose,
        data=data,
        sender=sender,
        subject=subject,
        facts=facts,
        reference=reference,
        at=moment,
    )
    question = Question(
        sender=policy.compiled.index.controller if sender is None else sender,
        recipient=recipient,
        purpose=purpose,
        subject=policy.compiled.index.default_subject if subject is None else subject,
        data=tuple(data),
        facts=dict(facts or {}),
        reference=reference,
        at=moment if isinstance(moment, str) else moment.isoformat(timespec="seconds"),
    )
    return question, decision


def check_known(option: str, name: str, known: Collection[str]) -> None:
    """Refuse, as wrong use, a name that the policy does not declare, with the nearest one."""
    if name not in known:
        close = nearest(name, known)
        hint = f"; did you mean {close}?" if close else ""
        raise click.UsageError(f"{option}: the policy declares nothing of that name{hint}")
