"""A policy is made fit for the gate: loaded, tested by its own tests, and looked at."""

import logging
import os

from doelbinding.analysis.testing import Outcome, Result, read_suites, run_suites
from doelbinding.errors import SourceError
from doelbinding.loader import DEFAULT_LIMITS
from doelbinding.model.decision import PolicyIdentity
from doelbinding.policy import Policy

_DAY = 86_400_000_000
_NOTICE_DAYS = 30
_MOST_NAMED = 3

_logger = logging.getLogger("doelbinding.gate")


def load_for_gate(
    source: str | os.PathLike[str],
    current: PolicyIdentity,
    verify: str | os.PathLike[str] | None,
    at_least: int | None,
) -> Policy:
    """A policy that may replace the current one. Raises `PolicyError` and `SourceError`."""
    lowest = at_least if verify is None or at_least is not None else current.revision
    policy = Policy.load(source, verify=verify, at_least=lowest)
    name = os.fspath(source)
    if policy.identity.id != current.id:
        raise SourceError(
            f"{name} is the policy {policy.identity.id}; the gate has {current.id}",
            "Make another gate for another policy.",
        )
    suites = read_suites(name, DEFAULT_LIMITS, verify=verify, at_least=lowest)
    failed = [each for each in run_suites(policy.compiled, suites) if _is_failure(each)]
    if failed:
        names = ", ".join(each.name for each in failed[:_MOST_NAMED])
        more = "" if len(failed) <= _MOST_NAMED else f" and {len(failed) - _MOST_NAMED} more"
        raise SourceError(
            f"{name} does not answer as its own tests say: {names}{more}",
            "Run `doelbinding test` on it; the policy that decided until now still does.",
        )
    return policy


def announce(policy: Policy, now: int) -> None:
    """Tell of each observation that ends within thirty days, or has ended."""
    for observed in policy.compiled.index.enforcement.observed:
        days = (observed.end - now) // _DAY
        if observed.end <= now:
            _logger.warning("the observation until %s has ended: it is enforced", observed.until)
        elif days < _NOTICE_DAYS:
            _logger.warning(
                "the observation until %s ends in %d day%s: from then on it is enforced",
                observed.until,
                days,
                "" if days == 1 else "s",
            )


def _is_failure(result: Result) -> bool:
    return result.outcome in (Outcome.FAILED, Outcome.UNUSABLE)
