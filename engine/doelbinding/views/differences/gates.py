"""Closed questions about a change, and of what kind the ids are that answer them."""

from enum import StrEnum


class Gate(StrEnum):
    """A closed question: does the change bring any of these?"""

    NEW_RECIPIENTS = "no-new-recipients"
    NEW_PURPOSES = "no-new-purposes"
    SPECIAL_CATEGORY = "no-special-category"
    THIRD_COUNTRY = "no-third-country"

    @property
    def section(self) -> str:
        """The section that declares what opens it."""
        return _SECTIONS[self]


_SECTIONS = {
    Gate.NEW_RECIPIENTS: "recipients",
    Gate.NEW_PURPOSES: "purposes",
    Gate.SPECIAL_CATEGORY: "categories",
    Gate.THIRD_COUNTRY: "recipients",
}
