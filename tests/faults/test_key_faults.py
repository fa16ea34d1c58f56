"""Keys that are missing, spoilt or of another log: nobody is recorded under none."""

import shutil
from pathlib import Path

import pytest

from doelbinding.audit.log import AuditLog
from doelbinding.errors import StoreError
from doelbinding.gate.passage import TransferDenied
from tests.audit.logs import (
    RECORDED,
    Place,
    clock_at,
    rows,
)
from tests.faults.asking import is_denied


@pytest.fixture
def used(place: Place) -> Place:
    """A log in which a person stands under a key."""
    with place.log() as log:
        place.gate(log).send(**RECORDED, subject_id="Anna")
    return place


def key_of(place: Place) -> Path:
    (key,) = (place.keys / "pseudonyms").iterdir()
    return key


def test_a_log_without_its_keys_is_not_opened(used: Place) -> None:
    shutil.rmtree(used.keys)
    with pytest.raises(StoreError, match="were never used for it"):
        used.log()
    with pytest.raises(StoreError):
        used.log(create=False)


def test_a_log_without_the_key_of_this_quarter_is_not_opened(used: Place) -> None:
    key_of(used).unlink()
    with pytest.raises(StoreError, match="under which the log records, is not in"):
        used.log()


def test_a_key_of_a_quarter_that_is_over_may_be_gone(place: Place) -> None:
    with clock_at("2026-01-10T10:00:00Z"), place.log() as log:
        place.gate(log).send(**RECORDED, subject_id="Anna")
    key_of(place).unlink()
    with place.log() as log:
        assert not is_denied(place.gate(log))


def test_a_log_is_not_opened_with_the_keys_of_another(used: Place) -> None:
    other = Place(used.folder / "other")
    other.folder.mkdir()
    other.log().close()
    with pytest.raises(StoreError, match="belong to another log"):
        AuditLog.sqlite(used.database, keys=other.keys)


@pytest.mark.parametrize("spoil", [b"", b"short\n", bytes(65), b"z" * 64 + b"\n"])
def test_nobody_is_recorded_under_a_key_that_is_spoilt(used: Place, spoil: bytes) -> None:
    key_of(used).write_bytes(spoil)
    with used.log() as log:
        gate = used.gate(log)
        with pytest.raises(TransferDenied):
            gate.send(**RECORDED, subject_id="Anna")
        assert not is_denied(gate)  # without a person no key is needed
    assert b"Anna" not in used.contents()


@pytest.mark.parametrize("act", ["remove", "replace"])
def test_a_key_that_goes_while_it_is_in_use_stays_in_use(used: Place, act: str) -> None:
    with used.log() as log:
        gate = used.gate(log)
        gate.send(**RECORDED, subject_id="Anna")
        key = key_of(used)
        key.unlink() if act == "remove" else key.write_bytes(b"0" * 64 + b"\n")
        gate.send(**RECORDED, subject_id="Anna")
        found = {subject for (subject,) in rows(log, "subject") if subject}
    assert len(found) == 1
    assert b"Anna" not in used.contents()


def test_with_a_new_quarter_comes_a_new_key(used: Place) -> None:
    with used.log() as log:
        gate = used.gate(log)
        for moment in ("2027-01-01T00:00:00Z", "2027-04-01T00:00:00Z"):
            with clock_at(moment):
                gate.send(**RECORDED, subject_id="Anna")
        found = [subject[:7] for (subject,) in rows(log, "subject") if subject]
    assert found[1:] == ["2027-Q1", "2027-Q2"]
