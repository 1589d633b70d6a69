import os
import sys
import threading

import pytest

from captioner.translate.priority import NICENESS, made_quietly


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_threads_that_are_started_meanwhile_give_way_and_this_one_does_not() -> None:
    if sys.platform != "linux":
        pytest.skip("threads have priorities of their own on Linux only")
    usual = niceness()
    found: list[int] = []

    def make() -> str:
        thread = threading.Thread(target=lambda: found.append(niceness()))
        thread.start()
        thread.join()
        return "made"

    assert made_quietly(make) == "made"
    assert found == [min(usual + NICENESS, 19)]
    assert niceness() == usual


def test_what_goes_wrong_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise RuntimeError("it is broken")

    with pytest.raises(RuntimeError, match="it is broken"):
        made_quietly(fail)
