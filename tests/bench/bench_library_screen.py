"""The Library at 100,000 likes against 100: how soon a page and a search are on the terminal.

In a pseudo-terminal, from the press of the key to the drawing of its effect: opening the screen,
a page down (to its last row), each letter of a search (to the new count; the pause that the
search field waits for another letter is part of it), and a word typed at a person's speed.

    python tests/bench/bench_library_screen.py [--likes N] [--pages N] [--searches N]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles

from measuring import machine, table
from terminal import Terminal

from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home

APP = [sys.executable, "-m", "promptstyle.tui.main"]
COLUMNS, ROWS = 100, 30
LIBRARY, PAGE_DOWN, ESCAPE = "\x1bOR", "\x1b[6~", "\x1b"
# Half of the likes that have the first n letters of it have one letter more.
WORD = "podcas"
FILLER = "Explain it to someone who has 3 minutes. Use 4 short lines and bold the numbers. "
TOPIC = re.compile(rb"Topic (\d{7})")
# Seconds between two letters of somebody who types fast.
PACE = 0.06


def fill(home: Path, likes: int) -> None:
    """A home with so many likes; the newest has the highest number."""
    with Library(Home.under(home).ensure().database) as library:
        library.add_likes("default", [_like(number) for number in range(likes)])


def _like(number: int) -> NewLike:
    zeros = ((number + 1) & -(number + 1)).bit_length() - 1
    word = WORD[: 1 + min(zeros, len(WORD) - 1)]
    return NewLike(f"Topic {number:07}", f"{FILLER}{number} {word}", (f"tag {number % 20}",))


def counts(likes: int) -> list[bytes]:
    """What stands beside the search after each letter of WORD."""
    return [f"{likes >> length:,} of {likes:,}".encode() for length in range(len(WORD))]


def measure(home: Path, likes: int, pages: int, searches: int) -> dict[str, list[float]]:
    """Milliseconds of everything, by what it is."""
    times: dict[str, list[float]] = {"open": [], "page": [], "letter": [], "word": []}
    env = {**os.environ, "PROMPTSTYLE_HOME": str(home)}

    def took(what: str, begun: float, ended: float) -> None:
        times[what].append(1000 * (ended - begun))

    with Terminal(APP, env, columns=COLUMNS, rows=ROWS) as terminal:
        terminal.wait(lambda seen: b"Type a topic" in seen)
        terminal.rest(3)
        begun = terminal.send(LIBRARY)
        total = f"{likes:,} liked prompts".encode()
        took("open", begun, terminal.wait(lambda seen: total in seen and TOPIC.search(seen)))
        terminal.rest(1)
        shown = {int(number) for number in TOPIC.findall(terminal.seen)}
        top, height = max(shown), max(shown) - min(shown) + 1
        for page in range(1, pages + 1):
            last = f"Topic {top - height * (page + 1) + 1:07}".encode()
            begun = terminal.send(PAGE_DOWN)
            took("page", begun, terminal.wait(lambda seen, last=last: last in seen))
            terminal.rest(0.15)
        for _ in range(searches):
            terminal.send("/")
            terminal.rest(0.3)
            for letter, count in zip(WORD, counts(likes), strict=True):
                begun = terminal.send(letter)
                took("letter", begun, terminal.wait(lambda seen, count=count: count in seen))
                terminal.rest(0.2)
            _clear(terminal, total)
            terminal.send("/")
            terminal.rest(0.3)
            for letter in WORD:
                begun = terminal.send(letter)
                if letter != WORD[-1]:
                    terminal.rest(PACE)
            found = counts(likes)[-1]
            took("word", begun, terminal.wait(lambda seen, found=found: found in seen))
            _clear(terminal, total)
    return times


def _clear(terminal: Terminal, total: bytes) -> None:
    terminal.send(ESCAPE)
    terminal.wait(lambda seen: total in seen)
    terminal.rest(0.3)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--likes", type=int, default=100_000)
    parser.add_argument("--few", type=int, default=100)
    # More pages than that are not in the smaller library.
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--searches", type=int, default=5)
    asked = parser.parse_args()
    found: dict[int, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for likes in (asked.few, asked.likes):
            fill(Path(folder) / str(likes), likes)
        # In turns, so that both meet the same machine.
        for _ in range(3):
            for likes in (asked.few, asked.likes):
                home = Path(folder) / str(likes)
                measured = measure(home, likes, asked.pages, asked.searches)
                for what, times in measured.items():
                    found.setdefault(likes, {}).setdefault(what, []).extend(times)
    rows = []
    for what in found[asked.likes]:
        few, many = found[asked.few][what], found[asked.likes][what]
        worst = quantiles(many, n=20)[-1]
        rows.append(
            [
                what,
                len(many),
                f"{median(few):.0f}",
                f"{median(many):.0f}",
                f"{worst:.0f}",
                f"{median(many) / median(few):.2f}",
            ]
        )
    print(json.dumps(machine()))
    head = ["ms", "n", f"{asked.few:,} likes", f"{asked.likes:,} likes", "95 %", "ratio"]
    print(table(head, rows))


if __name__ == "__main__":
    main()
