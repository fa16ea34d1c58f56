"""The commit of a declaration is the last that touched it: its own lines, no one else's."""

from pathlib import Path

import pytest

from doelbinding.loader.commits import Commit, Commits
from tests.loader.repositories import commit, git, without_settings

ONE, TWO = ("flows", "one"), ("flows", "two")
FIRST = """\
# Flows
flows:

  one:
    label: One
    data: [a, b]
    reference: required

  two:
    label: Two
prohibitions:
  one: {label: None}
"""


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, of 1 May, as the current folder."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    without_settings(monkeypatch)
    git("init", "--quiet")
    write(FIRST)
    commit("The first", day=1)
    return folder


def write(text: str, file: str = "policy/flows.yaml") -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_bytes(text.encode())


def change(old: str, new: str, title: str = "", day: int = 2) -> str:
    """Replace a text in the file, and commit that if it has a title."""
    text = Path("policy/flows.yaml").read_bytes().decode()
    assert text.count(old) == 1
    write(text.replace(old, new))
    return commit(title, day) if title else ""


def of(declared: tuple[str, str], source: str = "policy", file: str = "flows.yaml") -> str:
    """The title of the commit, `?` where git knows none, empty for one that is not yet made."""
    path = Path(source, file)
    text = path.read_bytes().decode() if path.exists() else git("show", f"{source}/{file}")
    found = Commits(source).of(declared, file, text)
    return "?" if found is None else found.title


def gone(declared: tuple[str, str], source: str = "policy", file: str = "flows.yaml") -> str:
    """The same of a declaration that is not there any more."""
    found = Commits(source).of(declared, file, "")
    return "?" if found is None else found.title


# ── What touches a declaration ───────────────────────────────────────────────────────────────────


def test_a_commit_has_its_hash_day_and_title() -> None:
    made = change("[a, b]", "[a]", "Title: with a colon, “quotes” and é", day=7)
    text = Path("policy/flows.yaml").read_text("utf-8")
    expected = Commit(made, "2026-05-07", "Title: with a colon, “quotes” and é")
    assert Commits("policy").of(ONE, "flows.yaml", text) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[a, b]", "[a, b, c]"),
        ("    label: One\n", ""),
        ("    reference: required\n", ""),
        ("    reference: required\n", "    reference: required\n    effect: log\n"),
    ],
    ids=["changed", "first line gone", "last line gone", "line put in at the end"],
)
def test_a_line_changed_gone_or_put_in_touches_its_own_declaration_alone(
    old: str, new: str
) -> None:
    change(old, new, "The second")
    assert (of(ONE), of(TWO)) == ("The second", "The first")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# Flows\n", "# Flows\n# and more\n\n"),
        ("  two:\n", "  # Two\n\n  two:\n"),
        ("    reference: required\n\n", "    reference: required\n"),
        ("  two:\n", "  between: {label: Between}\n  two:\n"),
        ("  one: {label: None}", "  one: {label: Other}"),
    ],
    ids=["lines above", "comment", "blank line", "another declaration", "of another section"],
)
def test_what_stands_around_it_does_not_touch_a_declaration(old: str, new: str) -> None:
    change(old, new, "The second")
    assert (of(ONE), of(TWO)) == ("The first", "The first")


def test_of_several_commits_the_last_that_touched_it_is_told() -> None:
    change("[a, b]", "[a]", "The second", day=2)
    change("label: Two", "label: Second", "The third", day=3)
    change("[a]", "[c]", "The fourth", day=4)
    change("label: Second", "label: Zwei", "The fifth", day=5)
    assert (of(ONE), of(TWO)) == ("The fourth", "The fifth")


def test_one_that_was_changed_back_comes_from_the_commit_that_did() -> None:
    change("[a, b]", "[a]", "The second", day=2)
    change("[a]", "[a, b]", "Back again", day=3)
    assert of(ONE) == "Back again"


def test_an_added_declaration_comes_from_the_commit_that_added_it() -> None:
    change("prohibitions:", "  three: {label: Three}\nprohibitions:", "The second")
    assert (of(("flows", "three")), of(TWO)) == ("The second", "The first")


