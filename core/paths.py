"""Where the program's files live."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

import platformdirs

HOME_VARIABLE = "PROMPTSTYLE_HOME"


@dataclass(frozen=True)
class Home:
    """The folders of one installation; everything the program writes is under one of them."""

    data: Path
    models: Path
    cache: Path
    logs: Path
    config: Path

    @classmethod
    def under(cls, root: Path) -> Home:
        """A home with every folder below `root`."""
        return cls(
            data=root / "data",
            models=root / "models",
            cache=root / "cache",
            logs=root / "logs",
            config=root / "config",
        )

    @classmethod
    def locate(cls) -> Home:
        """The home that `PROMPTSTYLE_HOME` names, else the platform's own folders."""
        root = os.environ.get(HOME_VARIABLE)
        if root:
            return cls.under(Path(root).expanduser().absolute())
        dirs = platformdirs.PlatformDirs("promptstyle", appauthor=False)
        return cls(
            data=Path(dirs.user_data_dir),
            models=Path(dirs.user_data_dir) / "models",
            cache=Path(dirs.user_cache_dir),
            logs=Path(dirs.user_log_dir),
            config=Path(dirs.user_config_dir),
        )

    @property
    def database(self) -> Path:
        """The SQLite file that holds profiles, likes, candidates, opinions and runs."""
        return self.data / "promptstyle.db"

    @property
    def settings(self) -> Path:
        """The settings file (JSON)."""
        return self.config / "settings.json"

    @property
    def runs(self) -> Path:
        """Finished runs, one folder each."""
        return self.models / "runs"

    @property
    def building(self) -> Path:
        """Runs in the making; a folder here is never used for generation."""
        return self.models / "building"

    @property
    def gguf_cache(self) -> Path:
        """GGUF files made from bases at first use; may be deleted at any time."""
        return self.cache / "gguf"

    def ensure(self) -> Home:
        """Create the folders, readable by their owner only. Raises OSError if that fails."""
        for folder in (self.data, self.models, self.cache, self.logs, self.config):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    def document(self) -> dict[str, str]:
        """The folders as JSON values, for child processes; `Home.of` reads them."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def of(cls, document: dict[str, str]) -> Home:
        """The home that `document` describes."""
        return cls(**{name: Path(value) for name, value in document.items()})
