"""How fast a large library is listed, searched and scrolled, beside one of a hundred likes.

The likes are made of the starter likes' words, as frequent and as many as there. First the library
alone: all keys in each order and for each kind of query, "anew" (the order is worked out too) and
"as typed" (it stands from the last letter), and one page. Then a real app without a terminal, with
a field and a table: from the key to the end of drawing what it leads to, for Page Down and for
each letter of some words. Medians by the clock.

    python tests/bench/bench_library.py [--likes N] [--times N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from measuring import machine, table
from textual import events, work
from textual.app import App, ComposeResult
from textual.widgets import Input

from promptstyle.core.errors import Cancelled
from promptstyle.core.library import Library, NewLike
from promptstyle.core.library.browse import Sort
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.table_columns import Column
from promptstyle.tui.widgets.virtual_table import VirtualTable

ROOT = Path(__file__).resolve().parents[2]
FEW = 100
PAGE = 60
TAGS = ("work", "audio", "code", "mail", "home", "study", "very long")
SORTS: tuple[Sort, ...] = ("created", "topic", "length", "tags", "side", "source")
QUERIES = {
    "first key: s": "s",
    "second key: su": "su",
    "common word: the": "the",
    "rare word: photosynthesis": "photosynthesis",
    "no such word: zebra": "zebra",
    "three words": "summary the in",
    "tag: #work": "#work",
    "tag and word: #work the": "#work the",
    "letter and mark: e-": "e-",
    "mark alone: .": ".",
    "unspaced script: 要約": "要約",
}
TYPED = ("summary", "table", "code")
COLUMNS = (
    Column("topic", "Topic", fraction=2, sort="topic", priority=5),
    Column("prompt", "Prompt", fraction=3, priority=4),
    Column("length", "Length", width=7, sort="length", priority=2, align="right"),
    Column("tags", "Tags", width=14, sort="tags", priority=3),
    Column("created", "Added", width=10, sort="created", priority=1),
)


def make(library: Library, count: int) -> None:
    """Fill a library."""
    lines = (ROOT / "assets" / "starter_likes.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    words = {name: [word for row in rows for word in row[name].split()] for name in rows[0]}
    drawn = random.Random(0)

    def text(row: dict[str, str], name: str) -> str:
        return " ".join(drawn.choices(words[name], k=len(row[name].split())))

    likes = []
    for _ in range(count):
        row = drawn.choice(rows)
        day = f"2026-{drawn.randint(1, 12):02}-{drawn.randint(1, 28):02}"
        tags = tuple(drawn.sample(TAGS, drawn.choice((0, 0, 1, 2))))
        source = drawn.choice(("add", "candidate", "import"))
        created = f"{day}T{drawn.randrange(24):02}:00:00Z"
        likes.append(NewLike(text(row, "input"), text(row, "output"), tags, source, created))
    library.add_likes("default", likes)


def timed(times: int, what: Callable[[], Any]) -> float:
    """Milliseconds, the median."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken)


def headless(library: Library, times: int) -> None:
    """The library by itself."""

    def anew(query: str, sort: Sort) -> Sequence[int]:
        library._order = None
        return library.like_keys("default", query, sort)

    rows = []
    for sort in SORTS:
        taken = timed(times, lambda sort=sort: anew("", sort))
        rows.append((f"all, by {sort}", len(library.like_keys("default")), f"{taken:.0f}", ""))
    for name, query in QUERIES.items():
        cold = timed(times, lambda query=query: anew(query, "created"))
        warm = timed(times, lambda query=query: library.like_keys("default", query))
        found = len(library.like_keys("default", query))
        rows.append((name, found, f"{cold:.0f}", f"{warm:.0f}"))
    print(table(("keys, milliseconds", "found", "anew", "as typed"), rows))
    keys = list(library.like_keys("default"))
    spread = random.Random(0).sample(keys, min(PAGE, len(keys)))
    print(f"\npage of {PAGE} in a row: {timed(50, lambda: page(library, keys[:PAGE])):.2f} ms")
    print(f"page of {PAGE} from everywhere: {timed(50, lambda: page(library, spread)):.2f} ms")
    print(f"tags with their counts: {timed(times, lambda: library.tags('default')):.0f} ms")


