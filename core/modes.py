"""The ways to write: with or without the tuned model, with or without likes shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.style.parts import Parts


@dataclass(frozen=True)
class Mode:
    """`system` is the name that `evaluate` gives it."""

    name: str
    system: str
    tuned: bool
    shows: bool

    def parts(self, manifest: Mapping[str, Any] | None, usual: Parts | None = None) -> Parts:
        """What stands before a topic where likes are shown: what the run was trained with.

        Where no run says so it is the `usual`, what the base wants.
        """
        if not self.tuned or manifest is None:
            return usual or Parts()
        settings = manifest.get("settings")
        return Parts.from_json(settings.get("parts") if isinstance(settings, Mapping) else None)


MODES = {
    mode.name: mode
    for mode in (
        Mode("base", "vanilla", tuned=False, shows=False),
        Mode("context", "context", tuned=False, shows=True),
        Mode("lora", "lora", tuned=True, shows=False),
        Mode("both", "both", tuned=True, shows=True),
    )
}
BY_SYSTEM = {mode.system: mode for mode in MODES.values()}
AUTO = "auto"
# Beyond twice what was learnt, text falls apart.
STRONGEST = 2.0


def resolve(name: str, manifest: dict[str, Any] | None, likes: int) -> Mode:
    """The mode that `name` stands for, given the active run's manifest (if any) and the likes.

    `auto` is what the run's evaluation found best, else the likes as context, else the base.
    Raises UsageError for an unknown name, PromptstyleError for a mode that has nothing to
    work with.
    """
    if name == AUTO:
        if manifest is not None:
            name = str(manifest.get("mode", "lora"))
        else:
            name = "context" if likes else "base"
        if name in ("context", "both") and not likes:
            name = "base" if name == "context" else "lora"
    if name not in MODES:
        raise UsageError(f"there is no mode {name!r}", f"modes: {AUTO}, {', '.join(MODES)}")
    mode = MODES[name]
    if mode.tuned and manifest is None:
        raise PromptstyleError(
            f"mode {name} needs a trained model, and there is none for this base",
            "`promptstyle retrain` makes one",
            code="no_run",
        )
    if mode.shows and not likes:
        raise PromptstyleError(
            f"mode {name} shows liked prompts, and there are none",
            "`promptstyle import FILE` adds some",
            code="no_likes",
        )
    return mode


def check_strength(strength: float, mode: Mode) -> None:
    """Raise UsageError for a share of what was learnt that cannot be, or that `mode` has not."""
    if not 0.0 <= strength <= STRONGEST:
        raise UsageError(
            f"a strength of {strength:g} cannot be", f"give one from 0 to {STRONGEST:g}"
        )
    if strength != 1.0 and not mode.tuned:
        raise UsageError(
            f"mode {mode.name} uses nothing that was learnt, so that --strength has no meaning",
            "add --mode lora or --mode both",
        )
