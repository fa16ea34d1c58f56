"""What is said once a new policy is laid out: what is where, and what to try next."""

import shlex
from collections.abc import Iterator

from doelbinding.views.explain.phrases import Language
from doelbinding.views.terminal import Painter, Style, safe

_USUAL_FOLDER = "policy"
_COMMANDS = (
    "validate",
    "test",
    "prove",
    "check --to partner --purpose membership --data identity.name --fact member-request=true",
    "check --to mailing-provider --purpose newsletter --data contact.email"
    " --fact consent=true --fact objection=false",
)
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "verdict": "laid out, and valid",
        "next": "Try next:",
        "then": "Then put your own in the place of what is there: begin with policy.yaml and"
        " statement.yaml.",
    },
    "nl": {
        "verdict": "klaargezet, en geldig",
        "next": "Probeer nu:",
        "then": "Zet daarna uw eigen beleid op de plaats van het voorbeeld: begin met policy.yaml"
        " en statement.yaml.",
    },
}
_CONTENTS: dict[Language, dict[str, str]] = {
    "en": {
        "policy.yaml": "whose policy it is, and until when it counts",
        "categories.yaml": "which data, and about whom",
        "purposes.yaml": "what for, on which basis, with which data at most",
        "recipients.yaml": "whom data may go to",
        "facts.yaml": "the circumstances that conditions speak of",
        "flows.yaml": "what may go, and what never may",
        "statement.yaml": "what your privacy statement says",
        "invariants.yaml": "what must hold of every answer",
        "tests/": "transfers, and the answers that they must get",
        "schemas/": "what your editor completes and checks by",
    },
    "nl": {
        "policy.yaml": "van wie het beleid is, en tot wanneer het telt",
        "categories.yaml": "welke gegevens, en over wie",
        "purposes.yaml": "waarvoor, op welke grondslag, hoogstens welke gegevens",
        "recipients.yaml": "aan wie gegevens mogen gaan",
        "facts.yaml": "de omstandigheden waarover voorwaarden gaan",
        "flows.yaml": "wat mag, en wat nooit mag",
        "statement.yaml": "wat uw privacyverklaring zegt",
        "invariants.yaml": "wat van elk antwoord moet gelden",
        "tests/": "doorgiften, met het antwoord dat erbij hoort",
        "schemas/": "waarmee uw editor aanvult en controleert",
    },
}


def render_welcome(folder: str, language: Language, paint: Painter) -> str:
    """For people; the commands are such as a shell takes."""
    words = _WORDS[language]
    lines = [
        paint(f"{safe(folder)}: {words['verdict']}", Style.GOOD),
        "",
        *(f"  {name:15}  {says}" for name, says in _CONTENTS[language].items()),
        "",
        words["next"],
        *(f"  {command}" for command in _commands(folder)),
        "",
        words["then"],
    ]
    return "\n".join(lines) + "\n"


def _commands(folder: str) -> Iterator[str]:
    chosen = "" if folder == _USUAL_FOLDER else f" --policy {safe(shlex.quote(folder))}"
    for command in _COMMANDS:
        name, blank, rest = command.partition(" ")
        yield f"doelbinding {name}{chosen}{blank}{rest}"
