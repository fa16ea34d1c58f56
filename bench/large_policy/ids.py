"""Made-up ids with the hierarchy that their dots make."""

from collections.abc import Iterator, Sequence


def hierarchy(top: str, lower: str, count: int) -> list[str]:
    """Ids of up to three levels, those above first: of ten, one at the top and two lowest."""
    ids: list[str] = []
    for number in range(count):
        group, place = divmod(number, 10)
        above = f"{top}-{group}"
        parent = above if place < 8 else f"{above}.{lower}-{group * 10 + place - 7}"
        ids.append(above if place == 0 else f"{parent}.{lower}-{number}")
    return ids


def tops(ids: Sequence[str]) -> list[str]:
    """Those that have nothing above them."""
    return [each for each in ids if "." not in each]


def top(identifier: str) -> str:
    """The uppermost id above this one."""
    return identifier.partition(".")[0]


def chain(identifier: str) -> Iterator[str]:
    """The id itself, then each id above it."""
    while identifier:
        yield identifier
        identifier = identifier.rpartition(".")[0]


def within(ids: Sequence[str]) -> dict[str, list[str]]:
    """For each id, it and all that lie below it."""
    found: dict[str, list[str]] = {}
    for each in ids:
        for higher in chain(each):
            found.setdefault(higher, []).append(each)
    return found


def outermost(ids: list[str]) -> list[str]:
    """Those that do not lie below another."""
    return [each for each in ids if not any(each.startswith(f"{other}.") for other in ids)]
