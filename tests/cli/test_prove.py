"""`prove` shows that an invariant holds, or the transfers that break it; and how it ends."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import AT, MOMENT, Ran, Run, apart, assert_misuse, assert_screen, spoil
from tests.cli.small import PASSING_ON, claims, commit, keep
from tests.cli.test_progress import Watched
from tests.cli.test_startup import _LOADED, HEAVY, WORK
from tests.cli.timing import seconds_of
from tests.views.test_github import command
from tests.views.test_junit import counts, read
from tests.views.test_mermaid import HOSTILE
from tests.views.test_sarif import schema

ROOT = Path(__file__).parents[2]
PROVE = ("prove", *AT)
TO_ALL = {"not": ["contact", "loans", "name"]}
"""Of the small policy, no category at all."""

NEVER = {"never": {"to": "mailer", "data": "contact"}}
VACUOUS = {"never": {"data": TO_ALL}}
IDLE = {"always": {"match": {"from": "printer"}, "effect": "log"}}
HOLDS = {"never": {"data": "loans"}}

INVARIANTS = """\
invariants:
  loans-stay: {label: {en: Loans stay here, nl: Leningen blijven hier}, never: {data: loans}}
  names-stay:
    label: {en: No names for the police, nl: Geen namen naar de politie}
    never: {to: police, data: name}
  mail-is-encrypted:
    label: {en: Always encrypted, nl: Altijd versleuteld}
    always: {match: {data: contact}, duties: [encrypt]}
  printer-knows-nobody:
    label: {en: The printer knows nobody, nl: De drukker kent niemand}
    no-path: {from: town-library, to: printer, data: contact}
  about-nothing:
    label: {en: About nothing, nl: Over niets}
    never: {data: {not: [contact, loans, name]}}
  police-keep-it:
    label: {en: What the police pass on, nl: Wat de politie doorgeeft}
    always: {match: {from: police}, effect: log}
recipients:
  printer:
    label: {en: Printer, nl: Drukker}
    country: NL
    roles: [{role: controller, purposes: [lending]}]
    clauses: [membership]
flows:
  passed-on:
    label: {en: Passed on, nl: Doorgegeven}
    from: partner
    to: printer
    purpose: lending
    data: [contact.email]
    clauses: [membership]
