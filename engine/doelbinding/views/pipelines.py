"""What was found out about a policy in the formats that pipelines read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from doelbinding.diagnostics import Finding
from doelbinding.source import Place
from doelbinding.views.findings.artifacts import artifact_of, has_region
from doelbinding.views.findings.github import render_github
from doelbinding.views.findings.markdown import findings_markdown
from doelbinding.views.findings.sarif import render_sarif
from doelbinding.views.junit import Case, render_junit


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Findings with their verdict, and every case that was looked at, under a name."""

    name: str
    verdict: str
    findings: Sequence[Finding]
    cases: Callable[[], Sequence[Case]] = tuple

    def render(self, form: str) -> str:
        """In one of the formats `sarif`, `github`, `junit` and `markdown`."""
        match form:
            case "sarif":
                return render_sarif(self.findings)
            case "github":
                return render_github(self.findings, self.verdict)
            case "junit":
                return render_junit(self.name, self.cases())
            case _:
                return self.markdown

    @property
    def markdown(self) -> str:
        """For the page of a pipeline's step."""
        return findings_markdown(self.findings, self.verdict)


def file_and_line(place: Place) -> tuple[str, int | None]:
    """Where a case is shown: the file as its repository knows it, and the line, if it has one."""
    return artifact_of(place).path, place.line if has_region(place) else None
