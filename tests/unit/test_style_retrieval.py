"""Which likes are found for a topic."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.ranking import RANKINGS, Retained, retain
from promptstyle.core.style.words import NEAR_DUPLICATE, resemblance, shingles
from promptstyle.core.training.template import Pair

STARTER = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")
ROOM = 10**9


@pytest.fixture(scope="module")
def starter() -> list[Pair]:
    rows = map(json.loads, STARTER.read_text(encoding="utf-8").splitlines())
    return [(row["input"], row["output"]) for row in rows]


def nearest(
    index: LikeIndex[int], topic: str, count: int, exclude: Collection[int] = ()
) -> list[int]:
    """The keys of what is retained by the words of the topic alone, whatever its length."""
    found = retain(
        index, topic, count=count, characters=ROOM, exclude=exclude, form_weight=0, typical_weight=0
    )
    return [each.key for each in found]


def test_bm25_by_hand() -> None:
    index = LikeIndex.of([("sea", "calm blue water"), ("hill", "calm green grass")])
    # Both likes are 5 terms long (the topic counts twice). "sea" stands in one of two.
    tf = 2 * 2.5 / (2 + 1.5)
    assert index.documents("sea") == {0: pytest.approx(math.log(2) * tf)}
    idf_of_both = math.log(1 + 0.5 / 2.5)
    assert index.documents("calm") == {
        0: pytest.approx(idf_of_both * 2.5 / 2.5),
        1: pytest.approx(idf_of_both * 2.5 / 2.5),
    }


@pytest.mark.parametrize("weights", [{}, {"form_weight": 0.0, "typical_weight": 0.0}])
@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("Make a prompt that explains SQL joins", "SQL query to a manager"),
        ("planning cheap lunches for students", "five cheap dinners"),
        ("Write a prompt to summarise a research article for class", "research paper"),
        ("prompt for naming a git commit", "commit message"),
        ("Make a prompt that drills French irregular verbs", "Spanish irregular verbs"),
    ],
)
def test_the_like_on_the_same_subject_comes_first(
    starter: list[Pair], topic: str, expected: str, weights: dict[str, float]
) -> None:
    assert expected in retain(LikeIndex.of(starter), topic, **weights)[0].topic


def test_request_words_do_not_count() -> None:
    pairs = [
        ("Make a prompt that makes a prompt", "Make a prompt that makes prompts."),
        ("Sailing knots", "List 5 knots for a small boat."),
    ]
    index = LikeIndex.of(pairs)
    assert index.documents("Make a prompt that is good") == {}
    assert nearest(index, "Make a prompt that explains knots", 1) == [1]


def test_excluded_likes_do_not_come_back(starter: list[Pair]) -> None:
    index = LikeIndex.of(starter)
    topic = "plan a table of words"
    assert len(index.documents(topic)) >= 3
    first, second, third = nearest(index, topic, 3)
    assert nearest(index, topic, 2, exclude=[first]) == [second, third]
    assert nearest(index, "a SQL query", 3, exclude=range(len(starter))) == []


def test_of_two_near_identical_likes_one_is_shown() -> None:
    prompt = "List exactly 5 facts about bees. Make sure every fact is short. Show only the list."
    pairs = [
        ("facts about bees", prompt),
        ("facts about bees again", prompt.replace("5", "6")),
        ("honey", "Describe how honey is made in 4 steps."),
    ]
    assert nearest(LikeIndex.of(pairs), "facts about bees", 3) == [0, 2]
    # Also where no word of the topic matches.
    found = nearest(LikeIndex.of(pairs), "quantum", 3)
    assert len(found) == 2
    assert 2 in found


def test_without_a_match_the_typical_like_comes_first() -> None:
    pairs = [
        ("zebra", "Sketch zebra stripes."),
        ("apples", "Count red apples in baskets."),
        ("pears", "Count green pears in baskets."),
        ("fruit", "Count apples and pears in baskets."),
    ]
    found = nearest(LikeIndex.of(pairs), "quantum chromodynamics", 2)
    # The last shares most with all others; then something unlike it, not the next row.
    assert found == [3, 0]


def test_without_a_match_likes_are_varied(starter: list[Pair]) -> None:
    found = nearest(LikeIndex.of(starter), "xyzzy", 4)
    assert len(set(found)) == 4
    assert found != [0, 1, 2, 3]
    openings = {starter[index][1].split()[0] for index in found}
    assert len(openings) >= 3


def test_matches_first_then_filled_up(starter: list[Pair]) -> None:
    index = LikeIndex.of(starter)
    matching = index.documents("haiku")
    found = nearest(index, "haiku", len(matching) + 3)
    assert set(found[: len(matching)]) == set(matching)
    assert len(found) == len(matching) + 3


def test_few_likes() -> None:
    assert nearest(LikeIndex.of([]), "anything", 3) == []
    one = LikeIndex.of([("a", "b")])
    assert nearest(one, "anything", 3) == [0]
    assert nearest(one, "anything", 0) == []
    assert nearest(LikeIndex.of([("", "")]), "", 1) == [0]


def test_a_huge_topic_is_taken(starter: list[Pair]) -> None:
    topic = "Make a prompt that explains SQL " + "please " * 15_000
    assert "SQL" in retain(LikeIndex.of(starter), topic, count=1)[0].topic


def test_the_form_counts_as_well_as_the_topic() -> None:
    pairs = [
        ("Make a prompt that translates a menu.", "Translate the menu below into English."),
        ("Make a prompt that explains a menu.", "Explain the menu below to a waiter."),
    ]
    index = LikeIndex.of(pairs)
    topic = "Make a prompt that clarifies a menu."
    # By their words they are equal, and the first in the alphabet would come first.
    found = retain(index, topic, form_weight=0.1, typical_weight=0)
    assert [each.key for each in found] == [1, 0]
    asked_to_translate = "Make a prompt for localizing a menu."
    found = retain(index, asked_to_translate, form_weight=0.1, typical_weight=0)
    assert [each.key for each in found] == [0, 1]


def test_of_equally_near_likes_the_typical_one_comes_first() -> None:
    pairs = [
        ("bees", "Zigzag bees quickly, whatever happens."),
        ("bees", "List five bees, and number them."),
        ("ants", "List five ants, and number them well."),
        ("wasps", "List five wasps, and number them too."),
    ]
    found = retain(LikeIndex.of(pairs), "bees", form_weight=0, typical_weight=2, count=2)
    assert [each.key for each in found] == [1, 0]


def test_no_more_characters_than_asked_for() -> None:
    pairs = [
        ("bees", "Count bees. " * 30),
        ("bees and honey", "List bees and honey. " + "Number them one by one. " * 10),
        ("honey", "Describe honey in 4 steps."),
    ]
    index = LikeIndex.of(pairs)
    whole = retain(index, "bees", characters=ROOM, form_weight=0, typical_weight=0)
    assert [each.key for each in whole] == [0, 1, 2]
    assert all(each.whole and each.text == pairs[each.key][1].strip() for each in whole)
    # The second does not fit beside the first, and the third does.
    fitting = retain(index, "bees", characters=400, form_weight=0, typical_weight=0)
    assert [each.key for each in fitting] == [0, 2]
    # The first is cut at a sentence.
    cut = retain(index, "bees", characters=100, form_weight=0, typical_weight=0)
    assert cut == [Retained(0, "bees", ("Count bees. " * 8).strip(), whole=False)]
    assert retain(index, "bees", characters=0) == []


def test_snippets_are_retained_by_themselves() -> None:
    prompt = "List 5 bees. " + "Say how each of them lives. " * 10 + "End with a table of hives."
    index = LikeIndex.of([("insects", prompt), ("tables", "Draw a wide table.")])
    found = retain(index, "a table of hives and bees", ranking="snippets", form_weight=0)
    ours = [each for each in found if each.key == 0]
    assert len(ours) == 2
    assert {each.topic for each in ours} == {"insects"}
    assert all(each.text in prompt and not each.whole for each in ours)
    assert retain(index, "table", ranking="snippets")[0] == Retained(
        1, "tables", "Draw a wide table.", whole=True
    )
    # Filled up with the beginning of what is left.
    filled = retain(index, "wide", ranking="snippets", exclude=[1])
    assert [each.key for each in filled] == [0]
    assert filled[0].text.startswith("List 5 bees.")


def test_documents_by_their_best_snippet() -> None:
    one = "Say how each of them lives and what it eats in winter. " * 6
    other = "Then count them all, in a table of two columns, and round up. " * 6
    index = LikeIndex.of(
        [
            ("a", f"Draw hives. {one} Draw bees. {one} Draw honey."),
            ("b", f"{other} Draw hives, bees and honey."),
        ]
    )
    topic = "hives, bees, honey"
    scores = index.best_snippet(topic)
    assert scores[1] > scores[0] > 0
    best = index.snippets(topic)[0]
    assert (best.key, best.score) == (1, scores[1])
    assert best.text in index[1][1]
    found = retain(index, topic, ranking="best-snippet", form_weight=0, typical_weight=0)
    assert [(each.key, each.whole) for each in found] == [(1, True), (0, True)]


def test_dense_scores_are_cosines() -> None:
    np = pytest.importorskip("numpy")
    pairs = [("a", "Alpha one."), ("b", "Beta two."), ("c", "Gamma three.")]
    index = LikeIndex.of(pairs)
    vectors = {0: np.array([1.0, 0.0]), 1: np.array([0.6, 0.8]), 9: np.array([0.0, 1.0])}
    query = np.array([0.0, 1.0])
    assert index.dense(query) == {}
    index.attach(vectors)
    # 2 has no vector, and 9 is no like.
    assert index.dense(query) == {0: 0.0, 1: pytest.approx(0.8)}
    found = retain(index, "alpha", ranking="dense", query=query, form_weight=0, typical_weight=0)
    assert [each.key for each in found] == [1, 0, 2]
    # Without the topic's vector, by its words.
    assert retain(index, "alpha", ranking="dense")[0].key == 0
    index.attach(None)
    assert retain(index, "alpha", ranking="dense", query=query)[0].key == 0


def test_an_unknown_ranking_is_refused() -> None:
    with pytest.raises(ValueError, match="best-snippet"):
        retain(LikeIndex.of([("a", "b")]), "a", ranking="bm52")


WORDS = ["bees", "honey", "list", "exactly", "5", "facts", "make", "sure", "plan", "sea", ". "]
text = st.text(max_size=40) | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(
    pairs=st.lists(st.tuples(text, text), max_size=8),
    topic=text,
    k=st.integers(0, 10),
    exclude=st.sets(st.integers(0, 9), max_size=4),
)
def test_whatever_the_likes_the_answer_is_sound(
    pairs: list[Pair], topic: str, k: int, exclude: set[int]
) -> None:
    index = LikeIndex.of(pairs)
    found = nearest(index, topic, k, exclude)
    assert len(found) == len(set(found)) <= k
    assert set(found) <= set(range(len(pairs))) - exclude
    assert found == nearest(LikeIndex.of(pairs), topic, k, exclude)
    # Nothing is held back but near-duplicates and what was excluded.
    different = {
        prompt.casefold() for index, (_, prompt) in enumerate(pairs) if index not in exclude
    }
    assert found or not k or not different
    scores = index.documents(topic)
    ranked = [scores.get(key, 0.0) for key in found]
    assert ranked == sorted(ranked, reverse=True)


@given(
    pairs=st.lists(st.tuples(text, text), max_size=8),
    topic=text,
    ranking=st.sampled_from(RANKINGS),
    count=st.integers(0, 5),
    characters=st.integers(0, 120),
    exclude=st.sets(st.integers(0, 9), max_size=4),
)
def test_the_bounds_hold_for_every_ranking(
    pairs: list[Pair],
    topic: str,
    ranking: str,
    count: int,
    characters: int,
    exclude: set[int],
) -> None:
    found = retain(
        LikeIndex.of(pairs),
        topic,
        ranking=ranking,
        count=count,
        characters=characters,
        exclude=exclude,
    )
    assert len(found) <= count
    assert sum(len(each.text) for each in found) <= characters
    for place, each in enumerate(found):
        assert each.key not in exclude
        assert each.topic == pairs[each.key][0]
        assert each.text in pairs[each.key][1]
        assert each.whole == (each.text == pairs[each.key][1].strip())
        # A cut one is compared whole.
        for other in found[:place]:
            if ranking != "snippets" and other.whole and each.whole:
                alike = resemblance(shingles(each.text), shingles(other.text))
                assert alike < NEAR_DUPLICATE
