"""The bytes of a policy, from a folder or from a git revision, without trusting either."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from doelbinding.diagnostics import Finding
from doelbinding.errors import SourceError
from doelbinding.loader import faults
from doelbinding.loader.framing import Part
from doelbinding.loader.limits import Limits
from doelbinding.source import Place, SourceFile

SUFFIX = ".yaml"
_MISNAMED = ".yml"
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW  # a pipe must not hang


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as found: its name in the policy, its path for people, and its bytes or a finding."""

    name: str
    path: str
    content: bytes = b""
    finding: Finding | None = None

    @property
    def part(self) -> Part:
        """Its name and its bytes."""
        return self.name, self.content


def whole_file(path: str) -> Place:
    """The place of a finding that concerns a file and no line of it."""
    return Place(SourceFile(path, ""), 1, 1, 1, 1)


def read_folder(folder: Path, limits: Limits) -> Iterator[RawFile]:
    """The policy files directly in a folder, by name. Raises `SourceError`."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
        root = os.path.realpath(folder)
    except OSError as error:
        raise unreadable(str(folder), error) from error
    for name in names:
        if is_policy_file(name):
            yield _read_file(folder, root, name, limits)


def read_below(folder: Path, name: str, limits: Limits) -> Iterator[RawFile]:
    """All files in a folder below that one, at any depth; none if it is not there."""
    try:
        root = os.path.realpath(folder)
        for each in _names_below(folder, name, limits.depth):
            yield _read_file(folder, root, each, limits)
    except OSError as error:
        raise unreadable(str(folder / name), error) from error


def _names_below(folder: Path, name: str, depth: int) -> Iterator[str]:
    if not depth:
        raise SourceError(f"the folders in {folder} are too deep", "Lay them out more flatly.")
    if not (folder / name).is_dir():
        return
    for entry in sorted(os.scandir(folder / name), key=lambda entry: entry.name):
        below = f"{name}/{entry.name}"
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _names_below(folder, below, depth - 1)
        else:
            yield below


def misnamed_in(folder: Path) -> list[str]:
    """Files that look like policy files and are not read because of their names."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError:
        return []
    return [name for name in names if name.endswith(_MISNAMED) and not name.startswith(".")]


def is_policy_file(name: str) -> bool:
    """Whether a file of that name, directly in the folder, belongs to the policy."""
    return name.endswith(SUFFIX) and not name.startswith(".") and "/" not in name


def is_file_below(folder: str, name: str) -> bool:
    """Whether the name is that of a file in that folder, at any depth, and not hidden."""
    return name.startswith(f"{folder}/") and "/." not in name


def _read_file(folder: Path, root: str, name: str, limits: Limits) -> RawFile:
    path = str(folder / name)
    target = os.path.realpath(path)
    if os.path.commonpath([root, target]) != root:
        return _refused(name, path, "a link that leads out of the folder")
    try:
        descriptor = os.open(target, _FLAGS)
        try:
            return _read_stream(name, path, descriptor, limits)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unreadable(path, error) from error


def _read_stream(name: str, path: str, descriptor: int, limits: Limits) -> RawFile:
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        return _refused(name, path, f"{kind_of(before.st_mode)}, not a regular file")
    content = bytearray()
    while len(content) <= limits.file_bytes:
        chunk = os.read(descriptor, limits.file_bytes + 1 - len(content))
        if not chunk:
            break
        content += chunk
    after = os.fstat(descriptor)
    if len(content) > limits.file_bytes:
        message = f"the file is larger than {limits.file_bytes:,} bytes"
        return RawFile(name, path, finding=faults.TOO_LARGE.finding(message, whole_file(path)))
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        finding = faults.CHANGED.finding("the file changed while it was read", whole_file(path))
        return RawFile(name, path, finding=finding)
    return RawFile(name, path, bytes(content))


def _refused(name: str, path: str, what: str) -> RawFile:
    return RawFile(
        name, path, finding=faults.FOLDER.finding(f"`{name}` is {what}", whole_file(path))
    )


def kind_of(mode: int) -> str:
    """What a file is that is not a regular one."""
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def unreadable(path: str, error: OSError) -> SourceError:
    """The failure to read a path."""
    reason = (error.strerror or "cannot be read").lower()
    return SourceError(f"cannot read {path}: {reason}", "Check the path and its permissions.")


def read_revision(revision: str, folder: str, limits: Limits) -> Iterator[RawFile]:
    """The policy files in a folder of a git revision, named as git does. Raises `SourceError`."""
    tree = _tree(revision, folder)
    for row in _rows(tree):
        if is_policy_file(_name_in_row(row)):
            yield _read_blob(row, tree, limits)


def read_revision_below(revision: str, folder: str, name: str, limits: Limits) -> Iterator[RawFile]:
    """All files in a folder below that one, at any depth; none if it is not there."""
    tree = _tree(revision, folder)
    for row in _rows(tree, "-r", f"{name}/"):
        if is_file_below(name, _name_in_row(row)):
            yield _read_blob(row, tree, limits)


def _tree(revision: str, folder: str) -> str:
    return f"{revision}:{folder.rstrip('/')}"


def _rows(tree: str, option: str = "--full-tree", *below: str) -> list[str]:
    listing = _git("ls-tree", "--full-tree", option, "-z", "-l", tree, *below)
    rows = listing.decode("utf-8", "surrogateescape").split("\0")
    return sorted(filter(None, rows), key=_name_in_row)


def _name_in_row(row: str) -> str:
    return row.partition("\t")[2]


def _read_blob(row: str, tree: str, limits: Limits) -> RawFile:
    mode, kind, blob, size = row.partition("\t")[0].split()
    name = _name_in_row(row)
    path = f"{tree}/{name}"
    if kind != "blob" or not mode.startswith("100"):
        return _refused(name, path, "a link or folder, not a regular file")
    if int(size) > limits.file_bytes:
        message = f"the file is larger than {limits.file_bytes:,} bytes"
        return RawFile(name, path, finding=faults.TOO_LARGE.finding(message, whole_file(path)))
    return RawFile(name, path, _git("cat-file", "blob", blob))


def _git(*arguments: str) -> bytes:
    from doelbinding.loader.git import read  # only a revision pays for it

    found, fault = read(".", *arguments)
    if fault:
        help_text = "Name a revision and a folder, such as HEAD~1:policy."
        raise SourceError(f"git cannot read the revision: {fault}", help_text)
    return found