@pytest.mark.parametrize("written", ["'two':", '"two":', "two :"])
def test_the_key_may_be_written_as_yaml_allows(written: str) -> None:
    change("two:", written, "The second")
    assert of(TWO) == "The second"


def test_line_ends_are_no_part_of_a_declaration() -> None:
    write(FIRST.replace("\n", "\r\n"))
    commit("Windows", day=2)
    assert of(ONE) == "The first"


def test_what_is_written_on_the_line_of_its_section_is_not_understood() -> None:
    write("flows: {one: {label: One}}\n")
    commit("In one line")
    assert of(ONE) == "?"


# ── What is gone ─────────────────────────────────────────────────────────────────────────────────


def test_a_removed_declaration_went_with_the_commit_that_removed_it() -> None:
    change("  two:\n    label: Two\n", "", "Two goes", day=2)
    change("[a, b]", "[a]", "Something else", day=3)
    assert gone(TWO) == "Two goes"


def test_one_that_came_back_and_went_again_went_with_the_last_commit() -> None:
    two = "  two:\n    label: Two\n"
    change(two, "", "Two goes", day=2)
    change("prohibitions:", f"{two}prohibitions:", "Two is back", day=3)
    change(two, "", "Two goes again", day=4)
    change("label: None", "label: two", "Something else", day=5)
    assert gone(TWO) == "Two goes again"


def test_the_same_id_in_another_section_is_another_declaration() -> None:
    change("prohibitions:\n  one: {label: None}\n", "", "The prohibition goes", day=2)
    assert (gone(("prohibitions", "one")), of(ONE)) == ("The prohibition goes", "The first")


def test_a_whole_file_takes_its_declarations_with_it(repository: Path) -> None:
    write("facts:\n  f: {label: F}\n", "policy/facts.yaml")
    commit("Facts", day=2)
    (repository / "policy/facts.yaml").unlink()
    commit("No facts", day=3)
    assert gone(("facts", "f"), file="facts.yaml") == "No facts"


def test_what_was_never_there_went_with_no_commit() -> None:
    assert gone(("flows", "ghost")) == "?"
    assert gone(("flows", "ghost"), file="ghosts.yaml") == "?"


# ── What is not committed ────────────────────────────────────────────────────────────────────────


def test_what_is_changed_and_not_committed_has_no_commit_yet() -> None:
    change("[a, b]", "[a]")
    assert (of(ONE), of(TWO)) == ("", "The first")
    git("add", "--all")
    assert of(ONE) == ""


def test_what_is_removed_and_not_committed_has_no_commit_yet() -> None:
    change("  two:\n    label: Two\n", "")
    assert gone(TWO) == ""


def test_a_new_file_and_a_repository_without_commits_have_none_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("facts:\n  f: {label: F}\n", "policy/facts.yaml")
    assert of(("facts", "f"), file="facts.yaml") == ""
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    git("init", "--quiet")
    write(FIRST)
    assert of(ONE) == ""


# ── Where the policy is ──────────────────────────────────────────────────────────────────────────


def test_in_a_revision_no_later_commit_counts() -> None:
    git("tag", "v1")
    change("[a, b]", "[a]", "The second", day=2)
    change("[a]", "[]")
    assert (of(ONE, "HEAD:policy"), of(ONE, "v1:policy"), of(ONE)) == (
        *("The second", "The first", ""),
    )


