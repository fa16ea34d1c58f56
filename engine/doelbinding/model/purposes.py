"""Processing purposes (GDPR Art. 5(1)(b)) and the bases on which they rest (Art. 6(1))."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from doelbinding.model.declaration import Declaration
from doelbinding.model.ids import CONSENT, OBJECTION
from doelbinding.model.period import Period


class LawfulBasis(StrEnum):
    """The six grounds of GDPR Art. 6(1)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal-obligation"
    VITAL_INTERESTS = "vital-interests"
    PUBLIC_TASK = "public-task"
    LEGITIMATE_INTERESTS = "legitimate-interests"


OBJECTIONABLE = frozenset({LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGITIMATE_INTERESTS})
"""The bases against which a person may object (GDPR Art. 21(1))."""

NEEDS_LAW = frozenset({LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGAL_OBLIGATION})
"""The bases that must be laid down by law (GDPR Art. 6(3))."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A purpose newer than the statement: when people were told, and until when they may refuse."""

    on: date
    refusal_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose(Declaration):
    """What data are processed for. A key that is None was not stated."""

    lawful_basis: LawfulBasis | None = None
    law: str | None = None
    objection: str | None = None
    direct_marketing: bool | None = None
    explicit_consent: bool | None = None
    special_category_condition: str | None = None
    subjects: tuple[str, ...] | None = None
    data: tuple[str, ...] | None = None
    retention: str | None = None
    announcement: Announcement | None = None
    always_enforced: bool = False
    valid: Period | None = None

    @property
    def demands_consent(self) -> bool:
        """Whether a consent must stand (GDPR Art. 6(1)(a), Art. 9(2)(a))."""
        return self.lawful_basis is LawfulBasis.CONSENT or self.explicit_consent is True

    @property
    def heeds_objection(self) -> bool:
        """Whether an objection that stands stops it (GDPR Art. 21)."""
        return (
            self.lawful_basis in OBJECTIONABLE
            or self.objection is not None
            or self.direct_marketing is True
            or self.announcement is not None
        )

    @property
    def demands(self) -> frozenset[tuple[str, bool]]:
        """The states in which the built-in facts must be known to be."""
        consent = ((CONSENT, True),) if self.demands_consent else ()
        objection = ((OBJECTION, False),) if self.heeds_objection else ()
        return frozenset(consent + objection)
