"""What holds something open, and is left with `with`."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

Own = TypeVar("Own", bound="Closing")


class Closing:
    """A context manager whose end is `close`, which may be called more than once."""

    def close(self) -> None:
        """Give back what is held."""
        raise NotImplementedError

    def __enter__(self: Own) -> Own:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
