"""The gate as mypy and pyright see it, in a program of a user's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.typing.checkers import Fault, mypy, pyright

Checker = Callable[[Path], list[Fault]]

PROGRAM = '''\
"""Sends news."""

from doelbinding import AuditLog, Effect, Gate, Passage, Policy, Receipt, TransferDenied


class Consents:
    """A register."""

    @property
    def name(self) -> str:
        return "register"

    def facts(
        self, *, purpose: str, subject: str, subject_id: str, at: int
    ) -> dict[str, bool | None]:
        return {"consent": True, "objection": None}


def opened() -> Gate:
    log = AuditLog.sqlite("audit.db", keys="keys")
    return Gate(Policy.load("policy"), log, consents=Consents(), verify="key.pem")


def of_member(member: str, text: str) -> str:
    return member


def listed(member: str) -> list[str]:
    return [member]


gate = opened()


@gate.guard(
    recipient="mailer",
    purpose="news",
    data=["contact.email"],
    subject_id=of_member,
    fulfils={"encrypt"},
)
def mail(member: str, text: str) -> int:
    """Mail it."""
    return len(text)


@gate.guard(recipient="mailer", purpose="news", data=listed)
async def mail_later(member: str) -> bytes:
    """Mail it later."""
    return member.encode()


def send(data: list[str]) -> tuple[str, ...]:
    try:
        with gate.send(recipient="mailer", purpose="news", data=data) as passage:
            receipt: Receipt | None = passage.receipt
            print(receipt, passage.traceparent, passage.decision.effect is Effect.LOG)
            return passage.data
    except TransferDenied as denied:
        return tuple(str(each.category) for each in denied.decision.withheld)


async def send_later(data: set[str]) -> Passage:
    async with gate.strip_async(recipient="mailer", purpose="news", data=data) as passage:
        print(passage.action)
    return await gate.send_async(recipient="mailer", purpose="news", data=data, facts={"a": None})


def count() -> int:
    return mail("1", text="news") + gate.failures + gate.reload("policy", at_least=3).revision


async def later() -> bytes:
    return await mail_later("1")
'''

MISTAKEN = """\
from doelbinding import Gate, Policy

gate = Gate(Policy.load("policy"))


@gate.guard(recipient="mailer", purpose="news", data=["name"])
def mail(member: str) -> int:
    return len(member)


mail(1)  # wrong
text: str = mail("1")  # wrong
gate.send("mailer", "news", ["name"])  # wrong
gate.send(recipient="mailer", purpose="news")  # wrong
gate.send(recipient="mailer", purpose="news", data=["name"], facts={"a": "yes"})  # wrong
gate.send(recipient="mailer", purpose="news", data=["name"], decisionid="1")  # wrong
gate.strip(recipient="mailer", data=["name"])  # wrong
gate.strip_async(recipient="mailer", purpose="news", data=["name"], strips=True)  # wrong
gate.guard(recipient="mailer", purpose=1, data=["name"])  # wrong
gate.policy = Policy.load("policy")  # wrong
Gate("policy")  # wrong
Gate(Policy.load("policy"), consents=object())  # wrong
"""


def written(folder: Path, text: str) -> Path:
    """The program in a folder of its own, beside a module of ids without any."""
    program = folder / "program.py"
    program.write_text(text, "utf-8")
    (folder / "ids.py").touch()
    return program


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_program_that_uses_the_gate_rightly_is_clean(checker: Checker, tmp_path: Path) -> None:
    assert checker(written(tmp_path, PROGRAM)) == []


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_each_mistake_is_seen_in_its_line(checker: Checker, tmp_path: Path) -> None:
    program = written(tmp_path, MISTAKEN)
    lines = enumerate(MISTAKEN.splitlines(), start=1)
    wrong = [number for number, line in lines if line.endswith("# wrong")]
    assert sorted({fault.line for fault in checker(program)}) == wrong
