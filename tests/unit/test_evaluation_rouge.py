"""ROUGE against values worked by hand and against the package's own."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from promptstyle.core.evaluation.rouge import Rouge, score, scores

PACKAGE = RougeScorer(["rouge1", "rougeL"], use_stemmer=True)


@pytest.mark.parametrize(
    ("prediction", "reference", "rouge1", "rouge_l"),
    [
        # 5 of 6 words on both sides, in the same order.
        ("The cat sat on the mat.", "the cat was on the mat", 5 / 6, 5 / 6),
        # All words, but only one of them in order.
        ("one two four six", "six four two one", 1.0, 1 / 4),
        # Precision 1, recall 1/2.
        ("one two three", "one two three four five six", 2 / 3, 2 / 3),
        # A word counts as often as it stands on both sides: 1 of 3 against 1 of 1.
        ("show show show", "show", 2 * (1 / 3) / (4 / 3), 2 * (1 / 3) / (4 / 3)),
        # Stems: planning, plans and planned are plan.
        ("planning plans", "plan planned", 1.0, 1.0),
        # Words of four letters are stemmed, of three not ("has" would be "ha").
        ("cups", "cup", 1.0, 1.0),
        ("has", "ha", 0.0, 0.0),
        ("", "something", 0.0, 0.0),
        ("something", "", 0.0, 0.0),
        ("...", "!!!", 0.0, 0.0),
    ],
)
def test_by_hand(prediction: str, reference: str, rouge1: float, rouge_l: float) -> None:
    found = score(prediction, reference)
    assert found.rouge1 == pytest.approx(rouge1)
    assert found.rougeL == pytest.approx(rouge_l)


def test_scripts_that_the_package_drops() -> None:
    assert score("Сделай список", "Сделай список") == Rouge(1.0, 1.0)
    assert score("café noir", "cafe noir") == Rouge(0.5, 0.5)
    assert score("写一封信", "写一首诗") == Rouge(0.5, 0.5)
    assert PACKAGE.score("Сделай", "Сделай")["rouge1"].fmeasure == 0.0


WORDS = ["Make", "sure,", "plans", "planning", "exactly", "3", "questions'", "easily_done"]
ascii_text = st.text(alphabet=string.printable, max_size=80) | st.lists(
    st.sampled_from(WORDS), max_size=15
).map(" ".join)


@settings(max_examples=150)
@given(ascii_text, ascii_text)
def test_equals_the_package_on_ascii(prediction: str, reference: str) -> None:
    theirs = PACKAGE.score(reference, prediction)
    assert score(prediction, reference) == Rouge(
        theirs["rouge1"].fmeasure, theirs["rougeL"].fmeasure
    )


def test_scores_pairs_up() -> None:
    assert scores(["a b", "c"], ["a b", "d"]) == [Rouge(1.0, 1.0), Rouge(0.0, 0.0)]
    with pytest.raises(ValueError, match=r"shorter|longer"):
        scores(["a"], ["a", "b"])
