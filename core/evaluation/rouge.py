"""ROUGE-1 and ROUGE-L, as the papers of the field report them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from promptstyle.core.style.words import words


@dataclass(frozen=True)
class Rouge:
    """F-measures, 0 to 1: of shared single words, and of the longest common subsequence."""

    rouge1: float
    rougeL: float


def score(prediction: str, reference: str) -> Rouge:
    """ROUGE of one text against one reference (Lin 2004), by Google's rouge-score.

    Words are stemmed (Porter, words over three letters), as in the reference project and in most
    papers. Loads nltk: for worker processes.
    """
    found = _scorer().score(reference, prediction)
    return Rouge(float(found["rouge1"].fmeasure), float(found["rougeL"].fmeasure))


def scores(predictions: Sequence[str], references: Sequence[str]) -> list[Rouge]:
    """ROUGE of each prediction against the reference in the same place.

    Raises ValueError if there are not as many of one as of the other.
    """
    return [score(*pair) for pair in zip(predictions, references, strict=True)]


@lru_cache(maxsize=1)
def _scorer() -> Any:
    # nltk takes a third of a second: only a worker pays for it, once.
    from nltk.stem.porter import PorterStemmer  # type: ignore[import-untyped,unused-ignore]
    from rouge_score import (  # type: ignore[import-untyped,unused-ignore]
        rouge_scorer,
        tokenizers,
    )

    stemmer = PorterStemmer()

    class AnyScript(tokenizers.Tokenizer):  # type: ignore[misc,unused-ignore]
        """The package's own tokeniser on ASCII, and words of any other script too.

        The package drops every character outside a-z0-9, so that two equal texts in Greek score
        0 and "café" counts as "caf".
        """

        def tokenize(self, text: str) -> list[str]:
            return [stemmer.stem(word) if len(word) > 3 else word for word in words(text)]

    return rouge_scorer.RougeScorer(["rouge1", "rougeL"], tokenizer=AnyScript())
