"""The first start: what this is, and three ways to begin."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Button, Static

from promptstyle.tui.screens.dialog import Dialog

# What the first prompt is about, where the starter likes are tried.
FIRST_TOPIC = "Make a prompt that summarizes a podcast episode."

WHAT = (
    "promptstyle learns your way of writing prompts from the prompts that you like, on this "
    "machine and in private. You type a topic, it writes a prompt in your style, and what you "
    "like makes it better. Nothing leaves this computer."
)


class WelcomeScreen(Dialog[str]):
    """The answer is "import", "starter" or "base"."""

    CSS_PATH = "welcome.tcss"
    # With buttons of three lines all of it is in sight only on tall screens.
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012
    HELP = WHAT

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Welcome to promptstyle"
            with VerticalScroll(can_focus=False):
                yield Static(WHAT, classes="text")
                yield Button("Import my prompts", variant="primary", id="import")
                yield Static(
                    "From a file: JSON Lines, alpaca, OpenAI messages or CSV. 50 to 300 prompts "
                    "make a style.",
                    classes="hint",
                )
                yield Button("Try the starter prompts", id="starter")
                yield Static(
                    "61 prompts that come with the program: they are imported, a model is trained "
                    "on them (a minute or two), and it writes a first prompt.",
                    classes="hint",
                )
                yield Button("Begin with the base model", id="base")
                yield Static(
                    "It knows no style yet. Like what is good and edit what is not: after a few "
                    "likes it can learn from them.",
                    classes="hint",
                )

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id)
