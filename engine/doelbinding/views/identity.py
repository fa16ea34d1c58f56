"""Which policy something is said of, and from which moment on, for people."""

from zoneinfo import ZoneInfo

from doelbinding.model.period import moment
from doelbinding.policy import Policy
from doelbinding.views.explain import Language
from doelbinding.views.explain.phrases import PHRASES

_SEEN: dict[Language, str] = {"en": "seen from {moment} on", "nl": "gezien vanaf {moment}"}


def identified(policy: Policy, lang: Language, since: int | None = None) -> str:
    """Id, revision and digest in a line, with the instant from which the policy was looked at."""
    identity = policy.identity
    text = f"{identity.id}, {PHRASES[lang]['revision']} {identity.revision}, {identity.digest}"
    if since is None:
        return text
    return f"{text}, {_SEEN[lang].format(moment=moment_text(policy, since))}"


def moment_text(policy: Policy, at: int) -> str:
    """The instant as ISO 8601 text, by the clocks of the policy."""
    return moment(at, ZoneInfo(policy.compiled.index.timezone)).isoformat()
