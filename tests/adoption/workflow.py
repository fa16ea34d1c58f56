"""Runs the steps of a composite GitHub Action as a runner does, as far as a test needs it.

Expressions are evaluated here; scripts are run by the real bash, with the flags that GitHub gives
it for `shell: bash`. Steps with `uses` are passed over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.adoption.scratch import Scratch

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_TOKEN = re.compile(r"'[^']*'|[\w.-]+(?:\(\))?|&&|\|\||!=|==|!|[()]")
_OPERATORS = {"&&": " and ", "||": " or ", "!": " not ", "!cancelled()": " True "}


@dataclass
class Job:
    """One run of an action: what went before decides what is run, as on a runner."""

    scratch: Scratch
    action: dict[str, Any]
    context: dict[str, Any]
    outcomes: dict[str, str] = field(default_factory=dict[str, str])
    log: dict[str, str] = field(default_factory=dict[str, str])
    failed: bool = False

    def run(self) -> "Job":
        """Run the steps; itself, for what came of them."""
        for step in self.action["runs"]["steps"]:
            if "run" in step and self._is_wanted(step):
                self._run_step(step)
        return self

    @property
    def outputs(self) -> dict[str, str]:
        """What the action hands on."""
        declared = self.action["outputs"].items()
        return {name: self.text(output["value"]) for name, output in declared}

    def text(self, written: str) -> str:
        """A text with its expressions filled in."""
        return _EXPRESSION.sub(lambda found: str(self._value(found[1])), written)

    def _is_wanted(self, step: Mapping[str, Any]) -> bool:
        if "if" not in step:
            return not self.failed
        return bool(self._value(_EXPRESSION.fullmatch(step["if"])[1]))  # type: ignore[index]

    def _run_step(self, step: Mapping[str, Any]) -> None:
        script, written = self.scratch.temp / "step.sh", self.scratch.temp / "output"
        script.write_text(step["run"], "utf-8")
        written.write_text("", "utf-8")
        given = {name: self.text(str(value)) for name, value in step.get("env", {}).items()}
        env = {**self._runner(), **given, "GITHUB_OUTPUT": str(written)}
        assert step["shell"] == "bash"
        bash = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script))
        ran = self.scratch.run(*bash, env=env)
        self.log[step["name"]] = ran.out
        self.outcomes[step["name"]] = "success" if ran.code == 0 else "failure"
        self.failed |= ran.code != 0 and not step.get("continue-on-error", False)
        lines = written.read_text("utf-8").splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        done = {"outcome": self.outcomes[step["name"]], "outputs": outputs}
        self.context["steps"][step.get("id", step["name"])] = done

    def _runner(self) -> dict[str, str]:
        return {
            "GITHUB_ACTION_PATH": str(self.scratch.folder / "action"),
            "GITHUB_REPOSITORY": "town/library",
            "GITHUB_STEP_SUMMARY": str(self.scratch.temp / "summary.md"),
            "RUNNER_TEMP": str(self.scratch.temp),
        }

    def _value(self, expression: str) -> Any:
        tokens = _TOKEN.findall(expression.replace("!cancelled()", "true"))
        return eval("".join(map(self._in_python, tokens)))  # noqa: S307 - of our own action

    def _in_python(self, token: str) -> str:
        if token in _OPERATORS or token in ("(", ")", "==", "!="):
            return _OPERATORS.get(token, token)
        if token == "true":  # noqa: S105 - a word of the language
            return "True"
        return token if token.startswith("'") else repr(self._look_up(token))

    def _look_up(self, path: str) -> Any:
        """What a context holds there; nothing, where it holds nothing, as GitHub reads it."""
        found: Any = self.context
        for step in path.split("."):
            found = found.get(step, "") if isinstance(found, dict) else ""
        return found


def job(scratch: Scratch, action: dict[str, Any], event: Mapping[str, Any], **inputs: str) -> Job:
    """An action about to run, with these inputs (`_` for `-`) and the defaults of the others."""
    github = {
        "event": event,
        "token": "a-token",
        "server_url": "https://github.example",
        "repository": "town/library",
        "run_id": "7",
    }
    made = Job(scratch, action, {"github": github, "steps": {}})
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    assert given.keys() <= action["inputs"].keys()
    made.context["inputs"] = {
        name: given.get(name, made.text(str(declared["default"])))
        for name, declared in action["inputs"].items()
    }
    return made
