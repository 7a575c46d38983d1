"""What of a test needs no new model: asked while the new one is still being trained.

Training leaves one core to others (`threads.usual_threads`), and a small model keeps just one
core busy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from promptstyle.core.closing import Closing
from promptstyle.core.errors import Cancelled
from promptstyle.core.evaluation.telling import Progress

Found = TypeVar("Found")


class Ahead(Closing):
    """Does what it is given in another thread, one thing after the other; leaving ends it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead")
        self._leaving = threading.Event()

    def start(self, task: Callable[[Progress], Found]) -> Future[Found]:
        """Begin `task` when those before it are over.

        It tells its progress to a function that tells nobody, and raises Cancelled when it is time
        to leave.
        """
        return self._pool.submit(task, self._still)

    def _still(self, name: str, done: int, total: int) -> None:
        if self._leaving.is_set():
            raise Cancelled

    def close(self) -> None:
        """End what is under way, and forget what was to come."""
        self._leaving.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
