"""The files of a new policy: those in the folders `en` and `nl`, filled in for an organisation."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from doelbinding.views.explain.phrases import Language
from doelbinding.views.starter.schemas import POLICY_SCHEMA, TESTS_SCHEMA

TIMEZONE = "Europe/Amsterdam"
"""Where the days of a new policy begin and end."""

_HERE = Path(__file__).parent
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Starter:
    """Whose policy it will be, the language of its remarks and labels, and its first day."""

    id: str
    name: str
    language: Language
    day: date

    @property
    def words(self) -> dict[str, str]:
        """What stands for each name after a `$` in the texts."""
        noon = datetime.combine(self.day, time(12), ZoneInfo(TIMEZONE))
        return {
            "id": self.id,
            "name": json.dumps(self.name, ensure_ascii=False),  # as YAML quotes a text, too
            "timezone": TIMEZONE,
            "today": str(self.day),
            "noon": noon.isoformat(),
            "review_by": str(self.day + _A_YEAR),
            "agreement_until": str(self.day + 3 * _A_YEAR),
        }


def starter_files(starter: Starter) -> dict[str, str]:
    """The texts of the policy and its tests, by their paths in its folder.

    The policy is valid as it is, and begins to warn after a year.
    """
    folder = _HERE / starter.language
    return {
        path.relative_to(folder).as_posix(): _filled(path, folder, starter)
        for path in sorted(folder.rglob("*.yaml"))
    }


def _filled(path: Path, folder: Path, starter: Starter) -> str:
    text = Template(path.read_text(encoding="utf-8")).substitute(starter.words)
    schema = POLICY_SCHEMA if path.parent == folder else f"../{TESTS_SCHEMA}"
    return f"# yaml-language-server: $schema={schema}\n{text}"