def page(library: Library, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    """Likes as rows of the table."""
    return [
        (
            reveal_line(like.input),
            reveal_line(like.output),
            str(len(like.output)),
            reveal_line(", ".join(like.tags)),
            like.created[:10],
        )
        for like in library.likes_by_keys("default", keys)
    ]


class Probe(VirtualTable):
    """A table that says what it has drawn: which reload, and the first row."""

    reloads = 0
    drawn = (-1, -1)

    def reload(self, total: int, *, keep: int = 0, selected: Iterable[int] = ()) -> None:
        self.reloads += 1
        super().reload(total, keep=keep, selected=selected)

    def render_lines(self, crop: Any) -> Any:
        self.drawn = (self.reloads, self.scroll_offset.y)
        return super().render_lines(crop)


class BenchApp(App[None]):
    """A field that searches and a table, as on the Library screen.

    Searches have a connection of their own: the table's pages never wait for them.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.library, self.searched = Library(path), Library(path)
        self.keys: Sequence[int] = self.searched.like_keys("default")
        self.table = Probe(
            COLUMNS, lambda rows: page(self.library, [self.keys[i] for i in rows]), len(self.keys)
        )
        self.shown = (-1, -1)

    def compose(self) -> ComposeResult:
        yield Input()
        yield self.table

    def on_input_changed(self, event: Input.Changed) -> None:
        self.searched.interrupt()
        self.search(event.value)

    @work(exclusive=True)
    async def search(self, query: str) -> None:
        try:
            keys = await asyncio.to_thread(self.searched.like_keys, "default", query)
        except Cancelled:
            return
        self.keys = keys
        self.table.reload(len(keys))

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        # Without a terminal Textual leaves this out: what goes to the terminal is made here.
        if hasattr(renderable, "render_segments"):
            renderable.render_segments(self.console)
        self.shown = self.table.drawn

    async def until(self, shown: Callable[[tuple[int, int]], bool]) -> None:
        """Let the app work until the screen shows that."""
        while not shown(self.shown):
            await asyncio.sleep(0)

    async def press(self, key: str, shown: Callable[[tuple[int, int]], bool]) -> float:
        """Milliseconds from a key to what it leads to."""
        began = time.perf_counter()
        self.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.until(shown)
        return 1000 * (time.perf_counter() - began)


async def in_app(path: Path, times: int) -> dict[str, float]:
    """Medians of the app's answers, in milliseconds."""
    app = BenchApp(path)
    taken: dict[str, list[float]] = {"page down": [], "letter": []}
    async with app.run_test(size=(120, 40)) as pilot:
        app.table.focus()
        await pilot.pause()
        for _ in range(times):
            # A library of a hundred has two more pages: there and back again.
            for key, by in (("pagedown", 1), ("pagedown", 1), ("home", 0)):
                top = app.table.scroll_offset.y
                took = await app.press(
                    key, lambda shown, top=top, by=by: shown[1] > top if by else shown[1] == 0
                )
                taken["page down"] += [took] if by else []
        field = app.query_one(Input)
        field.focus()
        await pilot.pause()
        for _ in range(times):
            for word in TYPED:
                for letter in word:
                    count = app.table.reloads
                    took = await app.press(letter, lambda shown, count=count: shown[0] > count)
                    taken["letter"].append(took)
                count = app.table.reloads
                field.value = ""
                await app.until(lambda shown, count=count: shown[0] > count)
    for library in (app.library, app.searched):
        library.close()
    return {name: median(values) for name, values in taken.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--likes", type=int, default=100_000)
    options.add_argument("--times", type=int, default=7)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = {count: Path(folder) / f"{count}.db" for count in (FEW, given.likes)}
        for count, path in paths.items():
            with Library(path) as library:
                make(library, count)
        size = paths[given.likes].stat().st_size / 1e6
        print(json.dumps(machine()))
        print(f"\n{given.likes:,} likes, a file of {size:.0f} MB\n")
        with Library(paths[given.likes]) as library:
            headless(library, given.times)
        few, many = (asyncio.run(in_app(paths[count], given.times)) for count in paths)
        rows = [
            (name, f"{few[name]:.1f}", f"{many[name]:.1f}", f"{many[name] / few[name]:.2f}")
            for name in few
        ]
        print("\nin the app, milliseconds from the key to the screen")
        print(table(("", f"{FEW:,} likes", f"{given.likes:,} likes", "ratio"), rows))


if __name__ == "__main__":
    main()
