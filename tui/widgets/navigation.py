"""The bar at the top: the screens, whose style is in use, help and menu, all to be clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.content import Content
from textual.widget import Widget

from promptstyle.tui.untrusted import clean

if TYPE_CHECKING:
    from promptstyle.tui.app import PromptstyleApp

SCREENS = {
    "write": ("F2", "Write"),
    "library": ("F3", "Library"),
    "retrain": ("F4", "Retrain"),
    "results": ("F5", "Results"),
    "models": ("F6", "Models"),
}
# Columns from which there is room for the keys, and below which every word counts.
ROOMY, TIGHT = 100, 70


class Navigation(Widget):
    """The screens as words, the one that is open marked; one line, drawn as a whole.

    One widget and not nine: it is in the first paint of every screen.
    """

    HELP: ClassVar[str] = "Click a word to go there; F2 to F6 do the same."
    DEFAULT_CSS = """
    Navigation { height: 1; width: 1fr; background: $panel; }
    """

    def __init__(self, screen: str) -> None:
        super().__init__()
        self._open = screen

    def render(self) -> Content:
        left, right = self._items()
        parts = [text for text, _ in (*left, *right)]
        gap = self.size.width - sum(part.cell_length for part in parts)
        return Content.assemble(
            *(text for text, _ in left), " " * max(gap, 0), *(text for text, _ in right)
        )

    async def on_click(self, event: events.Click) -> None:
        left, right = self._items()
        x = event.get_content_offset_capture(self).x
        start_right = self.size.width - sum(text.cell_length for text, _ in right)
        for items, start in ((left, 0), (right, start_right)):
            for text, action in items:
                if start <= x < start + text.cell_length:
                    await self.app.run_action(action)
                    return
                start += text.cell_length

    def refresh_facts(self) -> None:
        """Show what is true now: the profile, a running retrain."""
        self.refresh()

    def _items(self) -> tuple[list[tuple[Content, str]], list[tuple[Content, str]]]:
        """(text, action) of the words at the left and of those at the right."""
        app = cast("PromptstyleApp", self.app)
        width = self.size.width
        left = []
        for name, (key, title) in SCREENS.items():
            parts: list[str | tuple[str, str]] = [(f" {key}", "dim")] if width >= ROOMY else []
            style = "bold reverse" if name == self._open else ""
            left.append((Content.assemble(*parts, (f" {title} ", style)), f"app.go('{name}')"))
        right = []
        if app.retraining.running:
            share = f" {round(100 * app.retraining.share)}%" if app.retraining.steps else ""
            # One that was begun before the user went to another profile.
            other = app.retraining.profile != app.session.profile
            whose = f" {clean(app.retraining.profile)[:12]}" if other and width >= ROOMY else ""
            busy = f" ●{share} " if width < TIGHT else f" ● retraining{whose}{share} "
            right.append((Content.assemble((busy, "$warning")), "app.go('retrain')"))
        profile = clean(app.session.profile)
        if width < TIGHT and len(profile) > 8:
            profile = profile[:7] + "…"
        right.append((Content.assemble((f" {profile} ", "dim")), "app.go('models')"))
        right.append((Content(" ? " if width < TIGHT else " Help "), "app.help"))
        right.append((Content(" ≡ " if width < TIGHT else " Menu "), "app.command_palette"))
        return left, right
