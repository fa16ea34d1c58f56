"""The GitHub Action, as far as it can be tried without GitHub.

Its file is read; its steps run by the real bash, in a clone of a real repository. What the runner
does, `workflow` does; `gh` is a stand-in that keeps comments in a file.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.adoption.scratch import Scratch, scratch_in
from tests.adoption.workflow import Job, job
from tests.docs.pages import ROOT, read

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]

STAND_IN = """#!/bin/sh
echo "doelbinding $*" >> "$HOME/calls"
while [ $# -gt 0 ]; do
  case "$1" in
    --output) shift; echo "from $0" > "$1" ;;
    validate|test|prove|diff) command="$1" ;;
  esac
  shift
done
exit "$(cat "$HOME/code-of-$command" 2>/dev/null || echo 0)"
"""
"""A doelbinding that says how it was called, and ends as a test wants."""

GH = """#!/usr/bin/env python3
import json, os, pathlib, subprocess, sys

assert os.environ["GH_TOKEN"] == "a-token"
kept = pathlib.Path(os.environ["HOME"], "comments.json")
comments = json.loads(kept.read_text()) if kept.exists() else []
words = sys.argv[1:]
if "--jq" in words:
    assert words[:3] == ["api", "--paginate", "repos/town/library/issues/12/comments"]
    asked = ["jq", "-r", words[words.index("--jq") + 1]]
    sys.exit(subprocess.run(asked, input=json.dumps(comments), text=True).returncode)
assert words[:3] == ["api", "--silent", "--method"] and words[5] == "-F"
body = pathlib.Path(words[6].removeprefix("body=@")).read_text()
if words[3:5] == ["POST", "repos/town/library/issues/12/comments"]:
    comments.append({"id": 100 + len(comments), "user": {"type": "Bot"}, "body": body})
else:
    assert words[3] == "PATCH"
    number = int(words[4].removeprefix("repos/town/library/issues/comments/"))
    next(each for each in comments if each["id"] == number)["body"] = body
