"""Findings as SARIF 2.1.0, which code scanning reads."""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from urllib.parse import quote

from doelbinding.diagnostics import Finding
from doelbinding.source import Place
from doelbinding.views.findings.about import HOME, NAME, about_rule, tool_version
from doelbinding.views.findings.artifacts import artifact_of, has_region, message_of
from doelbinding.views.json import JsonObject, to_json
from doelbinding.views.markdown import in_markdown

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_MOST = 25_000
"""Results that GitHub takes of a run; it refuses a file with more."""
_LEVELS = ("error", "warning", "note")
_ROOT = "./"
"""Where a finding without a place is shown: code scanning refuses a result that is nowhere."""


def render_sarif(findings: Sequence[Finding]) -> str:
    """One run. Of too many findings, errors are kept first, and a notification counts the rest."""
    of_rule = {finding.rule: finding for finding in findings}
    index = {rule: number for number, rule in enumerate(sorted(of_rule))}
    results = list(zip(findings, _fingerprints(findings), strict=True))
    if len(results) > _MOST:
        results.sort(key=lambda each: _LEVELS.index(_level(each[0])))
    run: JsonObject = {
        "tool": {"driver": _driver([of_rule[rule] for rule in index])},
        **dict(_left_out(len(results) - _MOST)),
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [_result(each, index[each.rule], mark) for each, mark in results[:_MOST]],
    }
    return to_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _level(finding: Finding) -> str:
    """A warning that is accepted is one no more, also for readers that know no suppressions."""
    return "note" if finding.accepted else finding.severity.value


# ── The tool and its rules ───────────────────────────────────────────────────────────────────────


def _driver(rules: Sequence[Finding]) -> JsonObject:
    version = tool_version()
    return {
        "name": NAME,
        **({"version": version} if version else {}),
        "informationUri": HOME,
        "rules": [_rule(each) for each in rules],
    }


def _rule(example: Finding) -> JsonObject:
    about = about_rule(example)
    link = f"[{example.rule}]({about.page})"
    return {
        "id": example.rule,
        "shortDescription": {"text": about.summary},
        "help": {
            "text": f"{about.help}\nSee {about.page}".strip(),
            "markdown": f"{in_markdown(about.help)}\n\nSee {link}.".strip(),
        },
        "helpUri": about.page,
        "defaultConfiguration": {"level": example.severity.value},
    }


def _left_out(count: int) -> Iterator[tuple[str, object]]:
    if count > 0:
        text = f"{count:,} more findings are left out: code scanning takes {_MOST:,} of a run."
        note = {"level": "note", "message": {"text": text}}
        yield "invocations", [{"executionSuccessful": True, "toolExecutionNotifications": [note]}]


# ── A result ─────────────────────────────────────────────────────────────────────────────────────


def _result(finding: Finding, rule_index: int, fingerprint: str) -> JsonObject:
    related = [
        {"id": number, "message": {"text": _text(text)}, **_location(place)}
        for number, (text, place) in enumerate(finding.related, start=1)
    ]
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _level(finding),
        "message": {"text": _message(finding)},
        "locations": [{**_location(finding.place), **dict(_meaning(finding))}],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
        **dict(_suppressions(finding)),
    }


def _message(finding: Finding) -> str:
    expected = f"Expected: {finding.expected}" if finding.expected else ""
    lines = [message_of(finding), expected, finding.help]
    return _text("\n".join(line for line in lines if line))


def _text(text: str) -> str:
    """A message in which nothing is read as a link."""
    return text.replace("](", "\\](")


def _location(place: Place | None) -> JsonObject:
    if place is None:
        return {"physicalLocation": {"artifactLocation": {"uri": _ROOT}}}
    physical: JsonObject = {"artifactLocation": {"uri": _uri(artifact_of(place).path)}}
    if has_region(place):
        physical["region"] = {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        }
    return {"physicalLocation": physical}


def _uri(path: str) -> str:
    return ("file://" if path.startswith("/") else "") + quote(path, errors="surrogateescape")


def _meaning(finding: Finding) -> Iterator[tuple[str, object]]:
    if finding.path:
        yield "logicalLocations", [{"fullyQualifiedName": finding.path}]


def _suppressions(finding: Finding) -> Iterator[tuple[str, object]]:
    if finding.accepted is not None:
        until, because = finding.accepted.until, finding.accepted.because
        reason = f"Accepted until {until}: {because}"
        yield "suppressions", [{"kind": "inSource", "status": "accepted", "justification": reason}]


# ── Fingerprints ─────────────────────────────────────────────────────────────────────────────────


def _fingerprints(findings: Sequence[Finding]) -> Iterator[str]:
    """For each finding what stays the same when lines are put in above it, or its line moves.

    It is made of rule, file and the line's text; equal ones are counted in the order of the text.
    """
    seen: Counter[str] = Counter()
    for finding in findings:
        digest = _digest(finding)
        seen[digest] += 1
        yield f"{digest}:{seen[digest]}"


def _digest(finding: Finding) -> str:
    place = finding.place
    path = artifact_of(place).path if place else ""
    line = (place.excerpt if place else "").strip() or finding.message
    text = "\0".join((finding.rule, path, line))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
