"""The one layout: what it looks like, what is learnt, where it ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.training.template import (
    IGNORED,
    INSTRUCTION,
    STOP,
    encode,
    instruction,
    layout,
)

EOS = 2
BOS = 1


def code_points(text: str) -> list[int]:
    return [ord(letter) + 10 for letter in text]


def test_the_reference_layout_to_the_letter() -> None:
    segments = layout("Make a prompt.", "Write it.")
    assert [segment.text for segment in segments] == [
        "### Instruction:\nMake a prompt.\n\n### Response:\n",
        "Write it.",
    ]


def test_only_the_response_and_its_end_are_learnt() -> None:
    encoded = encode(layout("ab", "cd"), code_points, bos=BOS, eos=EOS)
    prompt = 1 + len(INSTRUCTION.replace("{input}", "ab"))
    assert encoded.labels == [IGNORED] * prompt + [*code_points("cd"), EOS]
    assert encoded.ids[prompt:] == encoded.labels[prompt:]
    assert encoded.ids[0] == BOS


def test_shown_pairs_come_first_closed_and_not_learnt() -> None:
    segments = layout("query", "answer", [("one", "1"), ("two", "2")])
    assert [segment.end for segment in segments] == [False, True, False, True, False, True]
    assert [segment.learn for segment in segments] == [False] * 5 + [True]
    learnt = layout("query", "answer", [("one", "1")], learn_shown=True)
    assert [segment.learn for segment in learnt] == [False, True, False, True]


def test_use_is_a_prefix_of_training() -> None:
    shown = [("one", "1")]
    use = encode(layout("q", shown=shown), code_points, bos=BOS, eos=EOS)
    training = encode(layout("q", "a", shown), code_points, bos=BOS, eos=EOS)
    assert training.ids[: len(use.ids)] == use.ids


@given(st.text(), st.text(), st.integers(1, 60))
def test_truncation_keeps_the_beginning(topic: str, response: str, most: int) -> None:
    whole = encode(layout(topic, response), code_points, bos=BOS, eos=EOS)
    cut = encode(layout(topic, response), code_points, bos=BOS, eos=EOS, max_tokens=most)
    assert cut.ids == whole.ids[:most]
    assert cut.labels == whole.labels[:most]


def test_braces_in_a_topic_are_text() -> None:
    assert "use {input} and {0}" in instruction("use {input} and {0}")


def test_a_second_turn_is_recognised() -> None:
    assert INSTRUCTION.startswith(STOP)
