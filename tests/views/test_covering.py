"""Coverage as a page and as tables: nothing in a policy opens, loads or links anything there."""

from collections.abc import Iterator
from html.parser import HTMLParser
from unicodedata import normalize

import pytest

from doelbinding.analysis.coverage import Coverage, Item, cover
from doelbinding.analysis.coverage.items import ItemKind
from doelbinding.analysis.testing import Outcome
from doelbinding.policy import Policy
from doelbinding.views.covering import CoverageReport, render_html, render_json, render_markdown
from doelbinding.views.covering.phrases import PHRASES
from doelbinding.views.explain import LANGUAGES, Language
from doelbinding.views.terminal import safe
from tests.policies import policy
from tests.views.hostile import HOSTILE
from tests.views.test_explain import placeholders

VOID = {"meta"}
_PLAIN = "head title style body main section h1 h2 p table thead tbody tr td footer"
ALLOWED: dict[str, set[str]] = {
    "html": {"lang"},
    "meta": {"charset", "name", "content", "http-equiv"},
    "th": {"scope"},
    **{tag: set() for tag in _PLAIN.split()},
}
"""The elements of a page of ours, with the attributes that they may have: none leads anywhere."""

FITTING = [text for text in HOSTILE if text.strip() and text.isprintable()]
"""Those that a policy can hold as a label."""


class Page(HTMLParser):
    """A page, read as strictly as its few elements allow."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.declaration = ""
        self.open: list[str] = []
        self.seen: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_decl(self, decl: str) -> None:
        self.declaration = decl

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        self.seen.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((self.open[-1], data))
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def report(of: Policy) -> CoverageReport:
    return CoverageReport(of, "policy", cover(of.compiled, ()), {})


def labelled(label: str) -> Policy:
    """The base policy with that label wherever a page shows one."""
    it = {"label": label}
    return policy(
        categories=dict.fromkeys(("contact", "loans", "name"), it),
        purposes={"news": it},
        recipients={"mailer": it},
        flows={"news-mail": {**it, "assumption": label}},
        statement={"version": label, "language": "en"},
        clauses={"rest": {**it, "informative": label}},
        findings={"fault": it},
    )


def counted(done: int, count: int) -> CoverageReport:
    """A report of so many things to exercise, of which so many are."""
    items = tuple(Item("flows", f"flow-{number}", ItemKind.GRANTS) for number in range(count))
    return CoverageReport(policy(), "policy", Coverage((), (), items, frozenset(items[:done])), {})


# ── The page ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_well_formed_and_has_everything_in_tables(lang: Language) -> None:
    page = Page(render_html(report(policy()), lang))
    assert page.declaration == "doctype html"
    assert page.seen.count("h1") == page.seen.count("title") == page.seen.count("main") == 1
    assert page.seen.count("table") == page.seen.count("section") == 4
    first = [row[0] for row in page.rows]
    assert {"flows.news-mail", "categories.contact.email", "facts.urgent"} <= {*first}


def test_every_row_of_a_table_has_a_cell_for_each_head() -> None:
    text = render_html(report(labelled("x")), "en")
    for table in text.split("<table>")[1:]:
        body = table.split("</table>")[0]
        heads = body.count("<th ")
        rows = body.split("<tbody>")[1].split("<tr>")[1:]
        assert {row.count("<td>") for row in rows} == {heads}


def test_the_page_loads_nothing_and_forbids_that_anything_is_loaded() -> None:
    text = render_html(report(policy()), "en")
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    for sign in ("src=", "href=", "url(", "@import", "<script", "<link", "//"):
        assert sign not in text


def test_the_page_says_which_policy_it_is_about_with_both_digests() -> None:
    of = policy()
    text = render_html(report(of), "en")
    assert f"library, revision 1, {of.identity.digest}, {of.identity.source}" in text
    assert "the published statement, version 1" in text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("label", FITTING)
def test_a_hostile_label_stays_a_text(label: str, lang: Language) -> None:
    plain = Page(render_html(report(labelled("harmless")), lang))
    page = Page(render_html(report(labelled(label)), lang))
    assert page.seen == plain.seen
    shown = safe(normalize("NFC", label))  # as every text of a policy is read
    assert shown in {cell for row in page.rows for cell in row}


def test_clauses_stand_in_the_order_of_the_statement() -> None:
    at = {"zebra": [3, 1], "apple": [20, 5], "mango": [20, 1]}
    clauses = {
        name: {"informative": "x", "span": {"from": place, "to": place}}
        for name, place in at.items()
    }
    page = Page(render_html(report(policy(clauses=clauses)), "en"))
    listed = [(row[1], row[3]) for row in page.rows if row[0] == "✓"]
    assert listed == [("zebra", "3:1"), ("mango", "20:1"), ("apple", "20:5"), ("stated", "")]


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────


def cells(markdown: str) -> Iterator[int]:
    return (line.count("|") for line in markdown.splitlines() if line.startswith("|"))


@pytest.mark.parametrize("label", FITTING)
def test_a_hostile_label_breaks_no_table_of_markdown(label: str) -> None:
    plain = render_markdown(report(labelled("harmless")), "en")
    hostile = render_markdown(report(labelled(label)), "en")
    assert [*cells(hostile)] == [*cells(plain)]
    assert "<script" not in hostile


@pytest.mark.parametrize("label", FITTING)
def test_json_is_ascii_safe_for_terminals_whatever_a_label_says(label: str) -> None:
    assert render_json(report(labelled(label))).replace("\n", "").isprintable()


# ── Figures ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("done", "count", "english", "dutch", "percent"),
    [
        (0, 3, "0.0 %", "0,0 %", 0.0),
        (1, 3, "33.3 %", "33,3 %", 33.33),
        (2, 3, "66.6 %", "66,6 %", 66.66),
        (3, 3, "100.0 %", "100,0 %", 100.0),
        (2999, 3000, "99.9 %", "99,9 %", 99.96),
        (0, 0, "100.0 %", "100,0 %", 100.0),
    ],
)
def test_percents_are_cut_so_that_less_than_all_is_never_a_hundred(
    done: int, count: int, english: str, dutch: str, percent: float
) -> None:
    found = counted(done, count)
    assert (found.percent_text("en"), found.percent_text("nl")) == (english, dutch)
    assert found.percent(2) == percent


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ({}, "without tests"),
        ({Outcome.SKIPPED: 3, Outcome.UNUSABLE: 2}, "without tests"),
        ({Outcome.FAILED: 1}, "with 1 test"),
        ({Outcome.PASSED: 1_200, Outcome.FAILED: 34}, "with 1,234 tests"),
    ],
)
def test_the_verdict_says_how_many_tests_were_answered(
    outcomes: dict[Outcome, int], said: str
) -> None:
    of = policy()
    verdict = CoverageReport(of, "policy", cover(of.compiled, ()), outcomes).verdict("en")
    assert f", {said});" in verdict


def test_the_languages_have_the_same_phrases_with_the_same_placeholders() -> None:
    english, dutch = PHRASES["en"], PHRASES["nl"]
    assert list(english) == list(dutch)
    for key, phrase in english.items():
        assert placeholders(phrase) == placeholders(dutch[key]), key
        assert phrase.count("|") == dutch[key].count("|"), key
