"""The keys that work now, at the bottom; a click on one presses it.

Textual's Footer makes a widget of each key, and makes them anew whenever the focus moves: tens of
milliseconds in which a key press has to wait. This one is drawn as a line.
"""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget


class KeysBar(Widget):
    """One line of keys; what does not fit is in the help (F1)."""

    HELP: ClassVar[str] = "The keys that work now; F1 has all of them."
    DEFAULT_CSS = """
    KeysBar { dock: bottom; height: 1; width: 1fr; background: $footer-background; }
    """

    def __init__(self) -> None:
        super().__init__()
        # (text, key) in the order in which they stand.
        self._items: list[tuple[Content, str]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._look)

    def _look(self, screen: Screen[Any]) -> None:
        """Read the keys again; drawn anew only if they are others."""
        items: list[tuple[Content, str]] = []
        seen: set[str] = set()
        for _, binding, enabled, _ in screen.active_bindings.values():
            if not binding.show or not enabled or binding.action in seen:
                continue
            seen.add(binding.action)
            shown = self.app.get_key_display(binding)
            text = Content.assemble(
                (f" {shown} ", "bold $footer-key-foreground"), binding.description
            )
            items.append((text, binding.key))
        if [text.markup for text, _ in items] != [text.markup for text, _ in self._items]:
            self._items = items
            self.refresh()

    def render(self) -> Content:
        room = self.size.width
        parts = []
        for text, _ in self._items:
            room -= text.cell_length + 1
            if room < 0:
                break
            parts.append(text)
        return Content(" ").join(parts)

    def on_click(self, event: events.Click) -> None:
        x = event.get_content_offset_capture(self).x
        for text, key in self._items:
            if 0 <= x < text.cell_length:
                self.app.simulate_key(key)
                return
            x -= text.cell_length + 1
