"""The policy that a command works on."""

from dataclasses import dataclass

from doelbinding.compiler.bundle import open_bundle
from doelbinding.loader import (
    DEFAULT_LIMITS,
    ContentCache,
    Limits,
    Part,
    is_bundle,
    read_tests,
)
from doelbinding.policy import Policy

_SECOND = 1_000_000
"""In the unit of instants."""


def seen_from(policy: Policy, at: str | None) -> int:
    """The instant from which a policy is looked at: that moment, or the second that it is now."""
    instant = policy.instant(at)
    return instant if at is not None else instant - instant % _SECOND


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """The policy that the options name, and what they demand of it."""

    source: str
    max_bytes: int | None = None
    verify: str | None = None
    at_least: int | None = None
    no_cache: bool = False

    @property
    def limits(self) -> Limits:
        """The usual limits, or those of --max-bytes."""
        if self.max_bytes is None:
            return DEFAULT_LIMITS
        return DEFAULT_LIMITS.with_bytes(self.max_bytes)

    @property
    def is_bundle(self) -> bool:
        """Whether it is a bundle, or can be nothing else: only a bundle can be verified."""
        return self.verify is not None or is_bundle(self.source)

    def load(self, at: str | None = None) -> Policy:
        """Read and compile it. Raises `PolicyError` and `SourceError`."""
        return Policy.load(
            self.source,
            limits=self.limits,
            at=at,
            verify=self.verify,
            at_least=self.at_least,
            cache=None if self.no_cache or self.is_bundle else ContentCache.of_user(),
        )

    def tests(self) -> tuple[Part, ...]:
        """The files of its tests, from where the policy itself is. Raises `SourceError`."""
        if not self.is_bundle:
            return read_tests(self.source, self.limits)
        limits, key = self.limits, self.verify
        return open_bundle(self.source, limits, verify=key, at_least=self.at_least).bundle.tests()
