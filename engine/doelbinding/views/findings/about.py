"""What pipelines are told about the tool and its rules."""

from dataclasses import dataclass
from functools import cache

from doelbinding.diagnostics import Finding
from doelbinding.loader.faults import FAULTS
from doelbinding.validator import RULES

NAME = "doelbinding"
HOME = "https://github.com/doelbinding/doelbinding"


@dataclass(frozen=True, slots=True)
class About:
    """What is true of every finding of a rule."""

    summary: str
    help: str
    page: str


def page_address(finding: Finding) -> str:
    """Where a reader outside the repository finds the page of the finding's rule."""
    return f"{HOME}/blob/main/{finding.page}"


def about_rule(finding: Finding) -> About:
    """The rule of a finding; of one that is not listed, as much as its id says."""
    summary, help_text = _known().get(finding.rule, ("", ""))
    in_words = finding.rule.replace("-", " ").capitalize()
    return About(summary or f"{in_words}.", help_text, page_address(finding))


def tool_version() -> str | None:
    """The version that is installed, if any is."""
    from importlib.metadata import PackageNotFoundError, version  # takes long to import

    try:
        return version(NAME)
    except PackageNotFoundError:
        return None


@cache
def _known() -> dict[str, tuple[str, str]]:
    rules = {rule.id: ((rule.check.__doc__ or "").partition("\n")[0], rule.help) for rule in RULES}
    return rules | {fault.rule: ("", fault.help) for fault in FAULTS}
