"""What one run of the app works on: the home, whose style, the settings, the library."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from promptstyle.core import settings
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.settings import Settings
from promptstyle.tui.services import Services

if TYPE_CHECKING:
    from promptstyle.core.library import Library
    from promptstyle.core.loaded import Loaded
    from promptstyle.core.writing import Writer


class Session:
    """Two connections to the library, the models, and the writer of the profile that is in use.

    `library` is for the screen: queries that take a millisecond. `background` is for threads,
    so that a long query never keeps the screen waiting for its lock.
    """

    library: Library
    background: Library

    def __init__(self, services: Services, profile: str | None = None) -> None:
        """Read the settings; `open` does the rest. Raises OSError if the folders cannot be."""
        self.services = services
        self.home = services.home.ensure()
        self.settings, self.problems = settings.load(self.home)
        self._asked = profile
        self.profile = profile or self.settings.profile
        self._loaded: Loaded | None = None
        self._writer: Writer | None = None
        self._making = threading.Lock()
        self._opened = ExitStack()

    def open(self) -> None:
        """Open the library, with the profile made if need be. Raises PromptstyleError."""
        from promptstyle.core.library import Library

        with ExitStack() as opened:
            self.library = opened.enter_context(Library(self.home.database))
            self.background = opened.enter_context(Library(self.home.database))
            self.profile = self._first_profile()
            self._opened = opened.pop_all()

    @property
    def writer(self) -> Writer:
        """Writes for the profile in use; made when it is first asked for, from any thread."""
        from promptstyle.core.loaded import Loaded
        from promptstyle.core.writing import Writer

        log = self.home.logs / "engine.log"
        with self._making:
            if self._loaded is None:
                self._loaded = Loaded(self.home, log=log, start=self.services.start_engine)
            if self._writer is None:
                self._writer = Writer(
                    self.home, self.background, self.profile, log=log, loaded=self._loaded
                )
            return self._writer

    def stop_writing(self) -> None:
        """Stop what is being written, if anything is."""
        if self._writer is not None:
            self._writer.cancel()

    def _first_profile(self) -> str:
        """The profile to begin with; a bad one in the settings is no reason not to begin."""
        try:
            return self.library.ensure_profile(self.profile).name
        except PromptstyleError as error:
            if self._asked is not None:
                raise
            self.problems.append(f"settings: {error.message}")
            return self.library.ensure_profile(Settings().profile).name

    def use_profile(self, name: str) -> None:
        """Work for another profile from now on; it is made if there is none.

        The models stay loaded: on the same base it writes at once.
        """
        profile = self.library.ensure_profile(name).name
        with self._making:
            old, self._writer = self._writer, None
            self.profile = profile
        if old is not None:
            old.cancel()

    def remember(self, **changes: Any) -> None:
        """Store settings. Raises PromptstyleError or OSError."""
        settings.change(self.home, **changes)
        self.settings, _ = settings.load(self.home)

    def close(self) -> None:
        """End the engines and close the library."""
        if self._writer is not None:
            self._writer.cancel()
        if self._loaded is not None:
            self._loaded.close()
        self._opened.close()
