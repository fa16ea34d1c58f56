"""While a policy is read the cyclic collector is off, and afterwards as it was before."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from doelbinding.errors import SourceError
from doelbinding.loader import load_source, load_texts
from doelbinding.loader.collector import collector_paused


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector as it was, whatever a test does to it."""
    assert gc.isenabled()
    yield
    gc.enable()


def test_the_collector_is_off_within_and_on_again_after() -> None:
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), collector_paused():
        _ = 1 / 0
    assert gc.isenabled()


def test_it_stays_off_until_the_outermost_pause_ends() -> None:
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_one_that_was_off_before_stays_off() -> None:
    gc.disable()
    with collector_paused():
        pass
    assert not gc.isenabled()


def test_of_several_threads_the_last_to_leave_turns_it_on() -> None:
    inside, leave = threading.Event(), threading.Event()

    def reading() -> None:
        with collector_paused():
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=reading)
    with collector_paused():
        other.start()
        assert inside.wait(10)
    assert not gc.isenabled()
    leave.set()
    other.join(10)
    assert gc.isenabled()


def test_reading_a_policy_pauses_it_and_a_broken_one_leaves_it_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[bool] = []

    def declined(*_: object) -> None:
        seen.append(gc.isenabled())

    monkeypatch.setattr("doelbinding.loader.load.read_lines", declined)
    load_texts("policy", [("a.yaml", "a: [b\n")])
    assert seen == [False]
    assert gc.isenabled()
    with pytest.raises(SourceError):
        load_source(tmp_path / "nowhere")
    assert gc.isenabled()
