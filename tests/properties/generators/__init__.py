"""Random valid policies, and transfers that they nearly let through."""

from tests.properties.generators.draw import Policy
from tests.properties.generators.layout import resplit, serialise
from tests.properties.generators.policy import generate_policy
from tests.properties.generators.transfers import generate_transfer

__all__ = ["Policy", "generate_policy", "generate_transfer", "resplit", "serialise"]
