"""What was asked before is remembered, within bounds."""

from doelbinding.decider.memory import Memory


def test_what_was_never_asked_is_not_remembered() -> None:
    memory: Memory[str] = Memory(16)
    assert memory.recall_once("then", "what") is None


def test_what_was_asked_once_is_recalled_and_from_then_on_known() -> None:
    memory: Memory[str] = Memory(16)
    memory.keep("then", "what", "so", 1)
    assert memory.known == {}
    assert memory.recall_once("then", "what") == "so"
    assert memory.recall_once("then", "what") is None
    assert memory.known == {"then": {"what": "so"}}


def test_circumstances_and_questions_are_told_apart() -> None:
    memory: Memory[str] = Memory(16)
    memory.keep("then", "what", "so", 1)
    assert memory.recall_once("now", "what") is None
    assert memory.recall_once("then", "who") is None


def test_questions_that_never_come_again_do_not_push_out_those_that_do() -> None:
    memory: Memory[str] = Memory(16)
    memory.keep("then", "what", "so", 1)
    memory.recall_once("then", "what")
    for number in range(10_000):
        memory.keep("then", number, "new", 1)
        memory.keep(number, "what", "new", 1)
    assert memory.known == {"then": {"what": "so"}}


def test_what_was_asked_once_is_forgotten_when_there_is_no_more_room() -> None:
    memory: Memory[int] = Memory(16)
    for number in range(17):
        memory.keep("then", number, number, 1)
    assert memory.recall_once("then", 15) is None
    assert memory.recall_once("then", 16) == 16


def test_all_that_is_known_is_forgotten_when_there_is_no_more_room() -> None:
    memory: Memory[int] = Memory(16)
    for number in range(17):
        memory.keep("then", number, number, 1)
        memory.recall_once("then", number)
    assert memory.known == {"then": {16: 16}}


def test_a_large_answer_takes_more_room_and_too_large_a_one_is_not_kept() -> None:
    memory: Memory[str] = Memory(64)
    memory.keep("then", "large", "so", 5)
    assert memory.recall_once("then", "large") is None
    for number in range(17):
        memory.keep("then", number, "so", 4)
    assert memory.recall_once("then", 15) is None
    assert memory.recall_once("then", 16) == "so"


def test_circumstances_that_change_each_time_leave_nothing_behind() -> None:
    memory: Memory[str] = Memory(16)
    for number in range(1_000):
        memory.keep(number, "what", "so", 1)
        assert memory.recall_once(number, "what") == "so"
    assert len(memory.known) <= 16
    assert len(memory._once) <= 16
