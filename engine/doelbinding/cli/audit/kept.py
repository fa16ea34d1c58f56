"""What is kept elsewhere than in the log: heads, the key that signs them, and receipts."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doelbinding.audit.head import SignedHead, read_heads
from doelbinding.audit.pending import Receipt
from doelbinding.errors import SourceError

if TYPE_CHECKING:
    from doelbinding.audit.keys import KeyFolder
    from doelbinding.signing import PublicKey

_MOST_BYTES = 1 << 26
_HASH = re.compile(r"[0-9a-f]{64}")
_LOG = re.compile(r"[0-9a-f]{32}")
_RECEIPTS = 'Give a line {"log": …, "seq": …, "leaf": …} for each, as `check --record` tells it.'


def heads_in(path: str) -> tuple[SignedHead, ...]:
    """The heads in a file. Raises `SourceError`."""
    return read_heads(_text(path, "Name a file that `audit anchor` has written."), path)


def heads_of(keys: str) -> tuple[SignedHead, ...]:
    """The copy of the last head beside the keys, if any was anchored. Raises `SourceError`."""
    path = Path(keys, "head")
    return heads_in(str(path)) if path.exists() else ()


def key_of(
    path: str | None, folder: "KeyFolder", heads: Sequence[SignedHead]
) -> "PublicKey | None":
    """The key that checks heads; none is needed where there are none. Raises `SourceError`."""
    if path is not None:
        from doelbinding.signing import read_public_key

        return read_public_key(path)
    return folder.head_public_key() if heads else None


def receipts_in(path: str) -> list[Receipt]:
    """The receipts in a file. Raises `SourceError`."""
    return list(_receipts(path, _text(path, _RECEIPTS)))


def _receipts(path: str, text: str) -> Iterator[Receipt]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield _receipt(json.loads(line))
        except (ValueError, LookupError, TypeError, RecursionError):
            raise SourceError(f"{path}, line {number}: no receipt", _RECEIPTS) from None


def _receipt(value: Any) -> Receipt:  # noqa: ANN401 - JSON is anything
    log, seq, leaf = value["log"], value["seq"], value["leaf"]
    if type(seq) is not int or seq < 0 or not _LOG.fullmatch(log) or not _HASH.fullmatch(leaf):
        raise ValueError
    return Receipt(log, seq, leaf)


def _text(path: str, instead: str) -> str:
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise SourceError(f"{path} is longer than {_MOST_BYTES:,} bytes", instead)
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise SourceError(f"{path} is no text in UTF-8", instead) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have that name"
        raise SourceError(f"{path} cannot be read: {reason.lower()}", instead) from error
