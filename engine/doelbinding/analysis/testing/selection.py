"""Which tests are wanted."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from doelbinding.analysis.testing.suite import PolicyTest, Suite, Written
from doelbinding.model.ids import within_any


@dataclass(frozen=True, slots=True)
class Selection:
    """Tests by text in their names, and by party, purpose and category that they lie within.

    Of several under one key any will do; what is left empty asks for nothing.
    """

    names: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def wants(self, suite: Suite, test: PolicyTest, controller: str) -> bool:
        """Whether the test is one of them. Left out, the sender is the controller."""
        asked = test.asked
        sender = asked.sender.value if asked.sender else controller
        data = asked.data if test.exactly is None else test.exactly
        return (
            self._wants_name(suite, test.name)
            and _any_within([sender, *_ids(asked.recipient)], self.parties)
            and _any_within(_ids(asked.purpose), self.purposes)
            and _any_within(_ids(*data), self.categories)
        )

    def _wants_name(self, suite: Suite, name: str) -> bool:
        file = PurePosixPath(suite.path).name
        texts = [text.casefold() for text in (name, file)]
        return not self.names or any(
            wanted.casefold() in text for wanted in self.names for text in texts
        )


EVERYTHING = Selection()


def _ids(*written: Written | None) -> list[str]:
    return [each.value for each in written if each is not None]


def _any_within(ids: Collection[str], wanted: tuple[str, ...]) -> bool:
    return not wanted or any(within_any(each, wanted) for each in ids)
