"""The GitLab template, as far as it can be tried without GitLab.

Its file is read, inputs filled in; the scripts of its jobs run by the real bash, in a real
repository. The comment goes to a stand-in for the API, on this machine.
"""

import json
import re
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import yaml

from tests.adoption.scratch import Ran, Scratch, scratch_in
from tests.docs.pages import ROOT, read

TEXT = (ROOT / "templates/doelbinding.yml").read_text("utf-8")
HEAD, BODY = TEXT.split("\n---\n")
INPUTS: dict[str, dict[str, Any]] = yaml.safe_load(HEAD)["spec"]["inputs"]
CHECKS = ("validate", "test", "prove")

STAND_IN = """#!/bin/sh
echo "doelbinding $*" >> "$HOME/calls"
code=$(cat "$HOME/code" 2>/dev/null || echo 0)
while [ $# -gt 0 ]; do
  case "$1" in
    --output) shift; echo "a report" > "$1" ;;
    --exit-zero | none) code=0 ;;
  esac
  shift
done
exit "$code"
"""


def filled(**given: str) -> dict[str, dict[str, Any]]:
    """The jobs, as GitLab reads them once the inputs are filled in."""
    values = {name: given.get(name, declared.get("default")) for name, declared in INPUTS.items()}
    jobs: dict[str, dict[str, Any]] = _filled(yaml.safe_load(BODY), values)
    return {
        name: _over(jobs.get(job.get("extends", ""), {}), job)
        for name, job in jobs.items()
        if not name.startswith(".")
    }


def _filled(part: Any, values: dict[str, Any]) -> Any:
    if isinstance(part, dict):
        return {key: _filled(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(item, values) for item in part]
    if isinstance(part, str):
        return re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda found: values[found[1]], part)
    return part


def _over(base: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    """A job over what it extends: mappings are merged, lists replaced."""
    merged = {**base, **job}
    for key in base.keys() & job.keys():
        if isinstance(base[key], dict):
            merged[key] = _over(base[key], job[key])
    return merged


def run(scratch: Scratch, name: str, job: dict[str, Any], **variables: str) -> Ran:
    """The script of a job, as a runner gives it to the shell."""
    given = {
        key: str(value["value"] if isinstance(value, dict) else value)
        for key, value in job["variables"].items()
    }
    script = scratch.temp / f"{name}.sh"
    script.write_text("\n".join([*job["before_script"], *job["script"]]) + "\n", "utf-8")
    bash = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script))
    return scratch.run(*bash, env={**given, **variables})


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    scratch = scratch_in(tmp_path)
    scratch.program("python", '#!/bin/sh\necho "python $*" >> "$HOME/calls"\n')
    return scratch


@pytest.fixture
def stood_in(scratch: Scratch) -> Scratch:
    """A doelbinding that says how it was called, and ends as a test wants."""
    scratch.program("doelbinding", STAND_IN)
    return scratch


def calls(scratch: Scratch) -> list[str]:
    return (scratch.temp / "calls").read_text("utf-8").splitlines()


# ── What its file says ───────────────────────────────────────────────────────────────────────────


def test_no_input_stands_in_a_script() -> None:
    jobs = yaml.safe_load(BODY)
    scripts = [(job.get("script"), job.get("before_script")) for job in jobs.values()]
    assert "$[[" not in json.dumps(scripts)


def test_what_is_installed_must_be_said() -> None:
    assert [name for name, declared in INPUTS.items() if "default" not in declared] == ["install"]


def test_its_page_tells_of_every_input() -> None:
    page = read("docs/how-to/gitlab.md")
    assert [name for name in INPUTS if f"| `{name}` |" not in page] == []


# ── Its jobs ─────────────────────────────────────────────────────────────────────────────────────


def test_one_job_for_each_check_keeps_a_report_and_shows_a_text(stood_in: Scratch) -> None:
    job = filled(install="a-package")["doelbinding"]
    assert job["parallel"]["matrix"] == [{"CHECK": [*CHECKS]}]
    assert job["artifacts"]["when"] == "always"
    for check in CHECKS:
        assert run(stood_in, "doelbinding", job, CHECK=check).code == 0
        assert (stood_in.repository / f"doelbinding-{check}.xml").exists()
    assert calls(stood_in)[0] == "python -m pip install --quiet a-package"


@pytest.mark.parametrize("code", [1, 2, 3])
def test_a_job_fails_with_its_check_and_the_report_is_kept(stood_in: Scratch, code: int) -> None:
    (stood_in.temp / "code").write_text(str(code))
    job = filled(install="a-package")["doelbinding"]
    assert run(stood_in, "doelbinding", job, CHECK="test").code == code
    assert (stood_in.repository / "doelbinding-test.xml").exists()


