"""The one error of this package."""

from __future__ import annotations


class ConvertError(Exception):
    """Weights could not be converted: `message` says why, `hint` what to do, a line each."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