"""


def proven(ran: Ran) -> dict[str, dict[str, Any]]:
    """What the command says in JSON of each invariant, by its id."""
    return {each["id"]: each for each in json.loads(ran.out)["invariants"]}


def prove(run: Run, claim: dict[str, Any], *options: str) -> dict[str, Any]:
    """What comes out for one claim about the policy that passes on."""
    keep(PASSING_ON, claims(it=claim))
    return proven(run(*PROVE, "--format", "json", *options))["it"]


def told(transfer: dict[str, Any]) -> tuple[str, ...]:
    """A transfer in short: who, to whom, about whom, what, and what is known."""
    known = [f"{fact}={state}" for fact, state in transfer["facts"].items()]
    known += ["reference"] if transfer["reference"] else []
    return (
        transfer["sender"],
        transfer["recipient"],
        transfer["subject"],
        *transfer["data"],
        *known,
    )


# ── What people see ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_screen_of_invariants_that_are_broken_is_exactly_this(run: Run, lang: str) -> None:
    Path("policy/invariants.yaml").write_text(INVARIANTS, "utf-8")
    ran = run(*PROVE, "--lang", lang)
    assert (ran.code, ran.err) == (1, "")
    assert_screen(f"prove.broken.{lang}", ran.out)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_screen_of_invariants_that_hold_is_exactly_this(run: Run, lang: str) -> None:
    ran = run(*PROVE, "--policy", str(ROOT / "policy"), "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"prove.proven.{lang}", ran.out.replace(f"{ROOT}/", ""))


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_screen_of_a_policy_without_invariants_is_exactly_this(run: Run, lang: str) -> None:
    ran = run(*PROVE, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"prove.none.{lang}", ran.out)


@pytest.mark.parametrize("claim", [NEVER, VACUOUS, IDLE, HOLDS])
def test_the_verdict_stands_first_and_last(run: Run, claim: dict[str, Any]) -> None:
    keep(claims(it=claim))
    first, *_, last = run(*PROVE).out.splitlines()
    assert first == last
    assert first.startswith("policy: ")


@pytest.mark.parametrize(
    ("named", "code", "verdict"),
    [
        ({}, 0, "policy: no invariant is declared, so nothing was proven"),
        ({"a": HOLDS}, 0, "policy: the one invariant holds"),
        ({"a": IDLE}, 0, "policy: the one invariant holds: 1 idle"),
        ({"a": HOLDS, "b": HOLDS}, 0, "policy: all 2 invariants hold"),
        ({"a": NEVER}, 1, "policy: 0 of 1 invariants hold: 1 broken"),
        (
            {"a": HOLDS, "b": IDLE, "c": VACUOUS, "d": NEVER, "e": NEVER},
            1,
            "policy: 2 of 5 invariants hold: 2 broken, 1 vacuous, 1 idle",
        ),
    ],
)
def test_the_verdict_counts_what_came_out(
    run: Run, named: dict[str, Any], code: int, verdict: str
) -> None:
    keep(claims(**named))
    ran = run(*PROVE)
    assert (ran.code, ran.out.splitlines()[0]) == (code, verdict)


@pytest.mark.parametrize("label", [*HOSTILE, "::error::x", "##[error]x"])
def test_no_label_can_steer_the_terminal_or_a_pipeline(run: Run, label: str) -> None:
    keep(claims(it={**NEVER, "label": label}))
    ran = run(*PROVE)
    assert ran.code == 1
    assert ran.out.replace("\n", "").isprintable()
    assert not re.search("::[A-Za-z]|##\\[", ran.out)


# ── Claims ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "claim",
    [
        {"never": {"from": "mailer", "data": "contact.phone"}},
        {"never": {"to": "printer", "data": "name", "given": {"asked": False}}},
        {"always": {"match": {"data": "name"}, "effect": "log"}},
        {"always": {"match": {"data": "contact"}, "effect": "allow"}},
        {"always": {"match": {"data": "name"}, "facts": {"asked": True}}},
        {"always": {"match": {"to": "mailer"}, "duties": ["encrypt"]}},
        {"always": {"match": {"data": "name"}, "reference": True}},
        {"only": {"match": {"data": "name"}, "from": "library"}},
        {"only": {"match": {"data": "contact.phone"}, "to": ["mailer"]}},
        {"only": {"match": {}, "purpose": ["news"]}},
        {"only": {"match": {"to": "printer"}, "from": ["library", "mailer"], "to": "printer"}},
        {"no-path": {"from": "printer", "to": "mailer", "data": "contact"}},
        {"no-path": {"from": "library", "to": "printer", "data": "contact.phone"}},
        {
            "no-path": {
                "from": "library",
                "to": "printer",
                "data": "name",
                "given": {"asked": False},
            }
        },
    ],
)
def test_a_claim_that_holds_is_proven(run: Run, claim: dict[str, Any]) -> None:
    found = prove(run, claim)
    assert (found["outcome"], found["lacks"], found["witness"]) == ("proven", None, [])


FOR_NAMES = ("library", "printer", "member", "name", "asked=True", "reference")
FOR_CONTACT = ("library", "mailer", "member", "contact")
PASSED_ON = ("mailer", "printer", "member", "contact.email")


@pytest.mark.parametrize(
    ("claim", "lacks", "message", "transfers"),
    [
        ({"never": {"data": "name"}}, "permitted", "this may go", [FOR_NAMES]),
        (
            {"never": {"data": "name", "given": {"asked": True, "urgent": False}}},
            "permitted",
            "this may go",
            [(*FOR_NAMES[:5], "urgent=False", "reference")],
        ),
        (
            {"always": {"match": {"data": "contact"}, "effect": "log"}},
            "effect",
            "this may go with the effect `allow`",
            [FOR_CONTACT],
        ),
        (
            {"always": {"match": {"data": "name"}, "effect": "allow"}},
            "effect",
            "this may go with the effect `log`",
            [FOR_NAMES],
        ),
        (
            {"always": {"match": {"data": "name"}, "facts": {"urgent": True}}},
            "facts.urgent",
            "this may go while it is not known that `urgent` is true",
            [FOR_NAMES],
        ),
        (
            {"always": {"match": {"data": "name"}, "facts": {"asked": False}}},
            "facts.asked",
            "this may go while it is not known that `asked` is false",
            [FOR_NAMES],
        ),
        (
            {"always": {"match": {}, "duties": ["encrypt"]}},
            "duties.encrypt",
            "this may go without the duty `encrypt`",
            [PASSED_ON],
        ),
        (
            {"always": {"match": {"to": "mailer"}, "reference": True}},
            "reference",
            "this may go without a reference",
            [FOR_CONTACT],
        ),
        (
            {"only": {"match": {"to": "printer"}, "from": "library"}},
            "from",
            "this may go from another sender",
            [PASSED_ON],
        ),
        (
            {"only": {"match": {"data": "name"}, "to": ["mailer"]}},
            "to",
            "this may go to another recipient",
            [FOR_NAMES],
        ),
        (
            {"no-path": {"from": "library", "to": "mailer", "data": "contact.phone"}},
            "permitted",
            "data can get there in one hop",
            [FOR_CONTACT],
        ),
        (
            {"no-path": {"from": "library", "to": "printer", "data": "contact"}},
            "permitted",
            "data can get there in 2 hops",
            [FOR_CONTACT, PASSED_ON],
        ),
    ],
)
def test_a_claim_that_does_not_hold_is_broken_by_the_smallest_transfer(
    run: Run,
    claim: dict[str, Any],
    lacks: str,
    message: str,
    transfers: list[tuple[str, ...]],
) -> None:
    found = prove(run, claim)
    assert (found["outcome"], found["lacks"], found["message"]) == ("broken", lacks, message)
    assert [told(each["transfer"]) for each in found["witness"]] == transfers


def test_only_tells_a_purpose_that_is_none_of_those(run: Run) -> None:
    keep(
        claims(it={"only": {"match": {"to": "mailer"}, "purpose": ["news.monthly"]}}),
        {"purposes": {"news.monthly": {}}},
    )
    found = proven(run(*PROVE, "--format", "json"))["it"]
    assert (found["lacks"], found["message"]) == ("purpose", "this may go for another purpose")
    assert found["witness"][0]["transfer"]["purpose"] == "news"


def test_of_transfers_that_break_it_the_one_with_fewest_known_facts_is_shown(run: Run) -> None:
    on_request = {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"]}
    keep(
        claims(it={"never": {"data": "contact"}}),
        {
            "flows": {
                "news-mail": {**on_request, "when": "asked"},
                "z": {**on_request, "to": "printer"},
            }
        },
    )
    (witness,) = proven(run(*PROVE, "--format", "json"))["it"]["witness"]
    assert told(witness["transfer"]) == ("library", "printer", "member", "contact")


def test_what_can_only_go_later_is_shown_at_its_first_moment(run: Run) -> None:
    keep(claims(it=NEVER), {"flows": {"news-mail": {"valid": {"from": "2027-03-28"}}}})
    (witness,) = proven(run(*PROVE, "--format", "json"))["it"]["witness"]
    assert witness["transfer"]["at"] == "2027-03-28T00:00:00+01:00"


def test_what_has_ended_breaks_nothing_any_more(run: Run) -> None:
    keep(claims(it=NEVER), {"flows": {"news-mail": {"valid": {"until": "2026-06-01"}}}})
    assert run(*PROVE).code == 1
    ran = run("prove", "--at", "2026-06-02T00:00:00+02:00")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "policy: the one invariant holds")


def in_turn(first: dict[str, Any], second: dict[str, Any]) -> None:
    """The mailer gets addresses in one period, and passes them on in another."""
    path = {"no-path": {"from": "library", "to": "printer", "data": "contact.email"}}
    flows = {"news-mail": {"valid": first}, "passed-on": {"valid": second}}
    keep(PASSING_ON, claims(it=path), {"flows": flows})


def test_a_path_may_take_its_time(run: Run) -> None:
    in_turn({"until": "2026-06-30"}, {"from": "2026-09-01"})
    found = proven(run(*PROVE, "--format", "json"))["it"]
    assert found["message"] == "data can get there in 2 hops"
    moments = [each["transfer"]["at"] for each in found["witness"]]
    assert moments == ["2026-06-01T12:00:00+02:00", "2026-09-01T00:00:00+02:00"]


def test_hops_that_are_possible_in_another_order_of_time_alone_are_no_path(run: Run) -> None:
    in_turn({"from": "2026-09-01"}, {"until": "2026-08-31"})
    assert run(*PROVE).code == 0
    in_turn({"from": "2026-09-01"}, {"until": "2026-09-01"})
    assert run(*PROVE).code == 1


# ── Invariants that say nothing ──────────────────────────────────────────────────────────────────


def test_one_that_speaks_of_no_transfer_is_an_error(run: Run) -> None:
    found = prove(run, VACUOUS)
    assert (found["outcome"], found["witness"]) == ("vacuous", [])
    ran = run(*PROVE)
    assert ran.code == 1
    assert (
        "error[invariant-vacuous]: it speaks of no transfer at all, so nothing can break it"
        in ran.out
    )


def test_one_that_speaks_of_nothing_that_may_go_is_a_warning(run: Run) -> None:
    assert prove(run, IDLE)["outcome"] == "idle"
    ran = run(*PROVE)
    assert ran.code == 0
    assert "warning[invariant-vacuous]: none of the transfers that it speaks of may ever go" in (
        ran.out
    )
    assert run(*PROVE, "--fail-on-warnings").code == 1


def test_nothing_that_may_go_is_just_what_never_asks_for(run: Run) -> None:
    keep(claims(it={"never": {"from": "printer"}}))
    assert run(*PROVE, "--fail-on-warnings").code == 0


@pytest.mark.parametrize("claim", [NEVER, VACUOUS])
def test_exit_zero_turns_the_code_and_nothing_else(run: Run, claim: dict[str, Any]) -> None:
    keep(claims(it=claim))
    assert run(*PROVE, "--exit-zero") == run(*PROVE)._replace(code=0)


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit", "markdown"])
def test_without_invariants_nothing_was_proven_and_it_ends_well(run: Run, form: str) -> None:
    ran = run(*PROVE, "--format", form, "--fail-on-warnings")
    assert (ran.code, ran.err) == (0, "")
    if form == "json":
        assert json.loads(ran.out)["proven"] is False
    if form in ("text", "github", "markdown"):
        assert "no invariant is declared, so nothing was proven" in ran.out


# ── The command that is shown ────────────────────────────────────────────────────────────────────


def asked(ran: Ran) -> list[list[str]]:
    """The commands that the output shows, as their words."""
    lines = (line.strip().removeprefix("ask: ") for line in ran.out.splitlines() if "ask: " in line)
    return [shlex.split(line)[1:] for line in lines]


@pytest.mark.parametrize("source", ["policy", "a folder", "a.bundle", "HEAD:policy"])
def test_the_command_that_is_shown_is_answered_as_is_shown(run: Run, source: str) -> None:
    path = {"no-path": {"from": "library", "to": "printer", "data": "contact"}}
    on_record = {"always": {"match": {"data": "name"}, "effect": "allow"}}
    keep(PASSING_ON, claims(path=path, on_record=on_record))
    if source == "HEAD:policy":
        commit()
        shutil.rmtree("policy")
    elif source == "a folder":
        Path("policy").rename(source)
    elif source == "a.bundle":
        run("compile", "--output", source)
        shutil.rmtree("policy")
    options = ("--policy", source)
    shown = [each["witness"] for each in proven(run(*PROVE, *options, "--format", "json")).values()]
    commands = asked(run(*PROVE, *options))
    assert [len(each) for each in shown] == [2, 1]
    answers = [json.loads(run(*each, "--format", "json").out) for each in commands]
    assert answers == [transfer for each in shown for transfer in each]
    assert [each["effect"] for each in answers] == ["allow", "allow", "log"]


@pytest.mark.parametrize("source", ["a.bundle", "HEAD:policy"])
def test_a_policy_is_proven_wherever_it_is(run: Run, source: str) -> None:
    Path("policy/invariants.yaml").write_text(INVARIANTS, "utf-8")
    here = run(*PROVE)
    commit()
    run("compile", "--output", "a.bundle")
    shutil.rmtree("policy")
    there = run(*PROVE, "--policy", source)
    assert there.code == 1
    place = f"({source}{':' if source == 'a.bundle' else '/'}"
    shown = there.out.replace(f" --policy {source}", "").replace(f"{source}: ", "policy: ")
    assert shown.replace(place, "(policy/").replace(f"--> {place[1:]}", "--> policy/") == here.out


# ── For pipelines ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def all_kinds() -> None:
    """A policy of which one invariant holds, one is broken, one vacuous and one idle."""
    path = {"no-path": {"from": "library", "to": "printer", "data": "contact"}}
    keep(PASSING_ON, claims(holds=HOLDS, path=path, vacuous=VACUOUS, idle=IDLE))


@pytest.mark.usefixtures("all_kinds")
def test_json_has_every_invariant_with_what_came_out(run: Run) -> None:
    ran = run(*PROVE, "--format", "json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert list(found) == ["proven", "verdict", "source", "at", "counts", "invariants", "policy"]
    assert [found[key] for key in ("proven", "source", "at")] == [False, "policy", MOMENT]
    assert found["counts"] == {"broken": 1, "vacuous": 1, "idle": 1, "proven": 1}
    assert found["verdict"] == "policy: 2 of 4 invariants hold: 1 broken, 1 vacuous, 1 idle"
    holds, path, *_ = found["invariants"]
    assert holds == {
        "id": "holds",
        "label": "holds",
        "kind": "never",
        "outcome": "proven",
        "lacks": None,
        "message": "",
        "witness": [],
        "clauses": [],
        "place": {
            "file": "policy/policy.yaml",
            "line": 127,
            "column": 3,
            "end-line": 127,
            "end-column": 10,
        },
    }
    assert [each["effect"] for each in path["witness"]] == ["allow", "allow"]
    assert path["witness"][1]["rules"] == ["passed-on"]
    assert all([*each] == [*holds] for each in found["invariants"])


@pytest.mark.usefixtures("all_kinds")
def test_sarif_is_valid_and_leads_from_the_invariant_to_the_flows(run: Run) -> None:
    ran = run(*PROVE, "--format", "sarif")
    document = json.loads(ran.out)
    assert (ran.code, ran.err) == (1, "")
    assert [str(error) for error in schema().iter_errors(document)] == []
    broken, vacuous, idle = document["runs"][0]["results"]
    assert [(each["ruleId"], each["level"]) for each in (broken, vacuous, idle)] == [
        ("invariant-broken", "error"),
        ("invariant-vacuous", "error"),
        ("invariant-vacuous", "warning"),
    ]
    assert [each["message"]["text"] for each in broken["relatedLocations"]] == [
        "granted by `news-mail`",
        "granted by `passed-on`",
    ]
    meant = broken["locations"][0]["logicalLocations"]
    assert meant == [{"fullyQualifiedName": "invariants.path"}]


@pytest.mark.usefixtures("all_kinds")
def test_the_fingerprint_of_a_broken_invariant_outlives_lines_above_it(run: Run) -> None:
    def prints() -> list[str]:
        results = json.loads(run(*PROVE, "--format", "sarif").out)["runs"][0]["results"]
        return [each["partialFingerprints"]["primaryLocationLineHash"] for each in results]

    before = prints()
    file = Path("policy/policy.yaml")
    file.write_text("# one more line\n" + file.read_text("utf-8"), "utf-8")
    assert prints() == before


@pytest.mark.usefixtures("all_kinds")
def test_junit_tells_broken_from_vacuous_and_skips_what_is_idle(run: Run) -> None:
    ran = run(*PROVE, "--format", "junit")
    assert (ran.code, ran.err) == (1, "")
    root = read(ran.out)
    assert root.get("name") == "doelbinding prove"
    assert counts(root) == {"tests": 4, "failures": 1, "errors": 1, "skipped": 1}
    cases = {each.get("name"): each for each in root.iter("testcase")}
    line = proven(run(*PROVE, "--format", "json"))["path"]["place"]["line"]
    where = cases["path"].get("file"), cases["path"].get("line")
    assert where == ("policy/policy.yaml", str(line))
    (failure,) = cases["path"]
    assert failure.get("type") == "invariant-broken"
    assert str(failure.get("message")).startswith(
        "`path` is broken: data can get there in 2 hops: `contact` about `member` from `library`"
    )
    assert str(failure.text).count("ask: doelbinding check --from ") == 2
    assert [each.tag for each in cases["vacuous"]] == ["error"]
    assert [each.tag for each in cases["idle"]] == ["skipped"]


@pytest.mark.usefixtures("all_kinds")
def test_junit_fails_for_what_is_idle_where_the_command_does(run: Run) -> None:
    ran = run(*PROVE, "--format", "junit", "--fail-on-warnings")
    assert counts(read(ran.out)) == {"tests": 4, "failures": 1, "errors": 2, "skipped": 0}


@pytest.mark.usefixtures("all_kinds")
def test_github_annotates_and_adds_to_the_summary_of_the_step(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(home / "summary.md"))
    ran = run(*PROVE, "--format", "github")
    assert (ran.code, ran.err) == (1, "")
    *annotations, verdict = ran.out.splitlines()
    found = [command(each) for each in annotations]
    assert [each and each.name for each in found] == ["error", "error", "warning"]
    assert verdict == "policy: 2 of 4 invariants hold: 1 broken, 1 vacuous, 1 idle"
    page = (home / "summary.md").read_text("utf-8")
    assert page == "\n" + run(*PROVE, "--format", "markdown").out


@pytest.mark.usefixtures("all_kinds")
def test_markdown_is_a_table_under_the_verdict(run: Run) -> None:
    first, _, _, _, *rows = run(*PROVE, "--format", "markdown").out.splitlines()
    assert first == "**policy: 2 of 4 invariants hold: 1 broken, 1 vacuous, 1 idle**"
    assert len(rows) == 3
    assert all(row.startswith("| policy/policy.yaml:") for row in rows)


FOR_PROGRAMS = ("json", "sarif", "github", "junit", "markdown")


@pytest.mark.parametrize("form", FOR_PROGRAMS)
@pytest.mark.usefixtures("all_kinds")
def test_what_programs_read_is_not_coloured_or_translated(run: Run, form: str) -> None:
    plain = run(*PROVE, "--format", form)
    assert run(*PROVE, "--format", form, "--color", "always", "--lang", "nl") == plain


@pytest.mark.parametrize("form", ["text", *FOR_PROGRAMS])
@pytest.mark.usefixtures("all_kinds")
def test_the_same_policy_seen_from_the_same_moment_gives_the_same_bytes(
    run: Run, form: str
) -> None:
    here = run(*PROVE, "--format", form).out
    seeds = [apart(*PROVE, "--format", form, env={"PYTHONHASHSEED": seed}).out for seed in "12"]
    assert seeds == [here, here]


# ── To a file, from a moment, with a bar ─────────────────────────────────────────────────────────


def test_the_output_can_go_to_a_file_that_is_replaced_only_when_asked(run: Run) -> None:
    assert run(*PROVE, "--output", "proof").out == ""
    assert Path("proof").read_text("utf-8") == run(*PROVE).out
    assert_misuse(run(*PROVE, "--output", "proof"), "proof exists already")
    assert run(*PROVE, "--output", "proof", "--force", "--lang", "nl").code == 0
    assert "niets bewezen" in Path("proof").read_text("utf-8")


def test_left_out_the_moment_is_the_second_that_it_is_now(run: Run) -> None:
    at = json.loads(run("prove", "--format", "json").out)["at"]
    assert len(at) == len(MOMENT)


def test_a_policy_with_an_error_is_not_proven(run: Run) -> None:
    spoil("reference: DPA-2024-6", "refrence: DPA-2024-6")
    ran = run(*PROVE)
    assert (ran.code, ran.out) == (1, "")
    assert "error[unknown-key]" in ran.err


@pytest.mark.parametrize("source", ["nowhere", "HEAD:policy", "no.bundle"])
def test_a_policy_that_is_not_there_is_one_clear_line(run: Run, source: str) -> None:
    assert_misuse(run(*PROVE, "--policy", source))


def test_who_watches_sees_how_far_it_is_once_it_lasts() -> None:
    code, out, seen = Watched(["prove", *AT]).end()
    assert code == 0
    assert "proving" in seen
    assert "100%" in seen
    assert seen.endswith("\n")
    assert b"proving" not in out
    assert Watched(["prove", *AT], after=30).end()[2] == ""


def test_without_a_terminal_there_is_no_bar() -> None:
    assert apart(*PROVE).err == ""


@pytest.mark.parametrize("command", [["prove"], ["coverage"], ["reach", "contact"]])
def test_exact_questions_import_nothing_that_they_do_not_need(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *command], capture_output=True, text=True, check=True
    )
    assert done.stdout
    assert HEAVY & {*done.stderr.split()} <= WORK


# ── The policy of Almelo ─────────────────────────────────────────────────────────────────────────


def test_the_almelo_policy_is_proven_within_a_second(run: Run) -> None:
    options = ("--policy", str(ROOT / "policy"), "--fail-on-warnings")
    assert run(*PROVE, *options).code == 0
    assert seconds_of(*PROVE, *options) < 1


def test_a_condition_taken_out_of_the_almelo_policy_breaks_what_its_statement_promises(
    run: Run,
) -> None:
    shutil.copytree(ROOT / "policy", "almelo")
    file = Path("almelo/flows.yaml")
    before, found, after = file.read_text("utf-8").partition("    when: member-request\n")
    assert found
    file.write_text(before + after, "utf-8")
    found_out = proven(run(*PROVE, "--policy", "almelo", "--format", "json"))
    broken = {name: each for name, each in found_out.items() if each["outcome"] == "broken"}
    assert list(broken) == ["libraries-only-on-request"]
    (witness,) = broken["libraries-only-on-request"]["witness"]
    assert told(witness["transfer"])[:2] == ("bibliotheek-almelo", "library.ill")
    assert witness["transfer"]["facts"] == {}
