"""Transfers at random, of which some part may be unknown, wrong or too much."""

from random import Random
from typing import Any

from tests.gate.policies import PERSON

DUTIES = frozenset(
    {"encrypt", "pseudonymise", "inform-subject", "withhold-notice", "delete-after-use"}
)
NAMES = ("contact", "contact.email", "contact.phone", "loans", "loans.titles", "name", "salary")


def asked_at_random(random: Random) -> dict[str, Any]:
    """What a gate is asked."""
    facts = {each: random.choice((True, False, None)) for each in ("asked", "urgent", "consent")}
    if random.random() < 0.2:
        facts["odd"] = True
    return {
        "recipient": random.choice(("mailer", "printer", "printer", "branch", "branch.east", "x")),
        "purpose": random.choice(("news", "news", "news", "offers", "research", "spying")),
        "data": tuple(random.sample(NAMES, random.choice((0, 1, 1, 1, 2, 3)))),
        "sender": random.choice((None, None, None, "library", "guarded", "nobody")),
        "subject": random.choice((None, None, "member.child", "visitor", "alien")),
        "facts": random.choice((None, facts, facts)),
        "reference": random.choice((None, "R-1", "R-1", "no reference")),
        "recipient_id": random.choice((None, "NL-1", "Jan")),
        "subject_id": random.choice((None, PERSON)),
        "fulfils": random.choice(((), ("encrypt",), DUTIES)),
    }
