"""Whether a sentence that a small model made up makes sense: learnt, shipped, read."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.said import Said
from promptstyle.core.generation.told import SURE, Told
from promptstyle.core.generation.worth import MADE_UP, RELEVANT, Worth
from promptstyle.core.pretraining import sense as learning
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.pretraining.judged import area
from promptstyle.core.style.borrowing import Offer, Offers
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.phrases import Phrases, counted
from promptstyle.core.style.relevance import relevance
from promptstyle.core.style.sense import Sense, from_bytes, sense, to_bytes
from promptstyle.core.style.words import words

SENTENCES = ["Keep it short.", "Keep it plain.", "Keep it short and plain.", "Say it twice."]
TOPIC = "Make a prompt that explains a lease."


def test_the_score_is_that_of_the_longest_run_that_is_known() -> None:
    known = counted(SENTENCES, least=1)
    # Words and both marks.
    total = sum(len(words(each)) + 2 for each in SENTENCES)
    assert known.total == total
    # Of 4 begin 3 with "keep", "it" always follows, "short" in 2 of 3, the end in 1 of 2.
    wanted = [math.log(each) for each in (3 / 4, 1, 2 / 3, 1 / 2)]
    # Counts are kept in steps of a twelfth.
    assert known.familiar("Keep it short.") == pytest.approx(sum(wanted) / 4, abs=0.1)
    # "Twice" never followed "keep it", but "it": two words, one step back.
    odd = [math.log(3 / 4), 0.0, math.log(0.4 * 1 / 4), math.log(0.4 * 1)]
    found = known.familiar("Keep it twice.")
    assert found == pytest.approx(sum(odd) / 4, abs=0.25)
    assert known.familiar("Keep it short.") > found > known.familiar("Zebra it keep.")


def test_rare_runs_are_not_kept_and_no_two_ways_of_counting_differ() -> None:
    twice = counted([*SENTENCES, *SENTENCES, "Once only."], least=2)
    # Neither word is known; nine sentences end.
    steps = 7 * math.log(0.4)
    wanted = (steps + math.log(9) - 3 * math.log(twice.total)) / 3
    assert twice.familiar("Once only.") == pytest.approx(wanted, abs=0.05)
    assert list(twice.keys) == sorted(twice.keys)
    again = counted(reversed([*SENTENCES, *SENTENCES, "Once only."]), least=2)
    assert (again.keys == twice.keys).all() and (again.counts == twice.counts).all()


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_any_text_has_odds_and_is_no_more_familiar_than_what_is_certain(
    topic: str, sentences: list[str]
) -> None:
    strays = [0] * len(sentences)
    found = sense().of(relevance(), topic, sentences, strays)
    assert len(found) == len(sentences) and all(map(math.isfinite, found))
    assert all(sense().phrases.familiar(each) <= 0 for each in sentences)


def test_what_ships_tells_sense_from_nonsense() -> None:
    rows = learning.read_made(FOLDER / "made.tsv")
    assert len(rows) > 10_000
    fits = np.array([each.verdict > 0 for each in rows])
    found = [
        sense().of(relevance(), each.topic, [each.sentence], [each.strays])[0] for each in rows
    ]
    scores = np.array(found, np.float32)
    assert area(scores, fits) > 0.84
    # Log-odds are log-odds: of those of 0.8 (69 %) or more, more than that fit.
    likely = scores > SURE
    assert 0.75 < fits[likely].mean() < 0.95
    good, bad = sense().of(
        relevance(),
        TOPIC,
        [
            "Use plain words and short sentences.",
            "Say what it is what it says and keep the lease that the lease is the tenant.",
        ],
        [0, 0],
    )
    assert good > SURE > 0 > bad


def test_what_is_packed_is_what_is_read() -> None:
    small = Sense(counted(SENTENCES, least=1), {"keep": 0.5, "keep_it": -0.25}, (1.0,) * 10)
    again = from_bytes(to_bytes(small))
    assert (again.phrases.keys == small.phrases.keys).all()
    assert again.phrases.keys.dtype == np.uint32
    assert (again.own, again.weights) == (small.own, small.weights)
    one, other = (each.of(relevance(), TOPIC, SENTENCES, [0, 1, 2, 9]) for each in (small, again))
    assert one == other


def test_the_command_learns_what_the_judges_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "SENTENCES", 1)
    prompts, verdicts, out = (tmp_path / name for name in ("p.jsonl", "m.tsv", "s.npz"))
    said = ["Name the rent.", "Name the term.", "Say who pays."]
    prompts.write_text(
        "".join(
            f'{{"input": "prompt {at}", "output": "Begin. {text}"}}\n'
            for at in range(9)
            for text in said
        )
    )
    rows = [
        (2 * (text in said), 0, f"lease {topic}", text)
        for topic in range(20)
        for text in (*said, "The rent the term the rent.", "Pays who say the name.")
    ]
    verdicts.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    learning.main(["--prompts", str(prompts), "--judged", str(verdicts), "--out", str(out)])
    assert "told apart on other topics: 1.000" in capsys.readouterr().out
    good, bad = from_bytes(out.read_bytes()).of(
        relevance(), "lease", ["Name the term.", "Pays who say the name."], [0, 0]
    )
    assert good > 0 > bad


def test_what_is_no_verdict_is_refused(tmp_path: Path) -> None:
    for broken in ("3\t0\ta\tb", "\t0\ta\tb", "1\ta\tb"):
        (tmp_path / "made.tsv").write_text(f"2\t1\ta topic\tSay it.\n{broken}\n")
        with pytest.raises(ValueError):
            learning.read_made(tmp_path / "made.tsv")


def test_the_models_sentences_have_odds_that_count() -> None:
    likes = [(f"explain {n}", f"Explain {n}. Use {n} plain words.") for n in range(20, 30)]
    offers = Offers(TOPIC, Manner(likes), [], (), None, relevance(), sense())
    good = offers.made("Use plain words and short sentences.")
    bad = offers.made("Use the lease that the lease that the lease.")
    assert good.source == bad.source == "model"
    assert good.relevance is not None and bad.relevance is not None
    assert good.relevance > 0 > bad.relevance
    # Asked again, it is the same.
    assert offers.made(good.text) is good
    worth = Worth(offers.topic, ["Use it."], frozenset(), ())
    size = len(good.text.split())
    blank = Offer(good.text, 0.0, "within", "general", 0, 0.0)
    gained = worth.of(good, size, Said()) - worth.of(blank, size, Said())
    assert gained == pytest.approx(RELEVANT * good.relevance - MADE_UP)
    # Without the file that knows it, nothing is known.
    assert Offers(TOPIC, Manner(likes), []).made("Use it.").relevance is None


def test_what_makes_sense_could_stand_there_too() -> None:
    offers = tuple(
        Offer(text, 0.0, "within", source, 0, odds)
        for text, source, odds in (
            ("Said.", "collection", 1.0),
            ("Another's.", "collection", -1.0),
            ("Made up, sensible.", "model", SURE),
            ("Made up.", "model", 0.0),
            ("Made up, unknown.", "model", None),
        )
    )
    assert Told("", "Said.", offers).others == ("Another's.", "Made up, sensible.")


def test_phrases_of_judged_topics_are_not_counted() -> None:
    rows = [learning.Judged(2, 0.0, 0, "a lease", "Name the rent.")]
    pairs = [("a lease", "Begin. Name the rent."), ("a loan", "Begin. Name the term.")] * 3
    found = learning.phrases_of(pairs, rows)
    assert isinstance(found, Phrases)
    assert found.familiar("Name the term.") > found.familiar("Name the rent.")
