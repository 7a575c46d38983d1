"""Help for what has the focus: what it is for, and the keys that work now."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from promptstyle.tui.screens.dialog import Dialog


class HelpScreen(Dialog[None]):
    """What the widget with the focus and its screen say of themselves, and the keys."""

    CSS_PATH = "help.tcss"

    def __init__(self, about: Screen[Any]) -> None:
        super().__init__()
        self._texts = texts(about)
        self._keys = active_keys(about)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Help"
            with VerticalScroll():
                for text in self._texts:
                    yield Static(text, classes="text", markup=False)
                yield Static(self._table(), id="keys", markup=False)
            yield Static("Esc closes. All commands: Ctrl+P or F8.", classes="hint")

    def _table(self) -> Content:
        width = max((len(shown) for shown, _ in self._keys), default=0)
        lines = [
            Content.assemble((f"{shown:>{width}}", "bold"), f"  {says}")
            for shown, says in self._keys
        ]
        return Content("\n").join(lines)


def texts(screen: Screen[Any]) -> list[str]:
    """The help of the focused widget, of what holds it, and of the screen; each once."""
    nodes: list[Any] = [screen]
    if isinstance(screen.focused, Widget):
        nodes = list(screen.focused.ancestors_with_self)
    found = [node.HELP for node in nodes if isinstance(node, Widget) and node.HELP]
    return list(dict.fromkeys(" ".join(text.split()) for text in found))


def active_keys(screen: Screen[Any]) -> list[tuple[str, str]]:
    """(keys, what they do) for everything that can be pressed now, the app's own table first."""
    found: dict[str, tuple[list[str], str]] = {}
    bindings = [active for active in screen.active_bindings.values() if active.enabled]
    # Textual's own (scrolling, moving the focus) have no id.
    for _, binding, _, tooltip in sorted(bindings, key=lambda active: not active.binding.id):
        if not binding.description:
            continue
        shown = screen.app.get_key_display(binding)
        keys, _ = found.setdefault(binding.action, ([], tooltip or binding.description))
        if shown not in keys:
            keys.append(shown)
    return [(", ".join(keys), says) for keys, says in found.values()]
