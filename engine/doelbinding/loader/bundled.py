"""A bundle as the place where a policy is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from doelbinding.diagnostics import Finding
from doelbinding.loader import faults
from doelbinding.loader.container import Container, open_container
from doelbinding.loader.files import RawFile, is_file_below, is_policy_file, whole_file
from doelbinding.loader.framing import unframed
from doelbinding.loader.head import damaged
from doelbinding.loader.limits import Limits
from doelbinding.loader.origin import TESTS

_MOST_FOR_A_NAME = 1 << 12


@dataclass(frozen=True, slots=True)
class Bundled:
    """What a bundle holds; its files are named BUNDLE:FILE."""

    container: Container
    limits: Limits

    @property
    def name(self) -> str:
        """The bundle's path, as the user wrote it."""
        return self.container.name

    def texts(self) -> Iterable[RawFile]:
        """The policy files."""
        return self._files("texts", is_policy_file)

    def tests(self) -> Iterable[RawFile]:
        """The files of the policy's tests."""
        return self._files(TESTS, partial(is_file_below, TESTS))

    def remarks(self) -> list[Finding]:
        """None: it holds nothing that is not read."""
        return []

    def _files(self, section: str, belongs: Callable[[str], bool]) -> Iterator[RawFile]:
        most = self.limits.total_bytes + self.limits.files * _MOST_FOR_A_NAME
        if self.container.length(section) > most:
            message = f"its {section} have more than {self.limits.total_bytes:,} bytes"
            yield _too_large("", self.name, message)
            return
        try:
            parts = list(islice(unframed(self.container.read(section)), self.limits.files + 1))
        except ValueError:
            raise damaged(self.name, f"its {section} are not files") from None
        for name, content in parts:
            if not belongs(name):
                raise damaged(self.name, f"its {section} have a file that is none of them")
            yield self._file(name, content)

    def _file(self, name: str, content: bytes) -> RawFile:
        path = f"{self.name}:{name}"
        if len(content) > self.limits.file_bytes:
            message = f"the file is larger than {self.limits.file_bytes:,} bytes"
            return _too_large(name, path, message)
        return RawFile(name, path, content)


def open_bundled(name: str, limits: Limits) -> Bundled:
    """A bundle of which nobody asks who signed it. Raises `SourceError`."""
    return Bundled(open_container(name, limits), limits)


def _too_large(name: str, path: str, message: str) -> RawFile:
    return RawFile(name, path, finding=faults.TOO_LARGE.finding(message, whole_file(path)))
