"""docs/cli.md, made from the program: `python -m promptstyle.tui.cli.reference docs/cli.md`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from promptstyle.core.atomic import write_text
from promptstyle.tui.cli.root import SECTIONS, root
from promptstyle.tui.cli.state import State

WIDTH = 80

HEAD = """\
# The command line

`promptstyle COMMAND` does everything without a screen. This page is made from the program's own
help (`python -m promptstyle.tui.cli.reference docs/cli.md`), and a test compares the two.

- Data goes to stdout, narration to stderr. With `--json`, stdout carries nothing but JSON: one
  document, or one a line where the table below says *lines*, each written as soon as it is known.
- An error is two lines on stderr, `error: what happened` and `hint: what to do`. `--debug` shows
  the traceback before them.
- Exit codes: 0 done; 1 it could not be done; 2 the call is wrong; 130 interrupted.
- `PROMPTSTYLE_HOME=DIR` puts every file of the program under DIR.
- `--profile`, `--json`, `--debug` and `--version` work before and after the command's name.
- Without a terminal there are no colours and no bars; with `NO_COLOR` there are no colours.

| command | stdout with `--json` |
|---|---|
| `import` | `{"added","duplicates","rejected":[{"line","reason"}]}` |
| `export-likes` | `{"path","likes","format"}`; to `-`, the likes themselves |
| `add`, `edit` | the liked prompt, as in `likes` |
| `likes` | *lines* `{"id","input","output","tags","source","created"}` |
| `remove`, `restore` | *lines*, as in `likes`, with `removed` (a time, or null) |
| `generate` | *lines*, one a topic: `{"topic","profile","base","run","mode","seed",\
"seconds","pool","strength","notes","candidates":[{"id","text","finish","tokens","copies"}]}` |
| `recover` | one object, as a line of `generate` |
| `serve` | `{"url","model","profile"}` when it listens |
| `like`, `dislike` | `{"id","candidate","kind","reason","text","like_id","created"}` |
| `choose` | `{"id","best","worst","reason","created"}` |
| `retrain` | *lines* with `event`: `started`, `step` (`step, steps, loss, eta_seconds`), `stage`, \
`evaluated`, and at last `done` (`run, adapter, gguf, merged, seconds, activated, scores`) or \
`failed` (`code, message, hint`) |
| `evaluate` | `{"n","systems":[{"name","rouge1","rouge1_low","rouge1_high","rougeL",\
"rougeL_low","rougeL_high",…}],"examples":[…]}` |
| `runs`, `activate`, `delete-run` | *lines* `{"id","profile","base","created","active","recipe",\
"train","held","mode","seconds","scores"}` |
| `export` | `{"path","bytes","sha256","run","card","checked","memorised":[[topic, prompt]]}` |
| `models`, `pull`, `add-model`, `use` | *lines* `{"name","state","source","path","parameters",\
"context","problem"}`; `models` adds `used`, `use` adds `run` |
| `verify` | `{"name","ok","problem","files":[{"file","ok","sha256","detail"}]}` |
| `encoder` | `{"encoder"}`, a folder or null; with PATH `dimensions`, `length`, `seconds` too |
| `profiles` | *lines* `{"name","base","created","likes","held","active_run"}` |
| `doctor` | `{"checks":[{"name","ok","detail"}]}` |
"""


def help_text(command: str | None) -> str:
    """What `promptstyle [COMMAND] --help` shows on a terminal of 80 columns."""
    top = click.Context(root, info_name="promptstyle", obj=State(), terminal_width=WIDTH)
    if command is None:
        return root.get_help(top)
    found = root.get_command(top, command)
    assert found is not None
    ctx = click.Context(found, info_name=command, parent=top, terminal_width=WIDTH)
    return found.get_help(ctx)


def page() -> str:
    """The whole page."""
    parts = [HEAD, "## promptstyle\n", f"```text\n{help_text(None)}\n```\n"]
    for title, commands in SECTIONS.items():
        parts.append(f"## {title}\n")
        for command in commands:
            parts.append(f"### {command}\n")
            parts.append(f"```text\n{help_text(command)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    write_text(Path(sys.argv[1]), page())
