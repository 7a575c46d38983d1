"""What is drawn for a person: lines of progress, text that is streamed."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.tui.cli import live, output, text
from promptstyle.tui.cli.live import Live, rows
from promptstyle.tui.cli.progress import Progress, stage_line, step_line
from promptstyle.tui.cli.retrain import summary
from promptstyle.tui.cli.runs import score_words


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Terminal]:
    """Put a terminal in the place of a stream."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def put(name: str) -> Terminal:
        stream = Terminal()
        monkeypatch.setattr(sys, name, stream)
        return stream

    return put


class Screen:
    """As much of a terminal as the live text needs: rows that wrap, cursor up, erase below."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.lines = [""]
        self.row = 0

    def write(self, data: str) -> None:
        while data:
            if data.startswith("\x1b["):
                end = next(i for i, c in enumerate(data) if c.isalpha())
                number, data, kind = data[2:end], data[end + 1 :], data[end]
                if kind == "A":
                    self.row = max(0, self.row - int(number))
                elif kind == "K":
                    self.lines[self.row] = ""
                else:
                    # Only ever asked for at the start of a row.
                    del self.lines[self.row :]
                    self.lines.append("")
                continue
            character, data = data[0], data[1:]
            if character == "\n":
                self.lines.append("")
                self.row += 1
            elif character != "\r":
                if len(self.lines[self.row]) == self.columns:
                    self.lines.append("")
                    self.row += 1
                self.lines[self.row] += character


words = st.text(alphabet="ab c\n", max_size=60)


@given(streamed=words, kept=st.integers(0, 60), columns=st.integers(3, 20))
def test_the_screen_ends_with_the_final_text(streamed: str, kept: int, columns: int) -> None:
    """Whatever was streamed, and wherever it is cut back to, the final text alone is left."""
    final = streamed[:kept].strip()
    with pytest.MonkeyPatch.context() as patch:
        stream = io.StringIO()
        patch.setattr(sys, "stdout", stream)
        patch.setattr(live, "_columns", lambda: columns)
        drawn = Live()
        for character in streamed:
            drawn.feed(character)
        drawn.finish(final)
    screen, wanted = Screen(columns), Screen(columns)
    screen.write(stream.getvalue())
    wanted.write(final + "\n")
    assert screen.lines == wanted.lines


@given(streamed=words, final=words, remarks=st.integers(1, 3), columns=st.integers(3, 20))
def test_another_text_takes_the_place_of_text_and_remark(
    streamed: str, final: str, remarks: int, columns: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        stream = io.StringIO()
        patch.setattr(sys, "stdout", stream)
        patch.setattr(live, "_columns", lambda: columns)
        drawn = Live()
        drawn.feed(streamed)
        for place in range(remarks):
            drawn.remark(f"{place} written, a line too long for it")
        drawn.finish(final)
    screen, wanted = Screen(columns), Screen(columns)
    screen.write(stream.getvalue())
    wanted.write(final + "\n")
    assert screen.lines == wanted.lines


@pytest.mark.parametrize(
    ("shown", "columns", "taken"),
    [
        ("", 10, 1),
        ("a" * 10, 10, 1),
        ("a" * 11, 10, 2),
        ("a\n\nb", 10, 3),
        ("猫" * 6, 10, 2),
        ("e\u0301" * 10, 10, 1),
        ("\t\tx", 16, 2),
        ("a\tx", 9, 1),
    ],
)
def test_rows(shown: str, columns: int, taken: int) -> None:
    assert rows(shown, columns) == taken


STEP = {"event": "step", "step": 10, "steps": 40, "loss": 1.23456, "eta_seconds": 75.2}
STAGE = {"event": "stage", "stage": "evaluate", "system": "lora", "done": 3, "total": 10}


def test_lines_of_progress() -> None:
    assert step_line(STEP, bar=False) == "training step 10/40, loss 1.235, 1 min 15 s left"
    assert step_line(STEP).startswith("training [██████··················] step 10/40")
    assert stage_line(STAGE).endswith("has not seen: lora 3/10")
    assert stage_line({"event": "stage", "stage": "new_thing"}) == "new thing"


def events() -> list[dict[str, Any]]:
    started = {"event": "started", "run": "default-1", "base": "tiny", "likes": 61, "held": 10}
    steps = [{**STEP, "step": step} for step in range(1, 41)]
    tests = [{**STAGE, "done": done} for done in range(10)]
    return [started, {"event": "stage", "stage": "train"}, *steps, *tests]


def test_without_a_terminal_progress_is_a_few_plain_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with output.Status() as status:
        progress = Progress(status)
        for event in events():
            progress.show(event)
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert lines[:2] == ["default-1 on tiny: 61 likes, 10 of them held out", "training"]
    assert [line.split(",")[0] for line in lines[2:-1]] == [
        f"training step {step}/40" for step in (10, 20, 30, 40)
    ]
    assert lines[-1] == "testing on prompts that the model has not seen"


def test_on_a_terminal_progress_is_one_line_that_goes_away(
    terminal: Callable[[str], Terminal],
) -> None:
    stream = terminal("stderr")
    with output.Status() as status:
        progress = Progress(status)
        for event in events():
            progress.show(event)
    drawn = stream.getvalue()
    assert drawn.count("\n") == 1  # that of what was started
    assert "step 40/40" in drawn
    assert drawn.endswith("\r\x1b[K")


def test_colours_are_for_terminals_that_want_them(
    terminal: Callable[[str], Terminal],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.note("plain")
    assert capsys.readouterr().err == "plain\n"
    stream = terminal("stderr")
    output.note("faint")
    assert stream.getvalue() == "\x1b[2mfaint\x1b[0m\n"
    monkeypatch.setenv("NO_COLOR", "1")
    output.note("plain")
    assert stream.getvalue().endswith("\nplain\n")


DONE = {
    "run": "default-2",
    "mode": "both",
    "seconds": 48.2,
    "reason": "worse than default-1",
    "scores": {"n": 10, "method": "held-out likes", "systems": {"lora": {"rougeL": 0.4123}}},
}


def test_the_summary_says_which_model_writes() -> None:
    lines = summary({**DONE, "activated": True, "reason": "not worse than default-1"})
    assert lines[0] == "made default-2 in 48 s"
    assert lines[1] == "ROUGE-L (held-out likes, 10 topics): lora 0.412"
    assert lines[2] == "default-2 writes from now on in mode both (not worse than default-1)"
    kept = summary({**DONE, "activated": False})
    assert "the old model stays (worse than default-1)" in kept
    assert "promptstyle activate default-2" in kept[-1]


def test_a_loss_that_is_no_number_is_null_in_json(capfd: pytest.CaptureFixture[str]) -> None:
    output.row({"loss": float("nan"), "more": [float("inf"), {"x": 1.5}]})
    assert capfd.readouterr().out == '{"loss": null, "more": [null, {"x": 1.5}]}\n'


def test_numbers_for_people() -> None:
    assert [text.duration(s) for s in (0.84, 42.4, 185, 7800)] == [
        "0.8 s",
        "42 s",
        "3 min 5 s",
        "2 h 10 min",
    ]
    assert [text.size(n) for n in (0, 999, 1000, 62_300_000, 2_200_000_000)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "62.3 MB",
        "2.2 GB",
    ]
    assert [text.short(n) for n in (950, 131_000, 28_400_000, 1_100_048_384)] == [
        "950",
        "131k",
        "28M",
        "1.1B",
    ]
    assert [text.count(n, "like") for n in (0, 1, 2, 1234)] == [
        "0 likes",
        "1 like",
        "2 likes",
        "1,234 likes",
    ]
    assert text.clip("a\nlong line", 6) == "a lon…"
    assert score_words(None) == []
    assert score_words({"rougeL": 0.41234}) == ["ROUGE-L 0.412"]
