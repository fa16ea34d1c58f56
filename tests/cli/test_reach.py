"""`reach` says to whom data can come, hop by hop, under which conditions; and how it ends."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import AT, MOMENT, Run, apart, assert_misuse, assert_screen, spoil
from tests.cli.small import PASSING_ON, commit, keep
from tests.cli.test_progress import Watched
from tests.cli.timing import seconds_of
from tests.policies import changed
from tests.views.dot import Edge, parse
from tests.views.test_mermaid import HOSTILE

ROOT = Path(__file__).parents[2]
REACH = ("reach", *AT)
EMAIL = (*REACH, "contact.email")

LABELS: dict[str, Any] = {
    "recipients": {
        "mailer": {"label": {"en": "Mailing provider", "nl": "Verzender van mailings"}},
        "printer": {"label": {"en": "Printer", "nl": "Drukker"}},
        "courier": {
            "label": {"en": "Courier", "nl": "Bezorger"},
            "roles": [{"role": "controller"}],
        },
    },
    "purposes": {"news": {"label": {"en": "News", "nl": "Nieuws"}}},
}
WIDER: dict[str, Any] = {
    "flows": {
        "news-mail": {"data": ["contact.email"]},
        "passed-on": {"data": ["contact"], "when": {"any": ["asked", "urgent"]}},
        "delivered": {
            "from": "printer",
            "to": "courier",
            "purpose": "news",
            "data": ["name"],
            "subjects": ["member"],
            "effect": "log",
            "reference": "required",
            "valid": {"from": "2026-07-01", "until": "2026-12-31"},
        },
        "returned": {"from": "mailer", "to": "library", "purpose": "news", "data": ["name"]},
    },
}
EVERYTHING = changed(changed(PASSING_ON, LABELS), WIDER)
"""Addresses go to the mailer, more of them on to the printer, names from there to the courier."""


def reached(run: Run, *options: str) -> dict[str, dict[str, Any]]:
    """What the command says in JSON of each party, by its id."""
    found = json.loads(run(*REACH, *options, "--format", "json").out)
    return {each["party"]: each for each in found["reached"]}


def chain(found: dict[str, Any]) -> list[str]:
    """The parties on the way."""
    hops = found["chain"]
    return [hops[0]["sender"], *(each["recipient"] for each in hops)]


# ── What people see ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_screen_is_exactly_this(run: Run, lang: str) -> None:
    keep(EVERYTHING)
    ran = run(*EMAIL, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"reach.email.{lang}", ran.out)


def test_the_screen_of_a_category_that_goes_in_many_ways_is_exactly_this(run: Run) -> None:
    keep(EVERYTHING)
    assert_screen("reach.name", run(*REACH, "name").out)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_screen_of_a_category_that_goes_nowhere_is_exactly_this(run: Run, lang: str) -> None:
    ran = run(*REACH, "loans", "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"reach.nowhere.{lang}", ran.out)


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        (("loans",), "loans, or part of it, can get from library to no other party"),
        (("name",), "name can get from library to 2 other parties"),
        (("contact.phone",), "contact.phone can get from library to 1 other party"),
        (("name", "--from", "mailer"), "name can get from mailer to 3 other parties"),
        (("name", "--from", "courier"), "name can get from courier to no other party"),
    ],
)
def test_the_verdict_counts_other_parties_and_stands_first_and_last(
    run: Run, options: tuple[str, ...], verdict: str
) -> None:
    mail, on = {"data": ["contact"]}, {"data": ["contact.email"]}
    keep(EVERYTHING, {"flows": {"news-mail": mail, "passed-on": on}})
    first, *_, last = run(*REACH, *options).out.splitlines()
    assert (first, last) == (verdict, verdict)


@pytest.mark.parametrize("label", [*HOSTILE, "::error::x", "##[error]x"])
def test_no_label_can_steer_the_terminal(run: Run, label: str) -> None:
    keep(EVERYTHING, {"recipients": {"mailer": {"label": label}}})
    assert run(*EMAIL).out.replace("\n", "").isprintable()


# ── What is reached ──────────────────────────────────────────────────────────────────────────────


def test_the_nearest_parties_stand_first_each_with_a_shortest_chain(run: Run) -> None:
    keep(EVERYTHING, {"flows": {"delivered": {"data": ["contact.email"], "valid": None}}})
    found = reached(run, "contact.email")
    assert [chain(each) for each in found.values()] == [
        ["library", "mailer"],
        ["library", "mailer", "printer"],
        ["library", "mailer", "printer", "courier"],
    ]
    assert [each["hops"] for each in found.values()] == [1, 2, 3]


def test_a_category_is_followed_in_what_contains_it_and_in_its_parts(run: Run) -> None:
    keep(PASSING_ON)
    phone = reached(run, "contact.phone")
    assert list(phone) == ["mailer"]
    (way,) = phone["mailer"]["chain"][0]["ways"]
    assert way["categories"] == ["contact", "contact.phone"]
    assert list(reached(run, "contact")) == ["mailer", "printer"]


def test_data_can_be_used_where_they_are_or_come_back(run: Run) -> None:
    keep(
        EVERYTHING,
        {
            "flows": {
                "in-house": {
                    "from": "library",
                    "to": "library",
                    "purpose": "news",
                    "data": ["contact.email"],
                }
            }
        },
    )
    found = run(*EMAIL).out
    assert "library  Library  (used there itself)\n  library → library\n" in found
    keep(EVERYTHING, {"flows": {"returned": {"data": ["contact.email"]}}})
    assert "library  Library  (back in 2 hops)\n" in run(*EMAIL).out
    assert run(*EMAIL).out.startswith("contact.email can get from library to 2 other parties\n")


def test_conditions_are_told_one_by_one_each_with_the_effect(run: Run) -> None:
    keep(EVERYTHING)
    (first, second) = reached(run, "contact.email")["printer"]["chain"]
    assert first["ways"][0]["conditions"] == [{"facts": {}, "reference": False, "effect": "allow"}]
    assert second["ways"][0]["conditions"] == [
        {"facts": {"asked": True}, "reference": False, "effect": "allow"},
        {"facts": {"urgent": True}, "reference": False, "effect": "allow"},
    ]
    assert reached(run, "name")["printer"]["chain"][0]["ways"][0]["conditions"] == [
        {"facts": {"asked": True}, "reference": True, "effect": "log"},
    ]


def test_what_is_recorded_on_one_condition_alone_is_not_called_recorded_on_all(run: Run) -> None:
    open_too = {
        "from": "library",
        "to": "printer",
        "purpose": "news",
        "data": ["name"],
        "when": "urgent",
    }
    keep(PASSING_ON, {"flows": {"openly": open_too}})
    (way,) = reached(run, "name")["printer"]["chain"][0]["ways"]
    assert [(each["facts"], each["effect"]) for each in way["conditions"]] == [
        ({"asked": True}, "log"),
        ({"urgent": True}, "allow"),
    ]
    assert (
        "      when `asked` is true, with a reference, on record\n      or when `urgent` is true\n"
    ) in run(*REACH, "name").out
    assert not parse(run(*REACH, "name", "--format", "dot").out).edge("library", "printer").is_thick


def test_of_very_many_conditions_the_first_are_told_and_the_others_counted(run: Run) -> None:
    facts = [f"fact-{number:02}" for number in range(12)]
    one, two, three, four = ({"any": facts[at : at + 3]} for at in range(0, 12, 3))
    mail = {"data": ["contact"], "except": ["contact.phone"], "when": {"all": [one, two]}}
    calls = {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact.phone"]}
    flows = {"news-mail": mail, "calls": {**calls, "when": {"all": [three, four]}}}
    keep({"facts": {fact: {} for fact in facts}, "flows": flows})
    ways = reached(run, "contact")["mailer"]["chain"][0]["ways"]
    told = {each["categories"][0]: (len(each["conditions"]), each["complete"]) for each in ways}
    assert told == {"contact": (64, False), "contact.email": (9, True), "contact.phone": (9, True)}
    out = run(*REACH, "contact").out
    assert "      or on 56+ other conditions\n" in out
    assert "      or on 1 other conditions\n" in out


@pytest.mark.parametrize(
    ("subjects", "told"),
    [
        (None, "anybody"),
        (["member"], "member"),
        (["member.child"], "member.child"),
        (["member", "visitor"], "anybody"),
    ],
)
def test_about_whom_is_told_in_short(run: Run, subjects: list[str] | None, told: str) -> None:
    keep({"flows": {"news-mail": {"subjects": subjects}}})
    assert f"    for news: contact, about {told}\n" in run(*REACH, "contact").out


# ── Wider hops ───────────────────────────────────────────────────────────────────────────────────


def test_a_hop_that_can_carry_more_than_the_one_before_is_marked_with_what(run: Run) -> None:
    keep(EVERYTHING)
    first, second = reached(run, "contact.email")["printer"]["chain"]
    assert (first["wider"], first["added"]) == (False, [])
    assert (second["wider"], second["added"]) == (True, ["contact"])
    assert "    ! wider than the hop before: contact\n" in run(*EMAIL).out


def test_what_the_hop_before_carried_too_is_not_named_as_more(run: Run) -> None:
    mail, on = {"data": ["contact.email"]}, {"data": ["contact.email", "contact.phone"]}
    keep(PASSING_ON, {"flows": {"news-mail": mail, "passed-on": on}})
    _, second = reached(run, "contact")["printer"]["chain"]
    assert second["added"] == ["contact.phone"]


def test_a_hop_that_carries_as_much_or_less_is_not_marked(run: Run) -> None:
    keep(PASSING_ON)
    assert "wider" not in run(*EMAIL).out
    assert not any(each["wider"] for each in reached(run, "contact.email")["printer"]["chain"])


# ── In time ──────────────────────────────────────────────────────────────────────────────────────


def in_turn(first: dict[str, Any], second: dict[str, Any]) -> None:
    """The mailer gets addresses in one period, and passes them on in another."""
    keep(PASSING_ON, {"flows": {"news-mail": {"valid": first}, "passed-on": {"valid": second}}})


def test_a_chain_may_take_its_time_and_says_from_when(run: Run) -> None:
    in_turn({"until": "2026-06-30"}, {"from": "2026-09-01"})
    first, second = reached(run, "contact.email")["printer"]["chain"]
    assert (first["ways"][0]["from"], first["ways"][0]["before"]) == (
        MOMENT,
        "2026-07-01T00:00:00+02:00",
    )
    assert (second["ways"][0]["from"], second["ways"][0]["before"]) == (
        "2026-09-01T00:00:00+02:00",
        None,
    )
    assert second["witness"]["transfer"]["at"] == "2026-09-01T00:00:00+02:00"
    out = run(*EMAIL).out
    assert "    for news, until 2026-06-30: contact, about anybody\n" in out
    assert "  mailer → printer  (not before 2026-09-01)\n" in out
    assert "    for news, from 2026-09-01: contact.email, about anybody\n" in out


def test_hops_that_are_possible_in_another_order_of_time_alone_reach_nobody(run: Run) -> None:
    in_turn({"from": "2026-09-01"}, {"until": "2026-08-31"})
    assert list(reached(run, "contact.email")) == ["mailer"]
    in_turn({"from": "2026-09-01"}, {"until": "2026-09-01"})
    assert list(reached(run, "contact.email")) == ["mailer", "printer"]


def test_a_period_in_which_something_else_begins_is_told_as_one(run: Run) -> None:
    later = {"from": "library", "to": "mailer", "purpose": "news", "data": ["name"]}
    keep({"flows": {"later": {**later, "valid": {"from": "2027-01-01", "until": "2027-12-31"}}}})
    (way,) = reached(run, "contact.phone")["mailer"]["chain"][0]["ways"]
    assert (way["from"], way["before"]) == (MOMENT, None)
    (way,) = reached(run, "name")["mailer"]["chain"][0]["ways"]
    assert (way["from"], way["before"]) == (
        "2027-01-01T00:00:00+01:00",
        "2028-01-01T00:00:00+01:00",
    )


def test_what_has_ended_is_not_reached(run: Run) -> None:
    keep({"flows": {"news-mail": {"valid": {"until": "2026-06-01"}}}})
    assert list(reached(run, "contact")) == ["mailer"]
    ran = run("reach", "contact", "--at", "2026-06-02T00:00:00+02:00")
    assert ran.code == 0
    assert "to no other party" in ran.out


# ── Names ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("contact.emial",),
            "CATEGORY: the policy declares nothing of that name; did you mean contact.email?",
        ),
        (("\x1b[31m",), "CATEGORY: the policy declares nothing of that name"),
        (
            ("contact", "--from", "mailling"),
            "--from: the policy declares nothing of that name; did you mean mailing?",
        ),
        (("contact", "--from", "reminders"), "--from: the policy declares nothing of that name"),
        ((), "CATEGORY"),
        (("contact", "name"), "name"),
    ],
)
def test_names_that_the_policy_does_not_know_are_wrong_use(
    run: Run, options: tuple[str, ...], message: str
) -> None:
    assert_misuse(run(*REACH, *options), message)


@pytest.mark.parametrize("party", ["town-library", "data-subject", "police"])
def test_every_party_can_be_where_the_data_are(run: Run, party: str) -> None:
    ran = run(*REACH, "contact", "--from", party)
    assert ran.code == 0
    assert ran.out.startswith(f"contact, or part of it, can get from {party} to ")


def test_left_out_the_data_are_with_the_controller(run: Run) -> None:
    assert run(*REACH, "contact") == run(*REACH, "contact", "--from", "town-library")


# ── Formats ──────────────────────────────────────────────────────────────────────────────────────

FORMS = ("text", "json", "dot")


def test_json_has_these_keys_in_this_order(run: Run) -> None:
    keep(EVERYTHING)
    found = json.loads(run(*EMAIL, "--format", "json").out)
    assert list(found) == ["category", "from", "verdict", "at", "reached", "policy"]
    assert [found[key] for key in ("category", "from", "at")] == [
        *("contact.email", "library", MOMENT),
    ]
    assert found["verdict"] == run(*EMAIL).out.splitlines()[0]
    printer = found["reached"][1]
    assert list(printer) == ["party", "hops", "chain"]
    hop = printer["chain"][1]
    assert list(hop) == [
        *("sender", "recipient", "purposes", "wider", "added", "ways", "witness"),
    ]
    assert hop["ways"] == [
        {
            "purpose": "news",
            "subjects": ["member", "member.child", "visitor"],
            "categories": ["contact", "contact.email"],
            "from": MOMENT,
            "before": None,
            "conditions": [
                {"facts": {"asked": True}, "reference": False, "effect": "allow"},
                {"facts": {"urgent": True}, "reference": False, "effect": "allow"},
            ],
            "complete": True,
        }
    ]


def test_each_hop_has_a_transfer_that_is_answered_as_is_shown(run: Run) -> None:
    keep(EVERYTHING, {"flows": {"delivered": {"data": ["contact.email"]}}})
    hops = reached(run, "contact.email")["courier"]["chain"]
    assert len(hops) == 3
    for hop in hops:
        transfer = hop["witness"]["transfer"]
        facts = [f"{fact}={str(state).lower()}" for fact, state in transfer["facts"].items()]
        answer = run(
            *("check", "--from", hop["sender"], "--to", hop["recipient"]),
            *("--purpose", transfer["purpose"], "--subject", transfer["subject"]),
            *("--data", *transfer["data"], "--at", transfer["at"]),
            *(word for each in facts for word in ("--fact", each)),
            *(("--reference", transfer["reference"]) if transfer["reference"] else ()),
            *("--format", "json"),
        )
        assert json.loads(answer.out) == hop["witness"]
        assert hop["witness"]["effect"] != "deny"


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_graph_is_exactly_this(run: Run, lang: str) -> None:
    keep(EVERYTHING)
    ran = run(*EMAIL, "--format", "dot", "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert_screen(f"reach.dot.{lang}", ran.out)


def test_the_graph_shows_conditions_records_and_wider_hops(run: Run) -> None:
    keep(EVERYTHING, {"flows": {"delivered": {"data": ["contact.email"]}}})
    graph = parse(run(*EMAIL, "--format", "dot").out)
    assert graph.nodes["n1"] == ("Library", "library")
    assert graph.edge("library", "mailer") == Edge("n1", "n2", ("News",))
    assert graph.edge("mailer", "printer") == Edge(
        "n2", "n3", ("News",), is_dashed=True, is_red=True
    )
    assert graph.edge("printer", "courier") == Edge(
        "n3", "n4", ("News",), is_dashed=True, is_thick=True
    )


def test_an_arrow_is_whole_where_anything_goes_without_conditions(run: Run) -> None:
    asked = {"from": "library", "to": "mailer", "purpose": "news", "data": ["contact"]}
    flows = {"news-mail": {"subjects": ["member"]}, "visitors": {**asked, "when": "asked"}}
    keep({"flows": flows})
    graph = parse(run(*REACH, "contact", "--format", "dot").out)
    assert not graph.edge("library", "mailer").is_dashed
    ways = reached(run, "contact")["mailer"]["chain"][0]["ways"]
    assert [each["conditions"][0]["facts"] for each in ways] == [{}, {"asked": True}]


def test_the_graph_of_what_goes_nowhere_is_one_box(run: Run) -> None:
    graph = parse(run(*REACH, "loans", "--format", "dot").out)
    assert graph.nodes == {"n1": ("Town Library", "town-library")}
    assert graph.edges == []


@pytest.mark.parametrize("label", [*HOSTILE, '\\"]; x', "\\", "\\\\n", "\\N\\G", "<b>x</b>"])
def test_a_hostile_label_changes_no_node_and_no_edge(run: Run, label: str) -> None:
    keep(EVERYTHING)
    plain = parse(run(*EMAIL, "--format", "dot").out)
    keep(
        EVERYTHING,
        {"recipients": {"mailer": {"label": label}}, "purposes": {"news": {"label": label}}},
    )
    graph = parse(run(*EMAIL, "--format", "dot").out)
    assert list(graph.nodes) == list(plain.nodes)
    assert [(each.start, each.end) for each in graph.edges] == [
        (each.start, each.end) for each in plain.edges
    ]
    spelt = label.replace("\t", " ").replace("\n", "\\n").replace("\r", "\\u000d")
    assert graph.nodes["n2"] == (spelt, "mailer")
    assert graph.edges[0].lines == (spelt,)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_policy_seen_from_the_same_moment_gives_the_same_bytes(
    run: Run, form: str
) -> None:
    keep(EVERYTHING)
    here = run(*EMAIL, "--format", form).out
    seeds = [apart(*EMAIL, "--format", form, env={"PYTHONHASHSEED": seed}).out for seed in "12"]
    assert seeds == [here, here]


@pytest.mark.parametrize("form", FORMS)
def test_the_output_can_go_to_a_file_that_is_replaced_only_when_asked(run: Run, form: str) -> None:
    shown = run(*REACH, "contact", "--format", form)
    assert run(*REACH, "contact", "--format", form, "--output", "file").out == ""
    assert Path("file").read_text("utf-8") == shown.out
    assert_misuse(run(*REACH, "contact", "--output", "file"), "file exists already")
    assert run(*REACH, "contact", "--output", "file", "--force").code == 0


@pytest.mark.parametrize("source", ["a.bundle", "HEAD:policy"])
def test_a_policy_is_followed_wherever_it_is(run: Run, source: str) -> None:
    keep(EVERYTHING)
    here = run(*EMAIL)
    commit()
    run("compile", "--output", "a.bundle")
    shutil.rmtree("policy")
    assert run(*EMAIL, "--policy", source) == here


def test_a_policy_with_an_error_is_not_followed(run: Run) -> None:
    spoil("reference: DPA-2024-6", "refrence: DPA-2024-6")
    ran = run(*REACH, "contact")
    assert (ran.code, ran.out) == (1, "")
    assert "error[unknown-key]" in ran.err


def test_a_policy_that_is_not_there_is_one_clear_line(run: Run) -> None:
    assert_misuse(run(*REACH, "contact", "--policy", "nowhere"), "nowhere")


def test_who_watches_sees_how_far_it_is_once_it_lasts() -> None:
    code, out, seen = Watched([*REACH, "contact"]).end()
    assert code == 0
    assert "following" in seen
    assert "100%" in seen
    assert b"following" not in out
    assert Watched([*REACH, "contact"], after=30).end()[2] == ""


def test_without_a_terminal_there_is_no_bar() -> None:
    assert apart(*REACH, "contact").err == ""


# ── The policy of Almelo ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("category", "parties"),
    [
        ("credentials.password", ["bibliotheek-almelo", "kb"]),
        ("loans.ebooks.titles", ["bibliotheek-almelo", "data-subject", "processor.library-system"]),
    ],
)
def test_where_data_of_the_almelo_policy_can_end_up(
    run: Run, category: str, parties: list[str]
) -> None:
    found = reached(run, category, "--policy", str(ROOT / "policy"))
    assert [each for each in found if not each.startswith("authority")] == parties


def test_the_almelo_policy_is_followed_within_a_second() -> None:
    assert seconds_of(*REACH, "loans", "--policy", str(ROOT / "policy")) < 1
