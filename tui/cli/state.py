"""What every command is given: whose style, which home, how to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.paths import Home

if TYPE_CHECKING:
    from promptstyle.core.library import Library

DEFAULT_PROFILE = "default"


@dataclass
class State:
    """The options that stand before or after any command's name."""

    profile: str = DEFAULT_PROFILE
    # Whether `profile` was asked for, and is not only what goes without saying.
    named: bool = False
    json: bool = False
    debug: bool = False
    # As typed; for options that are looked at before the others are parsed.
    arguments: Sequence[str] = field(default_factory=tuple)

    @cached_property
    def home(self) -> Home:
        """The folders of this installation, created when first asked for."""
        return Home.locate().ensure()

    @contextmanager
    def library(self) -> Iterator[Library]:
        """The library, whichever profiles it has."""
        from promptstyle.core.library import Library

        with Library(self.home.database) as library:
            yield library

    @contextmanager
    def own_library(self, *, create: bool = False) -> Iterator[Library]:
        """The library, in which the profile of this call exists.

        With `create` it may be missing: adding likes to it makes it (`import` and `add`).
        `default` is there always. Any other missing profile raises PromptstyleError.
        """
        from promptstyle.core.library.profiles import check_profile_name

        check_profile_name(self.profile)
        with self.library() as library:
            self.profile = library.spelling(self.profile)
            if not create:
                self._require_profile(library)
            yield library

    def check_owner(self, owner: str, what: str) -> None:
        """Raise PromptstyleError where `--profile` names another profile than `owner`.

        Without `--profile` an id or a run says by itself whose it is. `what` names it.
        """
        if self.named and owner != self.profile:
            raise PromptstyleError(
                f"{what} is of the profile {owner!r}, not of {self.profile!r}",
                f"say --profile {owner}, or leave --profile out",
                code="other_profile",
            )

    def _require_profile(self, library: Library) -> None:
        try:
            library.profile(self.profile)
        except PromptstyleError as error:
            if error.code != "no_profile" or self.profile != DEFAULT_PROFILE:
                raise
            library.ensure_profile(self.profile)
