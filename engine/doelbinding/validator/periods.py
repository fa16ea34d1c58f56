"""The periods and days that a draft names, with their places."""

from collections.abc import Iterator
from datetime import date

from doelbinding.model.period import Period, moment
from doelbinding.validator.draft import MANIFEST, Draft, Path
from doelbinding.validator.schemas import SECTIONS

_WITH_VALID = ("purposes", "recipients", "flows", "prohibitions")


def periods(draft: Draft) -> Iterator[tuple[Path, Period]]:
    """Each `valid`, and the period of each agreement and safeguard."""
    for section in _WITH_VALID:
        for identifier, declaration in getattr(draft.declarations, section).items():
            if declaration.valid is not None:
                yield (section, identifier, "valid"), declaration.valid
    for identifier, recipient in draft.declarations.recipients.items():
        for index, role in enumerate(recipient.roles or ()):
            path: Path = ("recipients", identifier, "roles", index)
            if role.agreement is not None:
                yield (*path, "agreement"), role.agreement.valid
            if role.safeguard is not None:
                yield (*path, "safeguard"), role.safeguard.valid


def first_date(draft: Draft) -> Path | None:
    """The place of some day that the policy names, or None when it names none."""
    for path, period in periods(draft):
        if period.start or period.end:
            return path
    for identifier, purpose in draft.declarations.purposes.items():
        if purpose.announcement is not None:
            return ("purposes", identifier, "announcement")
    for section in SECTIONS:
        for identifier, declaration in getattr(draft.declarations, section).items():
            if declaration.accept:
                return (section, identifier, "accept")
    manifest = draft.declarations.manifest
    if manifest.review_by or manifest.enforcement:
        return (MANIFEST, "review-by" if manifest.review_by else "enforcement")
    return None


def days_until(draft: Draft, day: date | None) -> int | None:
    """Days from the draft's moment to that day; None without a day or a moment."""
    if day is None or draft.at is None:
        return None
    today = moment(draft.at, draft.declarations.manifest.zone).date()
    return (day - today).days
