"""Errors that a person can act on: what happened, and what to do."""

from __future__ import annotations


class PromptstyleError(Exception):
    """Something could not be done.

    `message` says what happened and `hint` what to do, each in one line; `code` is a stable
    word for scripts (the `code` of a `failed` event).
    """

    exit_code = 1

    def __init__(self, message: str, hint: str, *, code: str = "failed") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


class UsageError(PromptstyleError):
    """The call is wrong: an argument that can never work, whatever the state."""

    exit_code = 2

    def __init__(self, message: str, hint: str, *, code: str = "usage") -> None:
        super().__init__(message, hint, code=code)


class Cancelled(PromptstyleError):
    """The user interrupted the work; what was there before still is."""

    exit_code = 130

    def __init__(
        self, message: str = "interrupted", hint: str = "nothing was changed; run it again"
    ) -> None:
        super().__init__(message, hint, code="cancelled")
