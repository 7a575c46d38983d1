"""Whether a sentence belongs in a prompt on a topic: learnt, shipped, read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.said import Said
from promptstyle.core.generation.worth import RELEVANT, Worth
from promptstyle.core.pretraining import relevance as learning
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.pretraining.judged import Judged, area, folds, read_judged
from promptstyle.core.pretraining.weighing import scored
from promptstyle.core.style.borrowing import OWN_MORE, Offers
from promptstyle.core.style.collection import Near
from promptstyle.core.style.general import General
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.relevance import (
    Relevance,
    Table,
    Weights,
    from_bytes,
    grams,
    relevance,
    to_bytes,
)

# Two fields in other words; everything that is said in one is said on each of its topics.
FIELDS = {
    "soup": ["Add salt and leeks.", "Name the oven and the pan.", "Say how long it boils."],
    "roof": ["Count the nails and planks.", "Name the saw and the beam.", "Say how steep it is."],
}
PLACES = ("a cold {}", "a red {} for two", "the best {}", "my first {}", "an old {}", "a {}")


def pairs() -> list[tuple[str, str]]:
    return [
        (place.format(field), " ".join(["Begin.", *said]))
        for _ in range(20)
        for field, said in FIELDS.items()
        for place in PLACES
    ]


def judged() -> list[Judged]:
    """Sentences of both fields on topics of both, and one that fits nothing anywhere."""
    rows = [
        Judged(2 * (field == other), 0.5, 0, f"{place.format(field)} {number}", sentence)
        for number in range(4)
        for place in PLACES
        for field in FIELDS
        for other in FIELDS
        for sentence in FIELDS[other]
    ]
    odd = [Judged(0, 0.5, 0, row.topic, "Keep them so.") for row in rows[::6]]
    return [*rows, *odd, Judged(0, 0.0, 0, "", "Keep them so.")]


@pytest.fixture(scope="module")
def small() -> Relevance:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "TOPICS", 1)
        patch.setattr(learning, "SENTENCES", 1)
        patch.setattr(learning, "BATCH", 48)
        return learning.learnt(pairs(), judged(), epochs=20)


def test_what_is_said_on_a_topic_is_near_to_it_and_to_no_other(small: Relevance) -> None:
    said = [*FIELDS["soup"], *FIELDS["roof"], "Keep them so."]
    found = small.of("a strange soup", said, [0] * len(said))
    assert min(found[:3]) > 0 > max(found[3:])
    other = small.of("a strange roof", said, [0] * len(said))
    assert min(other[3:6]) > 0 > max(other[:3])
    # Nowhere is it wanted.
    assert other[6] < 0 and found[6] < 0


def test_words_that_strayed_in_count_against_it_up_to_a_few(small: Relevance) -> None:
    known = replace(small, weights=Weights(1, 1, -0.5, -0.25, 0))
    plain, strays, many = known.of("soup", ["Add salt."] * 3, [0, 2, 99])
    assert (strays, many) == (pytest.approx(plain - 1), pytest.approx(plain - 1.5))
    (general,) = known.of("soup", ["Add salt."], [0], general=True)
    assert general == pytest.approx(plain - 0.25)
    # Of what is not known nothing is.
    assert known.of("xyzzy", ["Plugh!"], [0]) == [0.0] and known.of("", ["..."], [0]) == [0.0]
    assert known.of("soup", [], []) == []


def test_what_is_packed_is_what_is_read_and_the_same_each_time(small: Relevance) -> None:
    again = from_bytes(to_bytes(small))
    assert again.topics.places == small.topics.places
    assert (again.sentences.vectors == small.sentences.vectors).all()
    for field in FIELDS.values():
        one, other = (each.of("a red soup", field, [0, 1, 2]) for each in (small, again))
        assert one == pytest.approx(other, abs=0.01)
    rows = pairs()[:60]
    first, second = (learning.vectors(rows, epochs=1) for _ in range(2))
    assert (first[0].vectors == second[0].vectors).all()
    assert first[1].places == second[1].places


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_any_text_has_odds(topic: str, sentences: list[str]) -> None:
    found = relevance().of(topic, sentences, [0] * len(sentences))
    assert len(found) == len(sentences) and all(map(np.isfinite, found))


def test_words_and_neighbours_by_their_stems() -> None:
    assert grams("Adding the salts.") == ["add", "the", "salt", "add_the", "the_salt"]
    assert grams("") == []
    vector, rows = Table({"salt": 0}, np.array([[3, 4]], np.int8)).of("salt, salt!")
    assert rows == [0] and vector.tolist() == pytest.approx([0.6, 0.8])


def test_the_area_is_how_often_what_fits_comes_first() -> None:
    chance = Random(4)
    for _ in range(50):
        scores = [chance.randrange(6) for _ in range(12)]
        fits = [chance.random() < 0.5 for _ in range(11)] + [True]
        fits[0] = False
        won = [
            (one > other) + 0.5 * (one == other)
            for one, yes in zip(scores, fits, strict=True)
            for other, no in zip(scores, fits, strict=True)
            if yes and not no
        ]
        found = area(np.array(scores, np.float32), np.array(fits))
        assert found == pytest.approx(sum(won) / len(won))


def test_what_is_no_verdict_is_refused(tmp_path: Path) -> None:
    for broken in ("3\t0\t0\ta\tb", "\t0\t0\ta\tb", "1\ta\tb"):
        (tmp_path / "judged.tsv").write_text(f"2\t0.5\t1\ta topic\tSay it.\n{broken}\n")
        with pytest.raises(ValueError):
            read_judged(tmp_path / "judged.tsv")


def test_no_topic_is_learnt_from_and_looked_at() -> None:
    rows = [each for each in judged() if each.topic]
    seen: list[int] = []
    for train, test in folds(rows):
        assert {rows[at].topic for at in train}.isdisjoint(rows[at].topic for at in test)
        assert sorted([*train, *test]) == list(range(len(rows)))
        seen += test
    assert sorted(seen) == list(range(len(rows)))


def test_what_ships_tells_judged_sentences_apart() -> None:
    rows = read_judged(FOLDER / "judged.tsv")
    about = [each for each in rows if each.topic]
    assert len(about) > 14_000 and len(rows) > 30_000
    fits = np.array([each.verdict > 0 for each in about])
    found = scored(relevance(), about)
    assert area(found, fits) > 0.78


def test_the_command_writes_what_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "TOPICS", 1)
    monkeypatch.setattr(learning, "SENTENCES", 1)
    monkeypatch.setattr(learning, "BATCH", 24)
    prompts, verdicts, out = (tmp_path / name for name in ("p.jsonl", "j.tsv", "r.npz"))
    prompts.write_text(
        "".join(f'{{"input": "{topic}", "output": "{said}"}}\n' for topic, said in pairs())
    )
    verdicts.write_text(
        "".join(
            f"{row.verdict}\t{row.like}\t{row.strays}\t{row.topic}\t{row.sentence}\n"
            for row in judged()
        )
    )
    learning.main(["--prompts", str(prompts), "--judged", str(verdicts), "--out", str(out)])
    assert "told apart on other topics: 1.000" in capsys.readouterr().out
    assert from_bytes(out.read_bytes()).of("a red soup", ["Add salt and leeks."], [0])[0] > 0


def test_offers_know_whether_they_belong_and_are_worth_more_for_it() -> None:
    likes = [
        (f"explain {what}", f"Explain {what}. Use {n} plain words. Show only the text.")
        for n, what in enumerate(
            ("tides", "bees", "taxes", "chess", "rain", "bread", "maps", "moss", "rust"), start=20
        )
    ]
    topic = "Make a prompt that fixes a bug in a Python script."
    near = [
        Near(0.6, "fixes a Python bug", "Fix it. Use the error message below. Use fresh basil."),
    ]
    general = [General("Use short sentences.", last=False)]
    offers = Offers(topic, Manner(likes), near, general, relevance=relevance())
    found = {each.text: each for each in offers.later("Use these.", last=False)}
    last = {each.text: each for each in offers.later("Use these.", last=True)}
    message, basil = found["Use the error message below."], last["Use fresh basil."]
    assert message.relevance is not None and basil.relevance is not None
    assert message.relevance > basil.relevance
    (fitting,) = relevance().of(topic, ["Use short sentences."], [0], general=True)
    assert found["Use short sentences."].relevance == pytest.approx(fitting)
    worth = Worth(offers.topic, ["Use it."], frozenset(), ())
    blank = replace(message, relevance=0.0)
    gained = worth.of(message, 5, Said()) - worth.of(blank, 5, Said())
    assert gained == pytest.approx(RELEVANT * message.relevance)
    # The person's own are judged too, and count as what belongs: it is what they say.
    assert offers.own
    for own in offers.own:
        (odds,) = relevance().of(topic, [own.text], [own.strays], general=True)
        assert own.relevance == pytest.approx(odds + OWN_MORE)
