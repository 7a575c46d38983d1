"""Progress of several workers, told as if one after the other had worked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

Progress = Callable[[str, int, int], None]  # what, done, total; may raise to cancel


class InOrder:
    """Tells of the first of `names` that is not over, and of the next ones when their turn comes.

    Whoever listens hears of one piece of work at a time, in the order of `names`, each never less
    done than before. Safe to use from several threads.
    """

    def __init__(self, progress: Progress, names: Sequence[str]) -> None:
        self._progress, self._left = progress, list(names)
        self._known: dict[str, tuple[int, int]] = {}
        self._over: set[str] = set()
        self._lock = threading.Lock()

    def tell(self, name: str, done: int, total: int) -> None:
        """So much of `name` is done. Raises what `progress` raises."""
        with self._lock:
            self._known[name] = (done, total)
            if self._left and self._left[0] == name:
                self._progress(name, done, total)

    def over(self, name: str) -> None:
        """`name` is done, and whatever is next may be told of. Raises what `progress` raises."""
        with self._lock:
            self._over.add(name)
            while self._left and self._left[0] in self._over:
                self._left.pop(0)
                # What is over by now is told of once, as far as it came.
                if self._left and self._left[0] in self._known:
                    self._progress(self._left[0], *self._known[self._left[0]])
