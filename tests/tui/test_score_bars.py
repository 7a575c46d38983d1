"""Bars of text: as long as the score says, at any width, with or without colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.tui.widgets.score_bars import EIGHTHS, Bars, Score, bar, chart, scale

MEASURES = ("ROUGE-1", "ROUGE-L")
share = st.floats(0, 1)
scores = st.tuples(share, share, share).map(sorted).map(lambda s: Score(s[1], s[0], s[2]))


def eighths(text: str) -> int:
    """How far a bar without a whisker goes."""
    return 8 * text.count("█") + max(
        (EIGHTHS.index(sign) for sign in text if sign in EIGHTHS[1:]), default=0
    )


@given(mean=share, columns=st.integers(1, 120))
def test_a_bar_is_as_long_as_the_score_to_an_eighth_of_a_cell(mean: float, columns: int) -> None:
    drawn = bar(Score(mean, mean, mean), 1.0, columns).plain
    assert len(drawn) == columns
    assert abs(eighths(drawn) - mean * columns * 8) <= 1


def test_the_whisker_goes_from_bound_to_bound_and_leaves_the_end_of_the_bar() -> None:
    assert bar(Score(0.52, 0.2, 0.8), 1.0, 10).plain == "██├──▎─┤  "


def test_the_whisker_within_the_bar_is_in_reverse() -> None:
    drawn = bar(Score(0.5, 0.2, 0.8), 1.0, 10, "red")
    reversed_cells = {
        cell
        for span in drawn.spans
        if "reverse" in str(span.style)
        for cell in range(span.start, span.end)
    }
    assert reversed_cells == {2, 3, 4}


def test_without_an_interval_there_is_no_whisker() -> None:
    assert bar(Score(0.5, 0.5, 0.5), 1.0, 10).plain == "█████     "


@given(score=scores, top=st.sampled_from([0.1, 0.4, 1.0]), columns=st.integers(1, 120))
def test_any_score_fits_its_cells(score: Score, top: float, columns: int) -> None:
    drawn = bar(score, top, columns).plain
    assert len(drawn) == columns
    assert set(drawn) <= set(EIGHTHS + "█├─┤")


@pytest.mark.parametrize(
    ("highest", "end"), [(0.0, 0.1), (0.05, 0.1), (0.3, 0.3), (0.31, 0.4), (0.3948, 0.4), (1, 1)]
)
def test_the_axis_ends_at_a_tenth(highest: float, end: float) -> None:
    assert scale(highest) == end


@given(
    rows=st.lists(st.tuples(scores, scores), min_size=1, max_size=6),
    width=st.integers(30, 250),
)
def test_the_chart_fits_its_width_and_names_every_figure(
    rows: list[tuple[Score, Score]], width: int
) -> None:
    names = ("random", "nearest", "vanilla", "context", "lora", "both")
    bars = [Bars(name, row, name == "lora") for name, row in zip(names, rows, strict=False)]
    lines = [line.plain for line in chart(bars, MEASURES, width)]
    assert len(lines) == 2 * len(rows) + 1
    assert all(len(line) <= width for line in lines)
    for place, (one, longest) in enumerate(rows):
        assert lines[2 * place].endswith(f" {one.mean:.3f}")
        assert lines[2 * place + 1].endswith(f" {longest.mean:.3f}")
        assert ("▶ lora" in lines[2 * place]) == (names[place] == "lora")


def test_no_rows_are_no_chart() -> None:
    assert chart([], MEASURES, 80) == []
