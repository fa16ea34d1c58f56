"""The parties that data go to or come from, and the roles in which they act."""

from dataclasses import dataclass
from enum import StrEnum

from doelbinding.model.declaration import Declaration
from doelbinding.model.ids import within_any
from doelbinding.model.period import Period


class RoleKind(StrEnum):
    """What a party is to the data (GDPR Art. 4(7) to (9), 26, 28)."""

    CONTROLLER = "controller"
    JOINT_CONTROLLER = "joint-controller"
    PROCESSOR = "processor"
    SUB_PROCESSOR = "sub-processor"
    AUTHORITY = "authority"


PROCESSORS = frozenset({RoleKind.PROCESSOR, RoleKind.SUB_PROCESSOR})
"""The roles of those who process on behalf of another (GDPR Art. 28)."""


_CODES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"

EEA = frozenset(_CODES.split())
"""The countries of the European Economic Area, as ISO 3166-1 codes them."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A processor's contract (GDPR Art. 28(3)) or joint controllers' arrangement (Art. 26)."""

    reference: str
    valid: Period


@dataclass(frozen=True, slots=True)
class Safeguard:
    """What protects data in a third country (GDPR Art. 45 to 49)."""

    kind: str
    reference: str | None
    valid: Period


@dataclass(frozen=True, slots=True)
class Role:
    """One role of a party, for some purposes or (None) for every one."""

    kind: RoleKind
    purposes: tuple[str, ...] | None = None
    agreement: Agreement | None = None
    safeguard: Safeguard | None = None
    works_for: str | None = None

    def covers(self, purpose: str) -> bool:
        """Whether the party has this role for that purpose."""
        return self.purposes is None or within_any(purpose, self.purposes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient(Declaration):
    """A party besides the controller and the person (GDPR Art. 4(9))."""

    legal_name: str | None = None
    country: str | None = None
    isil: str | None = None
    is_class: bool = False
    endpoints: tuple[str, ...] | None = None
    duties: tuple[str, ...] = ()
    roles: tuple[Role, ...] | None = None
    always_enforced: bool = False
    valid: Period | None = None