kept.write_text(json.dumps(comments))
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A shallow clone of a repository, as a runner checks it out."""
    scratch = scratch_in(tmp_path)
    scratch.repository.rename(tmp_path / "origin")
    return scratch


def origin(scratch: Scratch) -> Path:
    return scratch.folder / "origin"


def checked_out(scratch: Scratch, branch: str = "change", depth: int = 1) -> Scratch:
    """The repository at the tip of a branch."""
    shutil.rmtree(scratch.repository, ignore_errors=True)
    address = f"file://{origin(scratch)}"
    options = ("--quiet", f"--depth={depth}", f"--branch={branch}")
    scratch.git("clone", *options, address, str(scratch.repository), where=scratch.folder)
    return scratch


def changed(scratch: Scratch, branch: str = "change") -> dict[str, Any]:
    """A branch with a change in the origin; the event of the pull request for it."""
    base = scratch.git("rev-parse", "main", where=origin(scratch))
    scratch.git("switch", "--quiet", "--create", branch, where=origin(scratch))
    flows = origin(scratch) / "policy/flows.yaml"
    text = flows.read_text("utf-8")
    flows.write_text(text.replace("    when: member-request  ", "    #"), "utf-8")
    facts = origin(scratch) / "policy/facts.yaml"
    facts.write_text(facts.read_text("utf-8").replace("member-request:", "spare:"), "utf-8")
    scratch.git("commit", "--quiet", "--all", "-m", "Wider", where=origin(scratch))
    scratch.git("switch", "--quiet", "main", where=origin(scratch))
    return {"pull_request": {"number": 12, "base": {"sha": base}}}


def stood_in(scratch: Scratch, **codes: int) -> None:
    scratch.program("doelbinding", STAND_IN)
    scratch.program("python", '#!/bin/sh\necho "python $*" >> "$HOME/calls"\n')
    scratch.program("gh", GH)
    for command, code in codes.items():
        (scratch.temp / f"code-of-{command}").write_text(str(code))


def calls(scratch: Scratch) -> list[str]:
    return (scratch.temp / "calls").read_text("utf-8").splitlines()


# ── What its file says ───────────────────────────────────────────────────────────────────────────


def test_no_expression_stands_in_a_script() -> None:
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert len(scripts) > 5
    assert not [script for script in scripts if "${{" in script]


def test_nothing_is_used_but_what_sets_up_python() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert [each.partition("@")[0] for each in used] == ["actions/setup-python"]


def test_its_page_tells_of_every_input_and_output() -> None:
    page = read("docs/how-to/github.md")
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"| `{name}` |" in page


# ── Its steps ────────────────────────────────────────────────────────────────────────────────────


def run(scratch: Scratch, event: dict[str, Any], **inputs: str) -> Job:
    return job(scratch, ACTION, event, **inputs).run()


def test_it_installs_itself_unless_a_release_is_named(scratch: Scratch) -> None:
    checked_out(scratch, "main")
    stood_in(scratch)
    run(scratch, {})
    run(scratch, {}, version="1.2")
    installed = [call for call in calls(scratch) if call.startswith("python")]
    assert installed == [
        f"python -m pip install --quiet {scratch.folder / 'action'}",
        "python -m pip install --quiet doelbinding==1.2",
    ]


def test_every_step_is_run_and_the_job_succeeds_when_all_is_well(scratch: Scratch) -> None:
    event = changed(scratch)
    checked_out(scratch)
    stood_in(scratch)
    done = run(scratch, event)
    assert not done.failed
    assert [call.split()[1] for call in calls(scratch)[1:]] == ["validate", "test", "prove", "diff"]
    assert done.outputs["differences"].endswith(".md")
    assert done.outputs["sarif"] == ""


@pytest.mark.parametrize("broken", ["validate", "test", "prove", "diff"])
@pytest.mark.parametrize("code", [1, 2, 3])
def test_every_step_is_run_and_the_job_fails_when_one_failed(
    scratch: Scratch, broken: str, code: int
) -> None:
    event = changed(scratch)
    checked_out(scratch)
    stood_in(scratch, **{broken: code})
    done = run(scratch, event)
    assert done.failed
    assert [*done.outcomes.values()].count("failure") == 1
    assert [call.split()[1] for call in calls(scratch)[1:]] == ["validate", "test", "prove", "diff"]
    assert done.outcomes["Comment on the pull request"] == "success"


def test_nothing_is_run_by_what_could_not_be_installed(scratch: Scratch) -> None:
    event = changed(scratch)
    checked_out(scratch)
    stood_in(scratch)
    scratch.program("python", "#!/bin/sh\nexit 1\n")
    done = run(scratch, event, sarif="findings.sarif")
    assert done.failed
    assert done.outcomes == {"Install doelbinding": "failure"}


def test_without_a_pull_request_nothing_is_compared_unless_asked(scratch: Scratch) -> None:
    checked_out(scratch, "main")
    stood_in(scratch)
    assert "Compare" not in run(scratch, {}).outcomes
    done = run(scratch, {}, against="HEAD")
    assert done.outcomes["Compare"] == "success"
    assert "Comment on the pull request" not in done.outcomes


@pytest.mark.parametrize("named", ["", "main", "origin/main"])
def test_a_base_that_a_shallow_clone_lacks_is_fetched(scratch: Scratch, named: str) -> None:
    event = changed(scratch)
    checked_out(scratch)
    stood_in(scratch)
    base = event["pull_request"]["base"]["sha"]
    assert scratch.run("git", "cat-file", "-e", base).code != 0
    assert not run(scratch, event, against=named).failed
    assert f"--against {base} " in calls(scratch)[-1]


def test_a_base_that_is_nowhere_fails_the_job_and_says_so(scratch: Scratch) -> None:
    event = changed(scratch)
    checked_out(scratch)
    stood_in(scratch)
    done = run(scratch, event, against="no-such-branch")
    assert done.failed
    assert "no-such-branch" in done.log["Compare"]
    report = (scratch.temp / "doelbinding-differences.md").read_text("utf-8")
    assert report == "Not compared; the log of this run says why.\n"
    assert done.outputs["differences"] == str(scratch.temp / "doelbinding-differences.md")


def test_a_policy_that_is_new_is_compared_with_nothing(scratch: Scratch) -> None:
    event = changed(scratch)
    checked_out(scratch)
    stood_in(scratch)
    scratch.git("mv", "policy", "elsewhere")
    done = run(scratch, event, policy="elsewhere")
    assert not done.failed
    assert "diff" not in [call.split()[1] for call in calls(scratch)]
    assert "the policy is new" in (scratch.temp / "summary.md").read_text("utf-8")


def test_a_policy_named_by_its_whole_path_is_compared(scratch: Scratch) -> None:
    event = changed(scratch)
    checked_out(scratch)
    stood_in(scratch)
    run(scratch, event, policy=str(scratch.repository / "policy"))
    assert "diff" in [call.split()[1] for call in calls(scratch)]
    assert "the policy is new" not in (scratch.temp / "summary.md").read_text("utf-8")


def test_findings_are_written_as_sarif_only_when_asked(scratch: Scratch) -> None:
    checked_out(scratch, "main")
    stood_in(scratch)
    done = run(scratch, {}, sarif="out.sarif")
    assert done.outputs["sarif"] == "out.sarif"
    assert (scratch.repository / "out.sarif").exists()
    assert "--exit-zero --format sarif --output out.sarif" in "\n".join(calls(scratch))


@pytest.mark.parametrize(
    "hostile", ["$(touch ran)", "`touch ran`", '"; touch ran; "', "a b", "--upload-pack=touch ran"]
)
def test_a_hostile_name_is_a_name_and_nothing_is_run(scratch: Scratch, hostile: str) -> None:
    event = changed(scratch)
    checked_out(scratch)
    stood_in(scratch)
    scratch.git("mv", "policy", f"./{hostile}")
    scratch.commit("A name")
    done = run(scratch, event, policy=hostile, sarif=hostile + ".sarif", fail_on=hostile)
    assert not [step for step in done.log if step != "Compare" and done.outcomes[step] != "success"]
    assert f"doelbinding validate --policy {hostile} --format github" in calls(scratch)
    assert run(scratch, event, against=hostile).failed
    assert not [*scratch.folder.rglob("ran")]


@pytest.mark.parametrize("branch", ["$(touch${IFS}ran)", "a;touch${IFS}ran", "`x`", "it's"])
def test_a_hostile_branch_is_compared_like_another(scratch: Scratch, branch: str) -> None:
    event = changed(scratch, branch)
    checked_out(scratch, "main")
    stood_in(scratch)
    tip = scratch.git("rev-parse", branch, where=origin(scratch))
    assert not run(scratch, event, against=branch).failed
    assert f"--against {tip} " in calls(scratch)[-1]
    assert not [*scratch.folder.rglob("ran")]


# ── Its comment ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def commenting(scratch: Scratch) -> Scratch:
    if shutil.which("jq") is None:
        pytest.skip("jq is not here, so no comment was looked for as `gh --jq` does")
    return scratch


def comments(scratch: Scratch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((scratch.temp / "comments.json").read_text("utf-8"))
    return found


def test_there_is_one_comment_which_is_kept_up_to_date(commenting: Scratch) -> None:
    event = changed(commenting)
    checked_out(commenting)
    stood_in(commenting)
    run(commenting, event)
    (first,) = comments(commenting)
    stood_in(commenting)
    commenting.program("doelbinding", STAND_IN.replace("from $0", "something else"))
    run(commenting, event)
    (second,) = comments(commenting)
    assert first["id"] == second["id"]
    assert first["body"] != second["body"]
    assert "something else" in second["body"]
    assert re.match(r"<!-- doelbinding [0-9a-f]{40} -->\n", second["body"])
    assert "(https://github.example/town/library/actions/runs/7)" in second["body"]


def test_each_policy_of_a_repository_has_its_own_comment(commenting: Scratch) -> None:
    event = changed(commenting)
    checked_out(commenting)
    stood_in(commenting)
    for _ in range(2):
        run(commenting, event, policy="policy")
        run(commenting, event, policy="other --> policy")
    assert len(comments(commenting)) == 2


def test_a_comment_of_somebody_else_is_left_alone(commenting: Scratch) -> None:
    event = changed(commenting)
    checked_out(commenting)
    stood_in(commenting)
    run(commenting, event)
    theirs = {**comments(commenting)[0], "id": 1, "user": {"type": "User"}}
    (commenting.temp / "comments.json").write_text(json.dumps([theirs]), "utf-8")
    run(commenting, event)
    assert comments(commenting)[0] == theirs
    assert len(comments(commenting)) == 2


def test_a_long_report_is_cut_to_what_a_comment_holds(commenting: Scratch) -> None:
    event = changed(commenting)
    checked_out(commenting)
    stood_in(commenting)
    commenting.program("doelbinding", STAND_IN.replace('"from $0"', '"$(seq 30000)"'))
    assert not run(commenting, event).failed
    assert 50_000 < len(comments(commenting)[0]["body"]) < 65_536


def test_a_comment_that_may_not_be_written_fails_nothing(commenting: Scratch) -> None:
    event = changed(commenting)
    checked_out(commenting)
    stood_in(commenting)
    commenting.program("gh", "#!/bin/sh\necho 'Resource not accessible by integration'; exit 1\n")
    done = run(commenting, event)
    assert done.outcomes["Comment on the pull request"] == "failure"
    assert not done.failed


@pytest.mark.parametrize("wanted", ["false", ""])
def test_no_comment_is_written_unless_wanted(scratch: Scratch, wanted: str) -> None:
    event = changed(scratch)
    checked_out(scratch)
    stood_in(scratch)
    assert "Comment on the pull request" not in run(scratch, event, comment=wanted).outcomes


def test_a_comparison_that_failed_is_no_comparison(commenting: Scratch) -> None:
    event = changed(commenting)
    checked_out(commenting)
    stood_in(commenting, diff=1)
    commenting.program("doelbinding", STAND_IN.replace('echo "from $0" > "$1"', "true"))
    assert run(commenting, event).failed
    assert "Not compared" in comments(commenting)[0]["body"]


# ── With the real commands ───────────────────────────────────────────────────────────────────────


def test_a_change_that_opens_something_is_found_by_each_step(commenting: Scratch) -> None:
    event = changed(commenting)
    checked_out(commenting)
    real = (commenting.folder / "bin/doelbinding").read_text("utf-8")
    stood_in(commenting)
    commenting.program("doelbinding", real)
    done = run(commenting, event)
    assert done.failed
    failed = [name for name, outcome in done.outcomes.items() if outcome == "failure"]
    assert failed == ["Test", "Compare"]
    assert "not-introduced-unasked" in done.log["Test"]
    assert "introduction-to-partner" in comments(commenting)[0]["body"]
    assert "introduction-to-partner" in (commenting.temp / "summary.md").read_text("utf-8")
