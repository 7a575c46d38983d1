"""Every key of the app, in one table: an id, what it does, and the keys that do it.

The settings file may give an id other keys (`"keys": {"write.copy": "c,f9"}`). No binding hangs
on a key alone: everything is in the command palette, and what is used often has a button too,
since terminals and window managers keep some keys for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True)
class Key:
    """One row: `where` is the screen or widget, `id` is `where` and a name."""

    where: str
    name: str
    keys: str
    action: str
    description: str
    tooltip: str = ""
    show: bool = True
    # Before the widget that has the focus, which may use the key for itself.
    priority: bool = False

    @property
    def id(self) -> str:
        """The name of the binding in the settings file."""
        return f"{self.where}.{self.name}"

    def binding(self) -> Binding:
        """The row as Textual takes it."""
        return Binding(
            self.keys,
            self.action,
            self.description,
            tooltip=self.tooltip or self.description,
            show=self.show,
            priority=self.priority,
            id=self.id,
        )


def _screen(name: str, key: str, title: str, tooltip: str) -> Key:
    return Key("app", name, key, f"go('{name}')", title, tooltip, show=False, priority=True)


TABLE: tuple[Key, ...] = (
    # --- everywhere ---
    # VS Code keeps Ctrl+P, GNOME's terminal F1.
    Key("app", "palette", "ctrl+p,f8", "command_palette", "Menu", "All commands", priority=True),
    Key("app", "help", "f1", "help", "Help", "Help for what has the focus", priority=True),
    Key("app", "help_typed", "question_mark", "help", "Help", show=False),
    Key("app", "cancel", "escape", "cancel_writing", "Stop", "Stop writing", priority=True),
    Key("app", "quit", "ctrl+q", "quit", "Quit", "Leave promptstyle", show=False, priority=True),
    _screen("write", "f2", "Write", "Write prompts"),
    _screen("library", "f3", "Library", "The prompts you like"),
    _screen("retrain", "f4", "Retrain", "Learn from the prompts you like"),
    _screen("results", "f5", "Results", "How good the models are"),
    _screen("models", "f6", "Models", "Base models, runs and profiles"),
    # Drop-down terminals keep F12.
    Key(
        "app",
        "style",
        "f12,ctrl+t",
        "style",
        "Your style",
        "What your likes have in common, in a page",
        show=False,
        priority=True,
    ),
    # GNOME's terminal keeps F10; a comma is for where nothing is typed.
    Key(
        "app",
        "settings",
        "comma,f10",
        "settings",
        "Settings",
        "How prompts are written and learnt",
        show=False,
    ),
    Key("app", "next", "right_square_bracket", "turn(1)", "Next screen", show=False),
    Key("app", "previous", "left_square_bracket", "turn(-1)", "Previous screen", show=False),
    # --- a topic being typed ---
    Key("topic", "send", "enter", "send", "Write", "Write a prompt for this topic"),
    Key(
        "topic",
        "newline",
        "ctrl+j,alt+enter,shift+enter",
        "newline",
        "New line",
        "Go on in a new line",
    ),
    Key("topic", "older", "up", "older", "Earlier topic", show=False),
    Key("topic", "newer", "down", "newer", "Later topic", show=False),
    # --- text of several lines ---
    Key("text", "editor", "ctrl+e,f7", "editor", "Editor", "Open in $EDITOR"),
    # --- Write ---
    Key("write", "like", "l,ctrl+l", "like", "Like", "Keep this prompt; the library grows"),
    Key("write", "edit", "e", "edit_like", "Edit, like", "Change it, then keep it"),
    Key(
        "write",
        "sentences",
        "s",
        "sentences",
        "Sentences",
        "Leave single sentences out, or put others in their places",
    ),
    Key("write", "dislike", "d", "dislike", "Dislike", "Not your style; a reason is optional"),
    Key("write", "copy", "c", "copy", "Copy", "Put this prompt on the clipboard"),
    Key("write", "again", "r,ctrl+r", "again", "Again", "Write for the same topic again"),
    Key("write", "topic", "t,slash", "topic", "Topic", "Type another topic"),
    Key("write", "next", "right", "choose(1)", "Next candidate", show=False),
    Key("write", "previous", "left", "choose(-1)", "Previous candidate", show=False),
    Key("write", "one", "1", "count(1)", "One candidate", show=False),
    Key("write", "two", "2", "count(2)", "Two candidates", show=False),
    Key("write", "three", "3", "count(3)", "Three candidates", show=False),
    Key("write", "four", "4", "count(4)", "Four candidates", show=False),
    Key("write", "mode", "m", "mode", "Mode", "What shapes the prompt", show=False),
    # --- a prompt sentence by sentence ---
    Key("sentences", "up", "up,k", "move(-1)", "Up", "The sentence above", show=False),
    Key("sentences", "down", "down,j", "move(1)", "Down", "The sentence below", show=False),
    Key("sentences", "drop", "x,delete", "drop", "Leave out", "Leave it out, or take it in again"),
    Key("sentences", "other", "right,space", "other(1)", "Another", "Another one in its place"),
    Key("sentences", "back", "left", "other(-1)", "Before", "The one before", show=False),
    Key("sentences", "add", "a,insert", "add", "Add", "Say something more behind it"),
    Key("sentences", "undo", "u,ctrl+z", "undo", "Undo", "Take the last change back"),
    Key("revise", "like", "l,ctrl+s,enter", "like", "Like", "Keep the prompt as it stands"),
    Key("revise", "edit", "e", "edit_like", "Edit, like", "Edit all of it, then keep it"),
    Key("revise", "copy", "c", "copy", "Copy", "Put the prompt as it stands on the clipboard"),
    # --- Library ---
    Key("library", "search", "slash,ctrl+f", "search", "Search", "Type what to look for"),
    Key("library", "to_table", "down", "to_table", "To the table", show=False),
    Key("library", "edit", "e", "edit", "Edit", "Change the topic, the prompt or the tags"),
    Key("library", "remove", "d,delete", "remove", "Remove", "Take it out of use; Undo is there"),
    Key("library", "restore", "b", "restore", "Bring back", "Use what was removed again"),
    Key("library", "undo", "u,ctrl+z", "undo", "Undo", "Bring back what was removed last"),
    Key("library", "copy", "c", "copy", "Copy", "Put this prompt on the clipboard"),
    Key("library", "write", "w", "write", "Write on it", "Write prompts for this topic"),
    Key("library", "add", "n,insert", "add", "Add", "Add a prompt by hand", show=False),
    Key("library", "tags", "t", "tags", "Tags", "Show the prompts of one tag"),
    Key("library", "sort", "s", "sort", "Sort", "Sort by the next column", show=False),
    Key("library", "reverse", "S", "reverse", "Reverse", "Sort from the other end", show=False),
    Key("library", "details", "v", "details", "Details", "Show or hide the whole prompt"),
    Key("library", "removed", "r", "removed", "Removed", "What was removed, or back", show=False),
    Key("library", "import", "i", "import_likes", "Import", "Add prompts from a file", show=False),
    Key("library", "export", "x", "export_likes", "Export", "Write them to a file", show=False),
    Key("library", "all", "ctrl+a", "select_all", "Select all", "Select what is shown", show=False),
    Key("library", "back", "escape", "back", "Back", "Clear the selection, then the search"),
    # --- Models ---
    Key("models", "use", "u", "use", "Use", "Write with this base from now on"),
    Key("models", "fetch", "g", "fetch", "Fetch", "Fetch this base from the Hugging Face hub"),
    Key("models", "verify", "v", "verify", "Verify", "Read all files of this base and compare"),
    Key("models", "add", "f", "add", "Add folder", "Add a base model from a folder"),
    Key("models", "activate", "a", "activate", "Activate", "Let this run write from now on"),
    Key("models", "switch", "s", "switch", "Switch", "Work for this profile from now on"),
    Key("models", "new", "n", "new", "New profile", "Make a profile and work for it"),
    # --- Results ---
    Key("results", "scores", "1", "section('scores')", "Scores", "The scores", show=False),
    Key("results", "texts", "2", "section('texts')", "Texts", "Topic by topic", show=False),
    Key("results", "runs", "3", "section('runs')", "Runs", "All runs over time", show=False),
    Key("results", "evaluate", "e", "evaluate", "Evaluate", "Test what writes now once more"),
    Key("results", "stop", "escape", "stop", "Stop", "Stop the evaluation"),
    Key("results", "next", "n,right", "topic(1)", "Next topic", "Texts for the next topic"),
    Key("results", "previous", "p,left", "topic(-1)", "Topic before", show=False),
    Key("results", "copy", "c", "copy", "Copy", "Put this text on the clipboard"),
    Key("results", "activate", "a", "activate", "Activate", "Let this run write from now on"),
    Key("results", "delete", "d,delete", "delete", "Delete", "Delete this run"),
    # --- a folder to be chosen ---
    Key("folder", "to_list", "down", "to_list", "To the list", show=False, priority=True),
    Key("folder", "to_path", "up", "to_path", "To the path", show=False, priority=True),
    # --- Retrain ---
    Key("retrain", "start", "s", "start", "Start", "Retrain now"),
    Key("retrain", "recipe", "r", "recipe", "Recipe", "How to train"),
    Key("retrain", "keep", "k", "keep", "Keep old", "What becomes of the new model"),
    Key("retrain", "import", "i", "import_likes", "Import", "Import prompts", show=False),
    Key("retrain", "stop", "x", "stop", "Stop", "Stop the retrain; the next goes on from there"),
    Key("retrain", "use", "u", "use", "Use it", "Have the new model write all the same"),
    Key("retrain", "again", "a", "again", "Again", "What another retrain would do"),
    # --- a table of rows ---
    Key("table", "up", "up", "move(-1)", "Up", "The row above", show=False),
    Key("table", "down", "down", "move(1)", "Down", "The row below", show=False),
    Key("table", "page_up", "pageup", "page(-1)", "Page up", "One screen up", show=False),
    Key("table", "page_down", "pagedown", "page(1)", "Page down", "One screen down", show=False),
    Key("table", "first", "home", "first", "First", "The first row", show=False),
    Key("table", "last", "end", "last", "Last", "The last row", show=False),
    Key("table", "open", "enter", "activate", "Open", "Open this row", show=False),
    Key("table", "select", "space", "select_row", "Select", "Select this row or not", show=False),
    Key("table", "select_up", "shift+up", "extend(-1)", "Select up", show=False),
    Key("table", "select_down", "shift+down", "extend(1)", "Select down", show=False),
    # --- one of a few words ---
    Key("choice", "before", "left", "step(-1)", "Before", show=False),
    Key("choice", "after", "right,space,enter", "step(1)", "After", show=False),
    # --- your style in a page ---
    Key("style", "copy", "c", "copy", "Copy", "Put the page on the clipboard"),
    # --- settings ---
    Key("settings", "down", "down", "turn(1)", "Setting below", show=False),
    Key("settings", "up", "up", "turn(-1)", "Setting above", show=False),
    # --- dialogs ---
    Key("dialog", "close", "escape", "close", "Back", "Leave things as they are"),
    Key("edit", "save", "ctrl+s,f9", "save", "Save", "Keep what stands here"),
)


def bindings(where: str) -> list[Binding]:
    """The bindings of one screen or widget."""
    return [key.binding() for key in TABLE if key.where == where]


def keymap(chosen: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The keys that the settings give to ids, and a line for each that cannot be."""
    known = {key.id for key in TABLE}
    good: dict[str, str] = {}
    problems: list[str] = []
    for name, keys in chosen.items():
        if name not in known:
            problems.append(f"settings: there is no binding {name!r:.60}")
        elif not all(each.strip() for each in keys.split(",")):
            problems.append(f"settings: {keys!r:.60} is no list of keys for {name}")
        else:
            good[name] = ",".join(each.strip() for each in keys.split(","))
    return good, problems + _clashes(good)


def _clashes(chosen: Mapping[str, str]) -> list[str]:
    """A line for each key that `chosen` gives to one binding and another one has."""
    found = []
    for key in TABLE:
        if key.id not in chosen:
            continue
        wanted = set(chosen[key.id].split(","))
        for other in TABLE:
            together = key.where == other.where or "app" in (key.where, other.where)
            if other.id == key.id or not together:
                continue
            same = wanted & set(chosen.get(other.id, other.keys).split(","))
            # Two that are both in the settings are told of once.
            if same and not (other.id in chosen and other.id < key.id):
                found.append(f"settings: {key.id} and {other.id} want the same key, {min(same)}")
    return found
