"""A transfer's fields to a decision, with the question as it is to be shown."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

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
    shown = moment if isinstance(moment, str) else moment.isoformat(timespec="seconds")
    asked = {
        "sender": sender,
        "recipient": recipient,
        "purpose": purpose,
        "subject": subject,
        "data": data,
        "facts": facts,
        "reference": reference,
    }
    return question_of(policy, asked, shown), decision


def question_of(policy: Policy, asked: Mapping[str, Any], at: str) -> Question:
    """A transfer's fields as they are shown, with what was left out filled in."""
    index = policy.compiled.index
    sender, subject = asked.get("sender"), asked.get("subject")
    return Question(
        sender=index.controller if sender is None else sender,
        recipient=asked["recipient"],
        purpose=asked["purpose"],
        subject=index.default_subject if subject is None else subject,
        data=tuple(asked["data"]),
        facts=dict(asked.get("facts") or {}),
        reference=asked.get("reference"),
        at=at,
    )


def check_known(option: str, name: str, known: Collection[str]) -> None:
    """Refuse, as wrong use, a name that the policy does not declare, with the nearest one."""
    if name not in known:
        close = nearest(name, known)
        hint = f"; did you mean {close}?" if close else ""
        raise click.UsageError(f"{option}: the policy declares nothing of that name{hint}")
