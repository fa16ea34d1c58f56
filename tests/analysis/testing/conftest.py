"""Each test has a current folder of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, in which tests are written."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
