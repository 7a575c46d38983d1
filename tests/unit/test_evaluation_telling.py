"""Progress of several workers, told as if one after the other had worked."""

from __future__ import annotations

import random
import threading

import pytest

from promptstyle.core.evaluation.telling import InOrder


def test_one_is_told_of_at_a_time() -> None:
    heard: list[tuple[str, int, int]] = []
    telling = InOrder(lambda *said: heard.append(said), ["a", "b", "c"])
    telling.tell("b", 0, 2)
    telling.tell("a", 0, 2)
    telling.tell("b", 1, 2)
    telling.tell("a", 1, 2)
    assert heard == [("a", 0, 2), ("a", 1, 2)]
    telling.over("c")
    telling.over("a")
    assert heard[2:] == [("b", 1, 2)]
    telling.over("b")
    telling.tell("c", 1, 2)
    assert heard[3:] == []


def test_it_grows_whatever_the_threads_do() -> None:
    heard: list[tuple[str, int, int]] = []
    telling = InOrder(lambda *said: heard.append(said), list("abcd"))

    def work(names: str) -> None:
        for name in names:
            for done in range(50):
                telling.tell(name, done, 50)
                if random.random() < 0.1:
                    threading.Event().wait(0.0005)
            telling.over(name)

    workers = [threading.Thread(target=work, args=(names,)) for names in ("ab", "cd")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert heard == sorted(heard)
    assert {name for name, _, _ in heard} == set("abcd")


def test_what_the_listener_raises_reaches_the_worker() -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    telling = InOrder(stop, ["a", "b"])
    telling.tell("b", 0, 1)
    with pytest.raises(KeyboardInterrupt):
        telling.tell("a", 0, 1)
    with pytest.raises(KeyboardInterrupt):
        telling.over("a")
