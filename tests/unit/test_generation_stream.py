"""The stream of a candidate: characters from bytes, and nothing shown that is taken back."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from promptstyle.core.generation.stream import STOPS, TextStream
from promptstyle.core.training.template import instruction


def run(pieces: list[bytes], *, cut_short: bool = False) -> tuple[list[str], str]:
    """(what was shown, bit by bit, the clean text)."""
    stream = TextStream()
    shown = []
    for piece in pieces:
        if stream.stopped:
            break
        shown.append(stream.feed(piece))
    late, text = stream.finish(cut_short=cut_short)
    return [*shown, late], text


def bytewise(text: str) -> list[bytes]:
    return [bytes([byte]) for byte in text.encode()]


def test_characters_are_put_together_from_bytes() -> None:
    shown, text = run(bytewise(" Schön 🙂 写。"))
    assert text == "".join(shown) == "Schön 🙂 写。"
    assert not any("\ufffd" in bit for bit in shown)


def test_broken_bytes_and_control_characters_vanish() -> None:
    shown, text = run([b"\xe4Wri", b"te\x00\x07 a \xff", b"poem.\xe2\x82"])
    assert text == "".join(shown) == "Write a poem."


def test_the_template_opens_with_the_stop_string() -> None:
    assert instruction("x").startswith(STOPS[0])
    assert STOPS[1] in instruction("x")


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("width", [1, 3, 100])
def test_the_stop_string_is_never_shown_in_part(stop: str, width: int) -> None:
    data = f" Write a poem.\n\n{stop}:\nAnother".encode()
    shown, text = run([data[at : at + width] for at in range(0, len(data), width)])
    assert text == "".join(shown) == "Write a poem."


def test_a_heading_that_is_no_stop_is_shown() -> None:
    shown, text = run(bytewise("Use these:\n### Insights\n### Rest"))
    assert text == "".join(shown) == "Use these:\n### Insights\n### Rest"


def test_a_repeated_sentence_stops_and_is_not_shown() -> None:
    stream = TextStream()
    shown = ""
    for piece in bytewise(" Make sure to rhyme. Use four lines. Make sure to rhyme. More"):
        shown += stream.feed(piece)
        if stream.stopped:
            break
    assert stream.stopped
    late, text = stream.finish(cut_short=False)
    assert text == shown + late == "Make sure to rhyme. Use four lines."


def test_a_loop_stops_and_is_cut_back_to_the_last_sentence() -> None:
    stream = TextStream()
    for piece in bytewise("Draw it. Add the cat and the cat and the cat and the cat"):
        stream.feed(piece)
        if stream.stopped:
            break
    assert stream.stopped
    assert stream.finish(cut_short=False)[1] == "Draw it."


def test_length_cuts_back() -> None:
    assert run([b"Write it. Make s"], cut_short=True)[1] == "Write it."


words = st.sampled_from(
    [" make", " sure", " to", " use", " cats", ".", ".", "\n", "\n- ", "###", " ###", " Instruct",
     " Instruction", "é", "🙂", " 3", "\x00", "### Instruction:\n", "  ", "Response", ":"]
)  # fmt: skip
pieces = st.lists(words, max_size=60).map(lambda parts: "".join(parts).encode())


@settings(max_examples=300)
@given(pieces | st.binary(max_size=100), st.integers(1, 7), st.booleans())
def test_the_clean_text_is_a_beginning_of_what_was_shown(
    data: bytes, width: int, cut_short: bool
) -> None:
    shown, text = run(
        [data[at : at + width] for at in range(0, len(data), width)], cut_short=cut_short
    )
    streamed = "".join(shown)
    assert streamed.startswith(text)
    assert not any(stop in streamed for stop in STOPS)
    assert "\ufffd" not in streamed


@settings(max_examples=200)
@given(pieces, st.integers(1, 7))
@example(b" make Instruct make Instruct make### Instruction:\n", 2)
@example(b" to to to toResponse", 5)
def test_the_text_does_not_depend_on_where_tokens_break(data: bytes, width: int) -> None:
    split = [data[at : at + width] for at in range(0, len(data), width)]
    assert run(split)[1] == run(bytewise(data.decode()))[1]