@pytest.mark.parametrize("folder", [".", "deep/down", "a b/é 図 [x]*", ":(top)x"])
def test_the_folder_may_be_anywhere_and_called_anything(
    repository: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    write(FIRST, f"{folder}/own.yaml")
    commit("In a folder", day=2)
    write(FIRST.replace("label: Two", "label: 2"), f"{folder}/own.yaml")
    commit("Two is 2", day=3)
    inside = "" if folder == "." else folder
    for source in (folder, f"HEAD:{inside}"):
        text = Path(folder, "own.yaml").read_text("utf-8")
        commits = Commits(source)
        told = [commits.of(each, "own.yaml", text) for each in (ONE, TWO)]
        assert [each and each.title for each in told] == ["In a folder", "Two is 2"]
    (repository / "below").mkdir()
    monkeypatch.chdir(repository / "below")
    found = Commits(f"HEAD:{inside}").of(TWO, "own.yaml", text)
    assert found is not None
    assert found.title == "Two is 2"


def test_a_bare_repository_knows_its_commits(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change("label: Two", "label: Zwei", "The second", day=2)
    git("clone", "--quiet", "--bare", str(repository), str(tmp_path / "bare.git"))
    monkeypatch.chdir(tmp_path / "bare.git")
    assert (of(TWO, "HEAD:policy"), of(ONE, "HEAD:policy")) == ("The second", "The first")


def test_a_bundle_and_a_folder_outside_a_repository_have_no_commits(tmp_path: Path) -> None:
    Path("town.bundle").write_bytes(b"x")
    assert Commits("town.bundle").of(ONE, "flows.yaml", FIRST) is None
    write(FIRST, str(tmp_path / "outside/flows.yaml"))
    assert Commits(str(tmp_path / "outside")).of(ONE, "flows.yaml", FIRST) is None


def test_without_git_there_are_no_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert Commits("policy").of(ONE, "flows.yaml", FIRST) is None


# ── Histories that are no line ───────────────────────────────────────────────────────────────────


def branches() -> None:
    """`side` takes two away; meanwhile one changes on `main`."""
    git("checkout", "--quiet", "-b", "side")
    change("  two:\n    label: Two\n", "", "Two goes", day=2)
    git("checkout", "--quiet", "main")
    change("[a, b]", "[a]", "One changes", day=3)


def test_a_merge_is_not_told_of_what_one_of_its_branches_did() -> None:
    branches()
    git("merge", "--quiet", "--no-ff", "--message", "The merge", "side", day=4)
    assert (of(ONE), gone(TWO)) == ("One changes", "Two goes")


def test_a_merge_is_told_of_what_it_did_itself() -> None:
    branches()
    git("merge", "--quiet", "--no-ff", "--no-commit", "side", day=4)
    change("[a]", "[z]", "The merge, and more", day=4)
    assert (of(ONE), gone(TWO)) == ("The merge, and more", "Two goes")


def test_commits_to_other_files_lie_between() -> None:
    for day in (2, 3):
        write(f"{day}", "README.md")
        commit(f"Read me {day}", day)
        change("label: Two", f"label: Two\n    # {day}", "A comment", day)
    change("[a, b]", "[a]", "One changes", day=4)
    write("5", "README.md")
    commit("Read me 5", 5)
    assert (of(ONE), of(TWO)) == ("One changes", "The first")


def test_beyond_a_shallow_clone_nothing_is_told(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change("label: Two", "label: Zwei", "The second", day=2)
    change("[a, b]", "[a]", "The third", day=3)
    for depth, expected in (
        (1, ("?", "?")),
        (2, ("The third", "?")),
        (3, ("The third", "The second")),
    ):
        clone = tmp_path / f"depth-{depth}"
        git("clone", "--quiet", f"--depth={depth}", f"file://{repository}", str(clone))
        monkeypatch.chdir(clone)
        assert (of(ONE), of(TWO)) == expected


def test_a_very_long_history_is_looked_at_as_far_as_it_is_of_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("doelbinding.loader.commits._MOST_VERSIONS", 2)
    change("label: Two", "label: Zwei", "The second", day=2)
    change("label: Zwei", "label: Deux", "The third", day=3)
    assert (of(TWO), of(ONE)) == ("The third", "?")


def test_settings_of_the_user_add_nothing_to_what_git_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = "[log]\nshowSignature = true\ndecorate = full\n[color]\nui = always\n"
    (tmp_path / "settings").write_text(f"{settings}[core]\nquotePath = true\n", "utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "settings"))
    assert of(ONE) == "The first"
