"""What `import doelbinding` gives, and what it may cost."""

import subprocess
import sys
from importlib.resources import files

import pytest

import doelbinding

# Names here are promises: add to them; take one away only with a note in CHANGELOG.md.
PUBLIC_NAMES = [
    "AuditLog",
    "Decision",
    "DoelbindingError",
    "Effect",
    "Facts",
    "Finding",
    "Gate",
    "Limits",
    "Passage",
    "Policy",
    "PolicyError",
    "Reason",
    "Receipt",
    "Remedy",
    "Route",
    "Severity",
    "SourceError",
    "StoreError",
    "TransferDenied",
    "Withheld",
]

# Loaded when they are first needed, not before.
NOT_LOADED_AT_IMPORT = ["click", "jsonschema", "networkx", "sqlite3", "yaml"]


def test_the_public_names_are_these() -> None:
    assert sorted(doelbinding.__all__) == PUBLIC_NAMES


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_a_public_name_can_be_had_and_is_listed(name: str) -> None:
    assert getattr(doelbinding, name) is not None
    assert name in dir(doelbinding)


def test_a_wrong_name_is_an_attribute_error_that_says_which() -> None:
    with pytest.raises(AttributeError, match="Polcy"):
        getattr(doelbinding, "Polcy")  # noqa: B009 - the type checkers know the name is wrong


def test_importing_the_package_loads_no_heavy_library() -> None:
    script = "import sys, doelbinding; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", script], text=True).split()
    assert not set(NOT_LOADED_AT_IMPORT) & set(loaded)


@pytest.mark.parametrize("package", ["doelbinding", "doelbinding_adapters"])
def test_the_package_says_that_it_is_typed(package: str) -> None:
    assert files(package).joinpath("py.typed").is_file()
