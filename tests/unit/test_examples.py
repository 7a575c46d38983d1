"""The sequences that a run learns from: nothing of the answer stands in its own context."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.parts import Parts
from promptstyle.core.training.examples import Examples
from promptstyle.core.training.recipes import DEFAULT
from promptstyle.core.training.template import IGNORED, Encoded, Style, layout

WORDS = [
    "oats",
    "rye",
    "figs",
    "plums",
    "hens",
    "goats",
    "bees",
    "trout",
    "ferns",
    "moss",
    "clay",
    "flint",
    "slate",
    "chalk",
]
BOS, EOS = 1, 2


@dataclass
class Letters:
    """A tokeniser that takes letters for tokens."""

    bos: int = BOS
    eos: int = EOS

    def encode(self, text: str) -> list[int]:
        return [ord(letter) + 10 for letter in text]


def read(ids: list[int]) -> str:
    return "".join(chr(token - 10) for token in ids if token > EOS)


def learnt(found: Encoded) -> str:
    return read([label for label in found.labels if label != IGNORED])


def pairs(count: int = 10) -> list[tuple[str, str]]:
    """Likes of which two share a topic and two nearly share a prompt."""
    found = [
        (
            f"Make a prompt about {WORDS[i]}.",
            f"Tell me {i + 3} things about {WORDS[i]} that {WORDS[i + 1]} do not have, in a list.",
        )
        for i in range(count)
    ]
    found[1] = (found[0][0], found[1][1])
    found[5] = (found[5][0], found[4][1] + " Be brief.")
    return found


def examples(**changes: Any) -> Examples:
    recipe = replace(
        DEFAULT,
        **{
            "shots": (3,),
            "max_tokens": 4000,
            "learn_shown": False,
            "parts": Parts(),
            **changes,
        },
    )
    return Examples(pairs(), range(10), recipe, 42, Letters(), others=["HE SHOUTS.", "She asks?"])  # type: ignore[arg-type]


@given(st.integers(0, 9), st.integers(0, 3), st.booleans())
def test_a_like_is_not_in_its_own_context(index: int, epoch: int, learn_shown: bool) -> None:
    made = examples(learn_shown=learn_shown)
    found = read(made.prompt(index, epoch).ids)
    topic, prompt = pairs()[index]
    assert found.endswith(layout(topic)[0].text + prompt)
    assert found.count(layout(topic)[0].text) == 1
    before = found[: -len(prompt)]
    assert prompt not in before
    # 4 and 5 are the same but for two words.
    twin = {4: 5, 5: 4}.get(index)
    if twin is not None:
        assert pairs()[twin][1] not in before


def test_the_answer_alone_is_learnt() -> None:
    assert learnt(examples().prompt(3, 0)) == pairs()[3][1]


def test_shown_likes_are_learnt_where_the_recipe_says_so() -> None:
    made = examples(learn_shown=True)
    said = learnt(made.prompt(3, 0))
    assert said.endswith(pairs()[3][1]) and said.count("Tell me") == 4
    # Not where a loss is to say something of this like.
    assert learnt(made.prompt(3, 0, alone=True)) == pairs()[3][1]


def test_likes_kept_back_are_never_shown() -> None:
    recipe = replace(DEFAULT, shots=(9,), max_tokens=9000)
    made = Examples(pairs(), range(5), recipe, 42, Letters())  # type: ignore[arg-type]
    for index in range(10):
        found = read(made.prompt(index, 0).ids)
        shown = found[: -len(pairs()[index][1])]
        assert not any(pairs()[kept][1] in shown for kept in range(5, 10))


def test_the_same_seed_and_epoch_give_the_same_sequence() -> None:
    one, two = examples(shots=(0, 1, 2)), examples(shots=(0, 1, 2))
    rows = [[made.prompt(i, e).ids for e in range(4) for i in range(10)] for made in (one, two)]
    assert rows[0] == rows[1]
    counts = {read(ids).count("### Response") - 1 for ids in rows[0]}
    assert counts == {0, 1, 2}


def test_nothing_shown_is_the_reference_layout() -> None:
    made = examples(shots=(0,), parts=Parts(lead=True, summary="likes", keywords="likes"))
    assert read(made.prompt(2, 0).ids) == layout(pairs()[2][0])[0].text + pairs()[2][1]


def test_too_long_a_context_loses_its_first_likes() -> None:
    whole = examples().prompt(3, 0)
    less = examples(max_tokens=len(whole.ids) - 1).prompt(3, 0)
    assert len(less.ids) < len(whole.ids)
    assert read(whole.ids).endswith(read(less.ids))
    assert read(less.ids).count("### Response") == 3


def test_pairs_to_tell_apart() -> None:
    made = examples(distinction=1.0)
    texts = [prompt for _, prompt in pairs()]
    seen = {True: 0, False: 0}
    for epoch in range(20):
        for index in range(10):
            found = made.pair(index, epoch)
            assert found is not None
            said = read(found.ids)
            answer = learnt(found)
            others = [other for other in ("HE SHOUTS.", "She asks?") if other in said]
            assert answer == ("false" if others else "true")
            assert texts[index] in said
            if not others:
                two = [text for text in texts if f"\n\n{text}\n\n" in said]
                assert len(two) == 2
                assert {texts.index(text) for text in two} != {4, 5}
            seen[not others] += 1
    assert min(seen.values()) > 60


@pytest.mark.parametrize("others", [[], None])
def test_nobody_to_tell_apart(others: list[str] | None) -> None:
    made = Examples(pairs(), range(10), DEFAULT, 42, Letters(), others or ())  # type: ignore[arg-type]
    assert made.pair(0, 0) is None


def test_an_empty_style_is_nothing() -> None:
    assert layout("t", "p", style=Style()) == layout("t", "p")
