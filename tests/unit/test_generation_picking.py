"""Which candidate is best, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.client import Done
from promptstyle.core.generation.picker import LARGE_POOL, POOL, Picker, pool_size
from promptstyle.core.generation.picking import WEIGHTS, Weights, pick, repetition
from promptstyle.core.generation.prompter import weighs_swapped
from promptstyle.core.library import CANCELLED
from promptstyle.core.modes import MODES

TOPIC = "Make a prompt that plans dinners for a week."
GOOD = "Plan dinners for a week. Show only a table."
OFF = "Name a cat in 3 words. Show only the name."
LIKES = [(f"like{n}", f"Plan {n} things for the day. Show only a table of {n}.") for n in range(9)]


def pool(*texts: str, logprobs: list[float | None] | None = None) -> list[Done]:
    found = logprobs or [-1.0] * len(texts)
    return [
        Done(place, text, "stop", 9, 0.1, logprob)
        for place, (text, logprob) in enumerate(zip(texts, found, strict=True))
    ]


def order(done: list[Done], weights: Weights = WEIGHTS, **more: object) -> list[int]:
    picked = pick(done, TOPIC, weights=weights, **more)  # type: ignore[arg-type]
    return [each.done.candidate for each in picked]


def test_what_the_topic_asks_for_comes_first() -> None:
    assert order(pool(OFF, GOOD)) == [1, 0]
    first, second = pick(pool(OFF, GOOD), TOPIC)
    assert (first.scores.covered, second.scores.covered) == (1.0, 0.0)
    assert first.scores.total > second.scores.total


def test_each_score_alone_decides_by_its_weight() -> None:
    likely = pool(OFF, GOOD, "Be brief.", logprobs=[-2.0, -1.0, -3.0])
    assert order(likely, Weights(likelihood=1)) == [1, 0, 2]
    assert order(likely, Weights(habits=1), habits_fit=lambda text: text == OFF) == [0, 1, 2]
    assert order(likely, Weights(copied=1), copies=lambda text: "x" if text == OFF else None) == [
        1,
        2,
        0,
    ]
    said_twice = f"{OFF} And again. {OFF}"
    assert order(pool(said_twice, OFF[:9], GOOD), Weights(repeated=1)) == [1, 2, 0]
    # Two say much the same, the third has not a word of it.
    alike = pool("Sing now.", "Plan a week of meals.", "Plan the week of meals well.")
    assert order(alike, Weights(agreement=1)) == [1, 2, 0]
    assert order(likely, Weights()) == [0, 1, 2]


def test_likelihood_counts_in_deviations_of_the_pool() -> None:
    near = pool(OFF, GOOD, logprobs=[-1.00, -1.01])
    far = pool(OFF, GOOD, logprobs=[-1.0, -9.0])
    assert [p.scores.total for p in pick(near, "x", weights=Weights(likelihood=1))] == [1, -1]
    assert [p.scores.total for p in pick(far, "x", weights=Weights(likelihood=1))] == [1, -1]
    same = pick(pool(OFF, GOOD), "x", weights=Weights(likelihood=1))
    assert [p.scores.total for p in same] == [0, 0]


def test_one_that_is_not_whole_comes_after_the_whole_ones() -> None:
    done = [*pool("", OFF), replace(pool(GOOD)[0], candidate=2, finish=CANCELLED, logprob=None)]
    assert order(done) == [1, 2, 0]
    (alone,) = pick(done[2:], TOPIC)
    assert alone.scores.likelihood is None


def test_near_duplicates_stand_behind_all_that_are_not() -> None:
    again = GOOD.replace("Show only", "show  only").upper()
    assert order(pool(GOOD, again, OFF)) == [0, 2, 1]


@given(
    st.lists(
        st.tuples(st.sampled_from([GOOD, OFF, "", "Be brief."]), st.floats(-9, 0) | st.none()),
        max_size=6,
    )
)
def test_every_candidate_comes_back_once_in_one_order(
    given: list[tuple[str, float | None]],
) -> None:
    done = pool(*[text for text, _ in given], logprobs=[value for _, value in given])
    found = order(done)
    assert sorted(found) == list(range(len(done)))
    # Whatever order they came in.
    assert order(done[::-1]) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0.0),
        ("Be brief.", 0.0),
        ("Plan dinners. Show a table. Plan dinners.", 1.0),
        # Five runs of four words, one of which stands there already.
        ("a b c d a b c d", 0.2),
    ],
)
def test_repetition(text: str, expected: float) -> None:
    assert repetition(text) == pytest.approx(expected)


# --- for one person ---


def test_a_picker_goes_by_the_habits_of_the_likes_it_knows() -> None:
    picker = Picker(Weights(habits=1))
    manner = "Plan 4 things for the week. Show only a table of 4."
    foreign = "I would be so very grateful if you could possibly think of something to sing to me"
    picker.know(LIKES)
    assert [p.done.text for p in picker.pick(pool(foreign, manner), TOPIC)] == [manner, foreign]
    # Another person.
    picker.know([(f"other{n}", f"{foreign} on day {n}") for n in range(9)])
    assert [p.done.text for p in picker.pick(pool(manner, foreign), TOPIC)] == [foreign, manner]
    picker.know([])
    assert [p.scores.habits for p in picker.pick(pool(manner, foreign), TOPIC)] == [None, None]


def test_what_strays_in_from_the_topic_of_a_like_counts_against_a_candidate() -> None:
    picker = Picker(Weights(strays=1))
    picker.know([*LIKES, ("rome", "Name 4 emperors of the Roman Empire.")])
    stray, plain = "Plan 4 dinners of the Roman Empire.", "Plan 4 dinners with lentils and rice."
    first, second = picker.pick(pool(stray, plain), TOPIC)
    assert (first.done.text, first.scores.strays, second.scores.strays) == (plain, 0, 2)
    # Unless the topic is about it, or the notes that were shown are.
    assert picker.pick(pool(stray), "a Roman dinner")[0].scores.strays == 1
    assert picker.pick(pool(stray), TOPIC, ["Roman food", "an empire's menu"])[0].scores.strays == 0
    # Of a few likes it is not known which words are of the topic.
    picker.know([("rome", "Name 4 emperors of the Roman Empire.")])
    assert picker.pick(pool(stray), TOPIC)[0].scores.strays == 0
    # A word of several likes is the person's.
    picker.know([*LIKES, ("rome", "Name the Roman Empire."), ("law", "Explain the Roman Empire.")])
    assert picker.pick(pool(stray), TOPIC)[0].scores.strays == 0


def test_a_picker_names_the_like_that_is_copied() -> None:
    picker = Picker()
    long = "Plan dinners for two people and show every step of each recipe in a table. Be brief."
    picker.know([*LIKES, ("long", long)])
    first, second = picker.pick(pool(long, GOOD), TOPIC)
    assert (first.scores.copies, second.scores.copies) == (None, "long")
    picker.know(LIKES)
    assert picker.pick(pool(long), TOPIC)[0].scores.copies is None


@pytest.mark.parametrize(
    ("asked", "n", "parameters", "greedy", "size"),
    [
        (0, 1, 7_000_000, False, POOL),
        (0, 9, 7_000_000, False, 9),
        (0, 1, 1_100_000_000, False, LARGE_POOL),
        (0, 4, 1_100_000_000, False, 4),
        # A base that is not there says nothing of its size.
        (0, 1, 0, False, LARGE_POOL),
        (1, 1, 7_000_000, False, 1),
        (12, 3, 1_100_000_000, False, 12),
        (12, 1, 7_000_000, True, 1),
    ],
)
def test_how_many_are_written(asked: int, n: int, parameters: int, greedy: bool, size: int) -> None:
    assert pool_size(asked, n, parameters, greedy=greedy) == size


def test_a_like_with_the_words_swapped_in_is_whole_and_may_copy() -> None:
    swapped = Done(1, GOOD, "stop", 0, 0.0, swapped="like1")
    written = pool(OFF)[0]
    # It is a copy by its nature, so that only the weight of its own kind is taken off.
    weights = Weights(covered=1, copied=10, swapped=0.5)
    first, second = pick([written, swapped], TOPIC, weights=weights, copies=lambda text: "like1")
    assert first.done is swapped and first.scores.copies == "like1"
    assert (first.scores.total, second.scores.total) == (0.5, -10)
    halfway = replace(written, logprob=None)
    assert pick([halfway, swapped], "anything else")[0].done is swapped


def test_a_swapped_like_is_weighed_where_one_is_picked_from_several() -> None:
    assert [name for name, mode in MODES.items() if weighs_swapped(mode, 6)] == [
        "context",
        "lora",
        "both",
    ]
    assert not any(weighs_swapped(mode, 1) for mode in MODES.values())
