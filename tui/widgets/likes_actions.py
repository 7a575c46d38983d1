"""What can be done in the Library, as buttons; and the ways to begin where it is empty."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

# (id, text, action of the screen, classes): the screen's sheet hides what is of no use now.
_ACTIONS = (
    ("edit", "Edit", "edit", "-of-like -of-kept"),
    ("remove", "Remove", "remove", "-of-like -of-kept"),
    ("restore", "Bring back", "restore", "-of-like -of-removed"),
    ("undo", "Undo", "undo", "-of-undo"),
    ("copy", "Copy", "copy", "-of-like"),
    ("write", "Write on it", "write", "-of-like -of-kept"),
    ("add", "Add", "add", "-of-kept"),
    ("tags", "Tags", "tags", "-of-like -of-kept"),
    ("import", "Import", "import_likes", "-of-kept"),
    ("export", "Export", "export_likes", "-of-like -of-kept"),
    ("details", "Details", "details", "-of-like"),
    ("removed", "Removed", "removed", "-of-kept"),
    ("liked", "Liked prompts", "removed", "-of-removed"),
)


class LikesActions(Horizontal):
    """The buttons under the table."""

    DEFAULT_CSS = """
    LikesActions {
        height: 1;
        Button { margin-right: 1; min-width: 0; padding: 0; }
    }
    """

    def compose(self) -> ComposeResult:
        for name, text, action, classes in _ACTIONS:
            yield Button(
                text, id=f"do-{name}", compact=True, classes=classes, action=f"screen.{action}"
            )


class EmptyLibrary(Vertical):
    """In place of the table while there is nothing in it."""

    DEFAULT_CSS = """
    EmptyLibrary {
        height: 1fr;
        align: center middle;
        Static { width: 60; max-width: 100%; height: auto; margin-bottom: 1; }
        Button { margin-bottom: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static(
            "Nothing is here yet. What you like on Write comes in here; you can also import what "
            "you have, or look around with the 61 prompts that come with the program.",
            markup=False,
        )
        for name, text, action in (
            ("import", "Import a file", "import_likes"),
            ("starter", "Import the starter prompts", "starter"),
            ("add", "Add one by hand", "add"),
        ):
            yield Button(text, id=f"begin-{name}", compact=True, action=f"screen.{action}")