@pytest.mark.parametrize("hostile", ["$(touch ran)", "`touch ran`", '"; touch ran; "', "a b"])
def test_a_hostile_input_is_a_name_and_nothing_is_run(stood_in: Scratch, hostile: str) -> None:
    stood_in.git("mv", "policy", hostile)
    base = stood_in.commit("A name")
    jobs = filled(**{"install": hostile, "policy": hostile, "fail-on": hostile})
    assert run(stood_in, "doelbinding", jobs["doelbinding"], CHECK="test").code == 0
    differences = jobs["doelbinding-differences"]
    ran = run(stood_in, "differences", differences, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert ran.code == 0
    assert f"diff --against {base} --policy {hostile} --fail-on {hostile}" in calls(stood_in)[-1]
    assert not [*stood_in.folder.rglob("ran")]


def test_differences_are_an_artifact_and_fail_the_job_as_asked(stood_in: Scratch) -> None:
    base = stood_in.git("rev-parse", "HEAD")
    job = filled(install="a-package")["doelbinding-differences"]
    assert run(stood_in, "differences", job, CI_MERGE_REQUEST_DIFF_BASE_SHA=base).code == 0
    (stood_in.temp / "code").write_text("1")
    assert run(stood_in, "differences", job, CI_MERGE_REQUEST_DIFF_BASE_SHA=base).code == 1
    assert (stood_in.repository / job["artifacts"]["paths"][0]).read_text() == "a report\n"
    assert "--fail-on widened" in calls(stood_in)[-1]


def test_a_policy_that_is_new_is_compared_with_nothing(stood_in: Scratch) -> None:
    base = stood_in.git("rev-parse", "HEAD")
    stood_in.git("mv", "policy", "elsewhere")
    job = filled(install="a-package", policy="elsewhere")["doelbinding-differences"]
    ran = run(stood_in, "differences", job, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert ran.code == 0
    assert "the policy is new" in ran.out
    assert not [call for call in calls(stood_in) if "diff" in call]


def test_the_real_commands_find_a_change_that_opens_something(scratch: Scratch) -> None:
    base = scratch.git("rev-parse", "HEAD")
    scratch.change("policy/flows.yaml", "    when: member-request  ", "    #")
    scratch.change("policy/facts.yaml", "member-request:", "spare:")
    jobs = filled(install="a-package")
    codes = [run(scratch, "check", jobs["doelbinding"], CHECK=check).code for check in CHECKS]
    assert codes == [0, 1, 0]
    report = (scratch.repository / "doelbinding-test.xml").read_text("utf-8")
    assert "not-introduced-unasked" in report
    differences = jobs["doelbinding-differences"]
    ran = run(scratch, "differences", differences, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert ran.code == 1, ran.out
    shown = (scratch.repository / "doelbinding-differences.md").read_text("utf-8")
    assert "introduction-to-partner" in shown


# ── Its comment ──────────────────────────────────────────────────────────────────────────────────


class Api(BaseHTTPRequestHandler):
    """Notes of one merge request, a hundred to a page, newest first."""

    notes: ClassVar[list[dict[str, Any]]] = []

    def do_GET(self) -> None:
        assert self.headers["PRIVATE-TOKEN"] == "a-token"
        if self.path == "/api/v4/user":
            return self._answer({"id": 7})
        found = re.fullmatch(
            r"/api/v4/projects/3/merge_requests/12/notes\?per_page=100&page=(\d+)", self.path
        )
        assert found
        start = 100 * (int(found[1]) - 1)
        return self._answer(self.notes[::-1][start : start + 100])

    def do_POST(self) -> None:
        assert self.path == "/api/v4/projects/3/merge_requests/12/notes"
        self.notes.append(note(len(self.notes), 7, self._body()))
        self._answer({})

    def do_PUT(self) -> None:
        number = int(self.path.removeprefix("/api/v4/projects/3/merge_requests/12/notes/"))
        self.notes[number]["body"] = self._body()
        self._answer({})

    def _body(self) -> str:
        assert self.headers["PRIVATE-TOKEN"] == "a-token"
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return str(sent["body"])

    def _answer(self, value: Any) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, format: str, *values: Any) -> None:  # noqa: A002 - the base's name
        pass


def note(number: int, author: int, body: str) -> dict[str, Any]:
    return {"id": number, "author": {"id": author}, "body": body}


@pytest.fixture
def api() -> Iterator[dict[str, str]]:
    """The variables by which a job finds the API."""
    Api.notes.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield {
            "CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}/api/v4",
            "CI_MERGE_REQUEST_PROJECT_ID": "3",
            "CI_MERGE_REQUEST_IID": "12",
            "DOELBINDING_TOKEN": "a-token",
        }
        server.shutdown()


def comment(scratch: Scratch, api: dict[str, str], report: str, policy: str = "policy") -> Ran:
    scratch.program("python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    scratch.write("doelbinding-differences.md", report)
    job = filled(install="a-package", policy=policy)["doelbinding-comment"]
    return run(scratch, "comment", job, **api)


def test_there_is_one_comment_which_is_kept_up_to_date(
    scratch: Scratch, api: dict[str, str]
) -> None:
    Api.notes.extend(note(number, 1, "Hello") for number in range(150))
    for report in ("first", "second"):
        assert comment(scratch, api, report).code == 0
    (own,) = Api.notes[150:]
    assert re.fullmatch(r"<!-- doelbinding [0-9a-f]{64} -->\nsecond", own["body"])


def test_each_policy_has_its_own_comment_and_those_of_others_are_left_alone(
    scratch: Scratch, api: dict[str, str]
) -> None:
    comment(scratch, api, "first")
    Api.notes[0]["author"]["id"] = 8
    comment(scratch, api, "second")
    comment(scratch, api, "third", policy="other --> policy")
    assert [each["body"].splitlines()[-1] for each in Api.notes] == ["first", "second", "third"]


def test_no_line_of_a_report_is_a_command_to_gitlab(scratch: Scratch, api: dict[str, str]) -> None:
    comment(scratch, api, "Changes\n/approve\n  /merge\nin policy/flows.yaml\n")
    assert Api.notes[0]["body"].splitlines()[1:] == [
        *("Changes", "&#47;approve", "  &#47;merge", "in policy/flows.yaml"),
    ]


def test_the_comment_waits_for_a_token_and_fails_nothing() -> None:
    job = filled(install="a-package")["doelbinding-comment"]
    assert "$DOELBINDING_TOKEN" in job["rules"][0]["if"]
    assert job["allow_failure"] is True
    assert job["needs"] == ["doelbinding-differences"]
