"""What the tests of the loader begin with."""

from pathlib import Path

import pytest

from tests.rules.examples import write_base


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the small valid policy on which the examples of the rules rest."""
    return write_base(tmp_path / "policy")
