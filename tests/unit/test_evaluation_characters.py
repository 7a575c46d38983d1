"""The judge by character patterns: it knows the manner, and not the topic."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.evaluation.characters import FEWEST, CharacterJudge
from promptstyle.core.evaluation.masking import masked
from promptstyle.core.evaluation.splits import folds
from promptstyle.core.evaluation.threshold import balanced_accuracy, best_threshold
from promptstyle.core.style.others import halves, shipped_authors, unlike

AUTHORS = Path(__file__).parents[1] / "authors"
# The first inputs of every author are the same.
SHARED = 14


def prompts(name: str) -> list[str]:
    lines = (AUTHORS / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["output"] for line in lines]


NAMES = sorted(path.stem for path in AUTHORS.glob("*.jsonl"))


def fitted(own: list[str], others: list[str]) -> CharacterJudge:
    judge = CharacterJudge.fit(own, others, seed=0)
    assert judge is not None
    return judge


def accuracy(judge: CharacterJudge, own: list[str], others: list[str]) -> float:
    scores = [[judge.score(text) for text in texts] for texts in (own, others)]
    return balanced_accuracy(*scores, judge.threshold)


# --- masking ---


def test_what_is_left_of_a_text_is_its_manner() -> None:
    text = "Explain photosynthesis in NASA terms, in exactly 12 short lines.\n- Don't use Latin!"
    assert masked(text) == "Xx x in X x, in exactly # short lines.\n- Don't use Xx!"


def test_two_topics_in_one_manner_are_alike() -> None:
    form = "Could you please write a short {} about {} for me? Thank you, {}."
    one, other = form.format("poem", "cats", "Anna"), form.format("essay", "rain", "Bert")
    assert masked(one) == masked(other)


@given(st.text())
def test_masking_keeps_the_lines_and_is_stable(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
    assert once.count("\n") == text.count("\n")


# --- the threshold ---


def test_the_threshold_is_the_middle_of_the_widest_gap() -> None:
    assert best_threshold([5.0, 6.0], [1.0, 2.0]) == 3.5
    assert best_threshold([1.0, 1.0], [1.0]) == 1.0
    with pytest.raises(ValueError, match="both sides"):
        best_threshold([], [1.0])


scores = st.lists(st.floats(-10, 10), min_size=1, max_size=12)


@given(scores, scores)
def test_no_cut_is_better_than_the_threshold(own: list[float], others: list[float]) -> None:
    cut = best_threshold(own, others)
    found = balanced_accuracy(own, others, cut)
    if len({*own, *others}) > 1:
        best = max(balanced_accuracy(own, others, score) for score in sorted({*own, *others})[:-1])
        assert found >= best - 1e-9
    assert min(*own, *others) <= cut <= max(*own, *others)


# --- the judge ---


@pytest.mark.parametrize("name", NAMES)
def test_an_authors_other_prompts_are_recognised(name: str) -> None:
    own = prompts(name)
    train, held = ([text for _, text in half] for half in halves(unlike(own, shipped_authors())))
    test = folds(own, 5)[0]
    judge = fitted([text for i, text in enumerate(own) if i not in test], train)
    assert accuracy(judge, [own[i] for i in test], held) >= 0.9
    # People that it has never heard of.
    for other in set(NAMES) - {name}:
        assert sum(map(judge.attributes, prompts(other))) <= 0.25 * len(prompts(other))


def test_few_texts_are_enough_and_fewer_are_no_judge() -> None:
    own, others = prompts("courteous"), prompts("sections")
    judge = fitted(own[:FEWEST], others[:20])
    assert accuracy(judge, own[FEWEST:], others[20:]) >= 0.95
    assert CharacterJudge.fit(own[: FEWEST - 1], others, seed=0) is None
    assert CharacterJudge.fit(own, others[: FEWEST - 1], seed=0) is None
    assert CharacterJudge.fit([*own[: FEWEST - 1], " ", "\n"], others, seed=0) is None


@pytest.mark.parametrize(("one", "other"), list(permutations(NAMES[:3], 2)))
def test_it_follows_the_manner_where_the_topics_change_sides(one: str, other: str) -> None:
    """What is learnt as the other's topics is then asked in the one's manner, and the reverse."""
    mine, theirs = prompts(one), prompts(other)
    judge = fitted(mine[SHARED:], theirs[:SHARED])
    assert accuracy(judge, mine[:SHARED], theirs[SHARED:]) >= 0.95


def test_it_cannot_tell_topics_apart() -> None:
    """One author, who once writes on food and once on machines: nothing to tell by."""
    form = "Please write a {} of exactly 5 lines on {} and {}. Do not add anything."
    foods = ["bread", "soup", "cake", "rice", "pasta", "curry", "salad", "stew"]
    parts = ["gears", "pumps", "motors", "valves", "lathes", "cranes", "turbines", "drills"]
    texts = [
        [form.format(kind, a, b) for a, b in permutations(names, 2)]
        for kind, names in (("recipe", foods), ("manual", parts))
    ]
    judge = fitted(texts[0][::2], texts[1][::2])
    assert accuracy(judge, texts[0][1::2], texts[1][1::2]) == 0.5


def test_the_seed_decides_and_the_texts_judged_change_nothing() -> None:
    own, others = prompts("courteous")[:20], prompts("chatty")[:20]
    one, same = fitted(own, others), fitted(own, others)
    assert one.threshold == same.threshold
    assert [one.score(t) for t in own] == [same.score(t) for t in own]


def test_odd_texts_are_judged() -> None:
    judge = fitted(prompts("courteous"), prompts("sections"))
    assert not judge.attributes("") and not judge.attributes(" \n")
    assert judge.score("\u4f60\u597d") == pytest.approx(judge.score("\u4f60\u597d"))
    same = ["Write."] * 20
    # Nothing to tell them apart by.
    assert accuracy(fitted(same, same), same, same) == 0.5


def test_the_judges_are_light_to_import() -> None:
    program = (
        "import sys, promptstyle.core.evaluation.characters, "
        "promptstyle.core.evaluation.attribution, promptstyle.core.style.others; "
        "heavy = {'torch', 'transformers', 'llama_cpp', 'nltk', 'numpy'}; "
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
