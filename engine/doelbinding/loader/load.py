"""Where a policy is to a PolicySource: every text read, every node with its place."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from doelbinding.diagnostics import Finding
from doelbinding.loader import characters, faults
from doelbinding.loader.cache import ContentCache, Shelf, opened
from doelbinding.loader.collector import collector_paused
from doelbinding.loader.content import content_of
from doelbinding.loader.files import RawFile, whole_file
from doelbinding.loader.framing import source_digest
from doelbinding.loader.limits import DEFAULT_LIMITS, Limits
from doelbinding.loader.lines import read_lines
from doelbinding.loader.loaded import LoadedFile
from doelbinding.loader.origin import Origin, is_bundle, origin_of, within_limits
from doelbinding.source import Place, SourceFile

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_HIDDEN = 20


@dataclass(frozen=True, slots=True)
class PolicySource:
    """The texts of one policy, read but not yet checked.

    `digest` is the SHA-256 of the files' names and bytes.
    """

    name: str
    files: tuple[LoadedFile, ...]
    findings: tuple[Finding, ...]
    digest: str


def load_source(
    source: str | os.PathLike[str],
    limits: Limits = DEFAULT_LIMITS,
    cache: ContentCache | None = None,
) -> PolicySource:
    """Read a folder, a folder in a git revision written `REVISION:FOLDER`, or a bundle.

    With a cache, texts that were read before need not be read again; a bundle does without.

    Raises `SourceError` when it cannot be opened, read or trusted; whatever is wrong with what
    it holds is a finding.
    """
    origin = origin_of(os.fspath(source), limits)
    return load_origin(origin, limits, None if is_bundle(source) else cache)


def load_origin(
    origin: Origin, limits: Limits = DEFAULT_LIMITS, cache: ContentCache | None = None
) -> PolicySource:
    """The same from where it was found already."""
    raw, excess = within_limits(origin.texts(), limits)
    if excess:
        finding = faults.TOO_LARGE.finding(excess, whole_file(origin.name))
        return PolicySource(origin.name, (), (finding,), _digest(raw))
    extra = origin.remarks()
    if not raw:
        extra = [*extra, faults.EMPTY.finding("no file ends in .yaml", whole_file(origin.name))]
    return _policy_source(origin.name, raw, extra, limits, cache)


def load_texts(name: str, texts: Iterable[tuple[str, str]]) -> PolicySource:
    """The same from texts in memory, given as (file name, text)."""
    raw = [
        RawFile(file, f"{name}/{file}", text.encode("utf-8", "surrogatepass"))
        for file, text in sorted(texts)
    ]
    return _policy_source(name, raw, [])


def _policy_source(
    name: str,
    raw: list[RawFile],
    extra: list[Finding],
    limits: Limits = DEFAULT_LIMITS,
    cache: ContentCache | None = None,
) -> PolicySource:
    with collector_paused(), opened(cache, limits) as shelf:
        files = tuple(_load_file(each, limits, shelf) for each in raw)
    findings = [finding for file in files for finding in file.findings]
    return PolicySource(name, files, (*extra, *findings), _digest(raw))


def _load_file(raw: RawFile, limits: Limits, shelf: Shelf) -> LoadedFile:
    if raw.finding:
        return LoadedFile(SourceFile(raw.path, ""), None, (raw.finding,))
    try:
        text = raw.content.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        return LoadedFile(SourceFile(raw.path, ""), None, (_not_utf8(raw, error),))
    file = SourceFile(raw.path, text)
    known = shelf.get(raw.content)
    if known is not None:
        return LoadedFile(file, known, limits=limits)
    if characters.may_hide(raw.content):
        hidden = tuple(_hidden(file))
        if hidden:
            return LoadedFile(file, None, hidden)
    loaded = _read(file, limits)
    if loaded.content is not None and not loaded.findings:
        shelf.put(raw.content, loaded.content)
    return loaded


def _read(file: SourceFile, limits: Limits) -> LoadedFile:
    content = read_lines(file.text, limits)
    if content is not None:
        return LoadedFile(file, content, limits=limits)
    from doelbinding.loader.reader import Reader  # a bundle decides without any YAML

    reader = Reader(file, limits)
    root = reader.read()
    return LoadedFile(file, root and content_of(root), tuple(reader.findings), limits)


def _not_utf8(raw: RawFile, error: UnicodeDecodeError) -> Finding:
    readable = raw.content[: error.start].decode("utf-8", "replace")
    file = SourceFile(raw.path, readable)
    message = f"byte {error.start + 1:,} is not UTF-8"
    return faults.ENCODING.finding(message, _place_at(file, len(readable)))


def _hidden(file: SourceFile) -> Iterable[Finding]:
    for count, found in enumerate(characters.UNSEEN.finditer(file.text)):
        if count == _MOST_HIDDEN:
            return
        message = f"the text holds {characters.name(found.group())}"
        yield faults.UNSEEN.finding(message, _place_at(file, found.start()))


def _place_at(file: SourceFile, offset: int) -> Place:
    before = file.text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return Place(file, line, column, line, column + 1)


def _digest(raw: Iterable[RawFile]) -> str:
    return source_digest(each.part for each in raw)
