"""How soon the app is there, and how soon a key has its effect while everything works.

First paint: from starting the process to its first screen, in a pseudo-terminal, against a Textual
app with nothing in it; in turns, so that both meet the same machine. Keys: letters typed into the
topic field, from the press to the letter on the terminal; with nothing running, then with a
retrain and a generation (four candidates, over and over) in their child processes. The empty
app's own answer to a key, a text field under the same load, stands beside it.

    python tests/bench/bench_app.py [--starts N] [--keys N]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from statistics import median, quantiles

from measuring import machine, table
from terminal import Terminal

PYTHON = sys.executable
APP = [PYTHON, "-m", "promptstyle.tui.main"]
EMPTY = "from textual.app import App\nApp().run()\n"
FIELD = """
from textual.app import App
from textual.widgets import TextArea
class Field(App):
    def compose(self):
        yield TextArea(id="topic")
Field().run()
"""
# Each stands nowhere on the screen before it is typed.
LETTERS = "αβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюя"
CLEAR = "\x15"
AGAIN = "\x12"
RETRAIN, WRITE = "\x1bOS", "\x1bOQ"


def first_paint(command: list[str], env: dict[str, str], marker: bytes) -> float:
    """Seconds from the start of the process to its first screen."""
    with Terminal(command, env) as terminal:
        end = terminal.wait(lambda seen: marker in seen)
        return end - terminal.started


def type_letters(terminal: Terminal, count: int, *, again: bool) -> list[float]:
    """Seconds from each press to the letter on the terminal."""
    times = []
    for place in range(count):
        letter = LETTERS[place % len(LETTERS)]
        if place % len(LETTERS) == 0:
            terminal.send(CLEAR)
            terminal.rest(0.5)
        # A key in the middle of whatever the app does, not in step with it.
        terminal.rest(0.05 + (place * 37 % 100) / 1000)
        if again and place % 5 == 0:
            terminal.send(AGAIN)
            terminal.rest(0.02 + (place * 53 % 80) / 1000)
        pressed = terminal.send(letter)
        times.append(terminal.wait(lambda seen, letter=letter: letter.encode() in seen) - pressed)
    return times


def start_retrain(env: dict[str, str]) -> subprocess.Popen[bytes]:
    """A retrain beside the empty app: the same load that the app has from its own."""
    return subprocess.Popen(
        [PYTHON, "-m", "promptstyle.tui.cli.main", "retrain", "--recipe", "reference"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def row(name: str, times: list[float]) -> list[str]:
    cuts = quantiles(times, n=100, method="inclusive")
    milliseconds = [1000 * value for value in (median(times), cuts[94], cuts[98], max(times))]
    return [name, str(len(times)), *(f"{value:.1f}" for value in milliseconds)]


def keys(env: dict[str, str], count: int) -> list[list[str]]:
    rows = []
    with Terminal(APP, env, columns=120, rows=40) as terminal:
        terminal.wait(lambda seen: b"Type a topic" in seen)
        terminal.rest(3)
        rows.append(row("app, nothing running", type_letters(terminal, count, again=False)))
        terminal.send("a toast\r")
        terminal.wait(lambda seen: b"tokens/s" in seen)
        terminal.send("t4\x15")
        terminal.send(RETRAIN)
        terminal.rest(2)
        terminal.send("s")
        terminal.wait(lambda seen: b"step" in seen or b"loss" in seen)
        terminal.send(WRITE)
        terminal.rest(1)
        terminal.send("t")
        terminal.rest(0.3)
        rows.append(row("app, retrain + writing", type_letters(terminal, count, again=True)))
        if b"retraining" not in terminal.seen:
            terminal.send(CLEAR)
            terminal.rest(1)
    return rows


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--starts", type=int, default=15)
    options.add_argument("--keys", type=int, default=300)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "PROMPTSTYLE_HOME": folder}
        env.pop("NO_COLOR", None)
        for words in (["import", "--starter"], ["retrain"], ["generate", "a toast"]):
            subprocess.run(
                [PYTHON, "-m", "promptstyle.tui.cli.main", *words],
                env=env,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        print(json.dumps(machine()))
        ours, empty = [], []
        for _ in range(given.starts):
            empty.append(first_paint([PYTHON, "-c", EMPTY], env, b"\x1b[1;1H"))
            ours.append(first_paint(APP, env, b"Type a topic"))
        print(f"\nfirst paint, {given.starts} starts each, medians")
        print(
            table(
                ("", "seconds", "ratio"),
                [
                    ("empty Textual app", f"{median(empty):.3f}", "1.00"),
                    (
                        "promptstyle-tui",
                        f"{median(ours):.3f}",
                        f"{median(ours) / median(empty):.2f}",
                    ),
                ],
            )
        )
        print("\nfrom a key to its effect, milliseconds")
        print(table(("", "keys", "p50", "p95", "p99", "most"), keys(env, given.keys)))


if __name__ == "__main__":
    main()
