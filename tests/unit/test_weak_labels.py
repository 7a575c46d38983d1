"""What of the retained likes comes back in a prompt for another topic, learnt from the likes."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest

import promptstyle.assets
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.logistic import Logistic
from promptstyle.core.style.ranking import retain
from promptstyle.core.style.weak_features import Likes
from promptstyle.core.style.weak_labels import ENOUGH, WeakLabels, phrase_labels, snippet_labels
from promptstyle.core.training.template import Pair

STARTER = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    rows = [json.loads(line) for line in STARTER.read_text("utf-8").splitlines()]
    return [(row["input"], row["output"]) for row in rows]


def test_what_is_chosen_comes_back_more_than_what_the_nearest_like_says(pairs: list[Pair]) -> None:
    train, tests = [x for i, x in enumerate(pairs) if i % 4], pairs[::4]
    learnt, index = WeakLabels.learn(train), LikeIndex.of(train)
    words: list[bool] = []
    chosen: list[bool] = []
    nearest: list[bool] = []
    for topic, prompt in tests:
        retained = retain(index, topic)
        found = learnt.keywords(topic, retained)
        assert 0 < len(found) <= 8
        words += map(phrase_labels(prompt), found)
        chosen += map(snippet_labels(prompt), learnt.snippets(topic, retained))
        nearest += map(snippet_labels(prompt), retained[0].text.split(". "))
    assert sum(words) / len(words) > 0.4
    assert sum(chosen) / len(chosen) > 2 * sum(nearest) / len(nearest)


def test_the_topic_decides_where_the_likes_do_by_topic() -> None:
    dishes = ["soup", "bread", "cake", "stew", "salad", "curry", "pie", "rice"]
    tools = ["parser", "server", "script", "query", "macro", "widget", "plugin", "driver"]
    # Words of their own, so that they are no near-duplicates of each other; and a habit that
    # comes and goes with neither kind.
    filler = [" ".join(f"x{a}{b}" for b in "abcdefgh") + "." for a in "abcdefghijklmnop"]
    filler = [f"{rest} Take your time." if n % 3 else rest for n, rest in enumerate(filler)]
    likes = [
        (f"plan a {x}", f"Plan {x}. {rest} Serve it hot with love.")
        for x, rest in zip(dishes, filler, strict=False)
    ]
    likes += [
        (f"code a {x}", f"Build {x}. {rest} Show only the code.")
        for x, rest in zip(tools, filler[8:], strict=True)
    ]
    learnt, index = WeakLabels.learn(likes), LikeIndex.of(likes)
    coder, cook = (retain(index, topic, count=3) for topic in ("code a tool", "plan noodles"))
    # What is retained is of both kinds, so that it is for the topic to decide.
    coding = learnt.keywords("code a tool", coder + cook)
    cooking = learnt.keywords("plan noodles", cook + coder)
    assert {"show only the", "only the code", "show only"} & set(coding[:3])
    assert any("hot" in phrase or "love" in phrase for phrase in cooking[:2])
    assert learnt.snippets("code a tool", coder + cook, 25) == ["Show only the code."]
    assert learnt.snippets("plan noodles", cook + coder, 25) == ["Serve it hot with love."]


def test_bounds_are_kept_and_nothing_is_said_twice(pairs: list[Pair]) -> None:
    learnt, index = WeakLabels.learn(pairs), LikeIndex.of(pairs)
    topic = "Make a prompt that plans a birthday party."
    retained = retain(index, topic)
    for room in (0, 30, 100, 250, 600):
        found = learnt.snippets(topic, retained, room)
        assert len(" ".join(found)) <= room
        assert len(found) == len(set(found))
        assert all(any(text in each.text for each in retained) for text in found)
    assert len(learnt.keywords(topic, retained, 3)) == 3
    # What the topic says itself is in the context already.
    assert not {"plan", "birthday", "party"} & set(learnt.keywords(topic, retained, 30))
    assert learnt.snippets(topic, []) == learnt.keywords(topic, []) == []


def test_a_like_of_this_topic_does_not_count(pairs: list[Pair]) -> None:
    """In training the prompt to be written is among the likes: it must not give itself away."""
    topic = "Make a prompt that plans a birthday party."
    index = LikeIndex.of(pairs)
    retained = retain(index, topic)
    secret = (topic, " ".join(each.text for each in retained))
    without = WeakLabels.learn(pairs)
    # The same weights, so that only the counts can differ.
    having = WeakLabels(sorted([*pairs, secret]), without.words, without.sentences)
    assert having.keywords(topic, retained, 20) == without.keywords(topic, retained, 20)
    assert having.snippets(topic, retained) == without.snippets(topic, retained)


def test_the_order_of_the_likes_does_not_matter(pairs: list[Pair]) -> None:
    one, other = WeakLabels.learn(pairs), WeakLabels.learn(pairs[::-1])
    assert (one.words, one.sentences) == (other.words, other.sentences)
    assert one.words.weights and one.sentences.weights


def test_few_likes_give_what_they_have_in_common(pairs: list[Pair]) -> None:
    few = pairs[: ENOUGH - 1]
    learnt, retained = WeakLabels.learn(few), retain(LikeIndex.of(few), "quiz me")
    assert "make sure" in learnt.keywords("quiz me", retained)
    (card,) = learnt.snippets("quiz me", retained, 250)
    assert "one paragraph" in card and len(card) <= 250
    none = WeakLabels.learn([])
    assert none.keywords("a", []) == none.snippets("a", []) == []


def test_features_are_finite_and_of_one_length(pairs: list[Pair]) -> None:
    likes, index = Likes(pairs), LikeIndex.of(pairs)
    kin = index.kin(3)
    retained = retain(index, pairs[3][0], exclude=kin)
    for items in (
        list(likes.phrases_in(pairs[3][0], retained, kin)),
        list(likes.snippets_in(pairs[3][0], retained, kin)),
    ):
        assert len({len(item.features) for item in items}) == 1
        assert all(math.isfinite(x) for item in items for x in item.features)
        assert all(0 <= item.share <= 1 for item in items)


def test_labels() -> None:
    prompt = "Show only the cards. Do not explain them."
    assert phrase_labels(prompt)("show only")
    assert not phrase_labels(prompt)("explain the")
    # One of three pairs is more than a fifth, one of six is less.
    assert snippet_labels(prompt)("Do not guess it")
    assert not snippet_labels(prompt)("Use a table and do not add rows")
    assert not snippet_labels(prompt)("Word")


def test_logistic_regression_finds_what_made_the_labels() -> None:
    draw = random.Random(5)
    rows = [(draw.gauss(0, 1), draw.gauss(10, 5), draw.gauss(0, 1)) for _ in range(6000)]
    true = (1.5, -0.2, 0.0)

    def chance(row: tuple[float, ...]) -> float:
        return 1 / (1 + math.exp(-(1.0 + sum(w * x for w, x in zip(true, row, strict=True)))))

    labels = [draw.random() < chance(row) for row in rows]
    found = Logistic.fit(rows, labels)
    assert found.weights == pytest.approx((*true, 1.0), abs=0.2)
    assert found == Logistic.fit(rows, labels)


def test_logistic_regression_of_hard_cases() -> None:
    assert Logistic.fit([(1.0,), (2.0,)], [True, True]).score((5.0,)) == 0.0
    # Told apart without an error, and a feature that is always the same: still finite.
    rows = [(float(i), 7.0, 1e-9 * i) for i in range(40)]
    found = Logistic.fit(rows, [i >= 20 for i in range(40)])
    assert all(map(math.isfinite, found.weights))
    assert found.score(rows[0]) < found.score(rows[25]) < found.score(rows[39])
