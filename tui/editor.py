"""The user's own editor for a text."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from promptstyle.core.errors import PromptstyleError

# In this order, where neither VISUAL nor EDITOR is set.
_USUAL = ("sensible-editor", "nano", "vim", "vi")


def command(env: Mapping[str, str] = os.environ) -> list[str]:
    """The editor's words. Raises PromptstyleError if there is none."""
    chosen = env.get("VISUAL") or env.get("EDITOR")
    if chosen:
        try:
            words = shlex.split(chosen)
        except ValueError:
            words = [chosen]
    else:
        words = next(([name] for name in _USUAL if shutil.which(name)), [])
    if not words or shutil.which(words[0]) is None:
        raise PromptstyleError(
            f"there is no editor {words[0]!r}" if words else "no editor was found",
            "set EDITOR to one that is installed, such as EDITOR=nano",
            code="no_editor",
        )
    return words


def edit(text: str, env: Mapping[str, str] = os.environ) -> str:
    """`text` as the user leaves it in the editor; blocks, and needs the terminal.

    Raises PromptstyleError if the editor fails; what was typed then stays in a file that the
    hint names.
    """
    words = command(env)
    descriptor, name = tempfile.mkstemp(prefix="promptstyle-", suffix=".txt")  # mode 0600
    path = Path(name)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    try:
        status = subprocess.run([*words, str(path)], check=False).returncode
    except OSError as error:
        path.unlink(missing_ok=True)
        raise PromptstyleError(
            f"{words[0]} could not be started ({error.strerror or error})",
            "set EDITOR to one that works here",
            code="no_editor",
        ) from error
    try:
        edited = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptstyleError(
            f"what {words[0]} saved cannot be read ({error})", f"it is in {path}", code="editor"
        ) from error
    if status != 0:
        if edited == text:
            path.unlink(missing_ok=True)
            raise PromptstyleError(
                f"{words[0]} ended with status {status}", "nothing was changed", code="editor"
            )
        raise PromptstyleError(
            f"{words[0]} ended with status {status}", f"what you typed is in {path}", code="editor"
        )
    path.unlink(missing_ok=True)
    return edited
