"""Findings for the views of pipelines, and texts that would do harm if one were not careful."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from doelbinding.diagnostics import Accepted, Finding, Severity
from doelbinding.source import Place, SourceFile

HOSTILE = (
    "::error file=x::y",
    "  ::stop-commands::token",
    "##[error]x",
    "##vso[task.setvariable variable=a]b",
    "one\n::set-output name=a::b\r\n::debug::c\rd",
    "]]> <![CDATA[ --> <!-- <?xml?>",
    "<script>alert('x')</script> &amp; \"quoted\" 'so'",
    "a|b\\|c\\\\|d | e",
    "`a` ``b`` `|` ` `` ```",
    "@everyone, @org/team and mail@example.org",
    "[text](javascript:alert) ![picture](https://example.org/x.png) [1]: https://example.org",
    "https://example.org www.example.org #12 !34 GH-56 owner/repo#7 $a$ ~b~ *c* _d_",
    "\x00\x07\x1b[31mred\x1b[0m\x7f\x85\x9b",
    "\u202eright to left\u2066\u2028\u2029",
    "\ufffe\uffff \ud800 \udfff",
    "😀 \U0001d518 図書館 é e\u0301",
    "100% of %0A, %25 and a:b,c=d",
    " leading, trailing ",
    "\t",
    "",
)

TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=20),
    st.text(alphabet=":#[]`|<>&@%\r\n\\*_~ \tab1", max_size=20),
)

PATHS = (
    "policy/flows.yaml",
    "a folder/with blanks, commas/flows.yaml",
    "beleid/stroömen/図書館.yaml",
    "C\\policy\\flows.yaml",
    "100%/#1/?a=b&c.yaml",
    "-x/[a](b)|c.yaml",
)


def place(path: str = "policy/flows.yaml", text: str = "x: 1\ny: wrong\n", **where: int) -> Place:
    """The second line's value, or what is told."""
    given = {"line": 2, "column": 4, "end_line": 2, "end_column": 9, **where}
    return Place(SourceFile(path, text), **given)


def whole_file(path: str = "policy/flows.yaml") -> Place:
    return Place(SourceFile(path, ""), 1, 1, 1, 1)


def finding(**fields: Any) -> Finding:
    """An error; a warning when it is accepted."""
    kind = Severity.WARNING if fields.get("accepted") else Severity.ERROR
    given = {"rule": "some-rule", "severity": kind, "message": "`x` is wrong", "help": "Mend it."}
    return Finding(**{**given, "place": place(), **fields})


def warning(**fields: Any) -> Finding:
    return finding(**{"severity": Severity.WARNING, **fields})


def accepted(because: str = "It is known", **fields: Any) -> Finding:
    until = date(2027, 1, 1)
    return finding(accepted=Accepted(until, because, "purposes.x.accept[0]"), **fields)


def hostile_findings() -> list[Finding]:
    """Each hostile text at every place of a finding."""
    return [
        finding(
            message=text,
            help=text,
            expected=text,
            path=text,
            place=place(path, f"{text}\nx: wrong\n"),
            related=((text, place(path)),),
        )
        for text in HOSTILE
        for path in PATHS
    ]
