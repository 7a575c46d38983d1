"""The command palette: every binding of the table that can be used now, then Textual's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.screen import Screen

from promptstyle.tui import keys

if TYPE_CHECKING:
    from promptstyle.tui.app import PromptstyleApp

# What makes no sense in a list of commands: the palette itself, moving about, typing.
_LEFT_OUT = {"command_palette", "cancel_writing", "turn(1)", "turn(-1)", "close", "save"}


def commands(app: PromptstyleApp, screen: Screen[Any]) -> Iterable[SystemCommand]:
    """The commands for `screen`, the ones of the screen itself first."""
    where = str(getattr(screen, "NAME", ""))
    seen: set[str] = set()
    for key in keys.TABLE:
        if key.where not in ("app", where) or key.action in _LEFT_OUT | seen:
            continue
        namespace = app if key.where == "app" else screen
        if not app._check_action_state(key.action, namespace):
            continue
        seen.add(key.action)
        yield SystemCommand(
            key.description,
            key.tooltip or key.description,
            partial(_run, app, key.action, namespace),
        )
    yield SystemCommand("Theme", "Choose other colours", app.action_change_theme)
    yield SystemCommand("Welcome", "The ways to begin", app.action_welcome)
    yield SystemCommand(
        "Screenshot", "Save a picture of the screen (SVG)", partial(app.set_timer, 0.1, _shot(app))
    )


def _run(app: PromptstyleApp, action: str, namespace: Any) -> None:
    # The palette still closes: the action is for the screen below it.
    app.call_next(partial(app.run_action, action, namespace))


def _shot(app: PromptstyleApp) -> Any:
    return partial(app.deliver_screenshot)
