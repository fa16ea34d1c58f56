"""What the loader refuses: a rule each, with the help that goes with it."""

from dataclasses import dataclass

from doelbinding.diagnostics import Finding, Severity
from doelbinding.source import Place


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of thing that a policy text may not hold."""

    rule: str
    help: str

    def finding(self, message: str, place: Place | None, **more: object) -> Finding:
        """This fault at a place; `help` replaces the usual one."""
        given = {"help": self.help, **more}
        return Finding(self.rule, Severity.ERROR, message, place=place, **given)  # type: ignore[arg-type]  # keywords of Finding, passed through


FOLDER = Fault(
    "not-a-policy-file",
    "A policy is a folder of regular files whose names end in .yaml; links may not lead out of it.",
)
TOO_LARGE = Fault(
    "limit-exceeded",
    "Split the file, or raise the limit with --max-bytes or `limits=` if the policy is trusted.",
)
CHANGED = Fault("changed-while-read", "Load again once the file is written whole.")
ENCODING = Fault("not-utf-8", "Save the file as UTF-8, without a byte order mark in the middle.")
UNSEEN = Fault(
    "hidden-character",
    "Remove the character: a reader would not see it, or would see the text in another order.",
)
SYNTAX = Fault("yaml-syntax", "Compare the line with its neighbours: indentation, colon, quotes.")
ANCHOR = Fault("yaml-anchor", "Write the value out at each place where it is meant.")
MERGE = Fault("yaml-merge-key", "Write the keys out: every declaration states what it means.")
TAG = Fault("yaml-tag", "Leave the tag out: the key alone says of which kind its value is.")
DOCUMENTS = Fault("yaml-documents", "Put the second document into a file of its own.")
DIRECTIVE = Fault("yaml-directive", "Leave the directive out: a policy is read as YAML 1.2.")
DUPLICATE = Fault("duplicate-key", "Keep one of the two.")
KEY = Fault("key-not-text", "Keys are names: write a word, or put the key in quotes.")
NULL = Fault("null-value", "Give it a value, or leave the key out.")
EMPTY_LIST = Fault("empty-list", "Name at least one item, or leave the key out.")
NUMBER = Fault(
    "number-out-of-range",
    "Put it in quotes if it is meant as text; a number has at most 18 digits.",
)
EMPTY = Fault("no-declarations", "A policy file holds sections such as `purposes:` or `flows:`.")
MANIFEST = Fault(
    "manifest-missing",
    "Add policy.yaml with `doelbinding: 1`, `policy`, `revision`, `controller` and "
    "`default-subject`, each at the beginning of a line.",
)
END_MARKER = Fault(
    "end-marker-missing",
    "End the file with a line `...`, as `%YAML 1.2` at its head promises: then a text that was "
    "cut short is noticed wherever it was cut.",
)

FAULTS = tuple(each for each in globals().values() if isinstance(each, Fault))
"""Every kind of fault, for documentation and tests."""
