"""Text within Markdown as GitHub and GitLab read it: nothing in it marks up, links or mentions."""

import re

from doelbinding.views.terminal import safe

_CODE = re.compile(r"`([^`]+)`")
_MARKUP = re.compile(r"[!#$&*<>@\[\\\]^_`{|}~]")
_SEEN_LATER = re.compile(
    r"(?<=@)|(?<=[#!~%&$])(?=\w)|(?<=\bGH)(?=-\d)"  # names and numbers that become links
    r"|(?<=www)(?=\.)|(?<=:)(?=//)",  # addresses
    re.IGNORECASE,
)
"""Where a link is made in the finished page, however the text was spelt before."""
_UNSEEN = "\u200b"


def in_markdown(text: str) -> str:
    """The text on one line, fit for a table's cell; what stands in back-ticks becomes code."""
    pieces = _CODE.split(safe(text))
    return "".join(
        f"<code>{_literal(piece)}</code>" if number % 2 else _literal(piece)
        for number, piece in enumerate(pieces)
    )


def _literal(text: str) -> str:
    """Each character that could be markup as a reference, which never is."""
    apart = _SEEN_LATER.sub(_UNSEEN, text)
    return _MARKUP.sub(lambda found: f"&#{ord(found.group())};", apart)
