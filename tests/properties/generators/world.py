"""What the parts of one policy have to know of each other while it is made."""

from dataclasses import dataclass, field
from random import Random

from tests.properties.generators.conditions import Literals
from tests.properties.generators.draw import Declaration
from tests.properties.generators.tree import Tree, is_within_any, lineage

PERSON = "data-subject"
CONTROLLER = "library"
PROCESSORS = ("processor", "sub-processor")


@dataclass
class World:
    """The hierarchies of a policy, and what holds in them after inheritance."""

    random: Random
    zone: str
    languages: list[str]
    categories: Tree
    subjects: Tree
    purposes: Tree
    recipients: Tree
    facts: list[str]
    protected: frozenset[str] = frozenset()
    purpose_keys: dict[str, Declaration] = field(default_factory=dict)
    recipient_keys: dict[str, Declaration] = field(default_factory=dict)
    notice: dict[str, str] = field(default_factory=dict)

    def parties(self) -> list[str]:
        """All parties, the controller and the person first."""
        return [CONTROLLER, PERSON, *self.recipients.ids]

    def covers(self, party: str, purpose: str, kinds: tuple[str, ...] = ()) -> bool:
        """Whether a party has, were all dates right, a role for the purpose."""
        if party in (CONTROLLER, PERSON):
            return True
        for role in self.recipient_keys[party].get("roles", ()):
            if kinds and role["role"] not in kinds:
                continue
            if "purposes" in role and not is_within_any(purpose, role["purposes"]):
                continue
            if role["role"] != "sub-processor" or self.covers(role["of"], purpose, PROCESSORS):
                return True
        return False

    def servable(self) -> list[str]:
        """The purposes with a basis and a ceiling, which a flow may name."""
        keys = self.purpose_keys
        return [p for p in self.purposes.ids if "lawful-basis" in keys[p] and "data" in keys[p]]

    def is_authority(self, party: str) -> bool:
        """Whether a party or one below it is an authority."""
        return any(
            role["role"] == "authority"
            for lower in self.recipients.below.get(party, ())
            for role in self.recipient_keys[lower].get("roles", ())
        )

    def demands(self, purpose: str) -> Literals:
        """What the purpose itself asks to be known."""
        keys = self.purpose_keys[purpose]
        found: Literals = {}
        if keys["lawful-basis"] == "consent" or keys.get("explicit-consent"):
            found["consent"] = True
        if (
            keys["lawful-basis"] in ("legitimate-interests", "public-task")
            or "objection" in keys
            or keys.get("direct-marketing")
            or "announcement" in keys
        ):
            found["objection"] = False
        return found

    def notice_for(self, party: str) -> str:
        """The one of the two opposite duties that transfers to this party may have."""
        return self.notice[lineage(party)[-1]]
