"""Whether a sentence goes with what is to be done: learnt, shipped, read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.pretraining import doing as learning
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.pretraining.judged import area, read_judged
from promptstyle.core.style.borrowing import DONE, MANNER_FITS, MOST_DONE, ODD, ODDER, Offers
from promptstyle.core.style.collection import Near
from promptstyle.core.style.doing import Doing, doing, from_bytes, to_bytes, verb_of
from promptstyle.core.style.general import General
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.relevance import relevance

# What is said depends on what is to be done alone, and no two topics are about the same.
SAID = {
    "write": ["Open with a warm first line.", "Close with two rhymes.", "Keep the verses alike."],
    "check": ["Mark each mistake in red.", "Count the errors found.", "Name the worst flaw."],
}
THINGS = ("poem", "letter", "song", "story", "speech", "report", "note", "essay", "plan", "text")
PAIRS = [
    (f"{verb} a {thing} {n}", f"{verb.title()} a {thing}. " + " ".join(said))
    for n in range(30)
    for thing in THINGS
    for verb, said in SAID.items()
]


@pytest.fixture(scope="module")
def small() -> Doing:
    return learning.learnt(PAIRS, epochs=150, least=20)


def test_what_is_done_is_the_verb_of_the_request() -> None:
    assert verb_of("Make a prompt that explains tides.") == "explain"
    assert verb_of("a shopping list for a party") == "write"
    assert verb_of("a prompt for learning ten words of Greek") == "help learn"
    assert verb_of("why is the sky blue?") == "?"
    assert verb_of("drinks for a summer party") == verb_of("") == verb_of("\u65e5\u672c") == ""


def test_a_sentence_goes_with_what_it_was_said_for_on_things_that_are_new(small: Doing) -> None:
    assert set(small.verbs) == {"check", "write"}
    for verb, other in (("write", "check"), ("check", "write")):
        found = np.array(small.of(f"{verb} a limerick", SAID[verb]))
        strange = np.array(small.of(f"{other} a limerick", SAID[verb]))
        assert (found > 0.3).all() and (strange < -0.3).all()
    # A ratio of shares: with both verbs as frequent it cannot be over two.
    assert max(small.of("write a limerick", SAID["write"])) <= np.log(2) + 1e-3


def test_where_nothing_is_known_it_says_nothing(small: Doing) -> None:
    assert small.of("dance a tango", ["Mark each mistake in red."]) == [0.0]
    assert small.of("write a limerick", ["Zebra.", ""]) == [0.0, 0.0]
    assert small.of("", []) == []


def test_packed_and_read_again_it_judges_alike(small: Doing) -> None:
    again = from_bytes(to_bytes(small))
    for verb, said in SAID.items():
        assert again.of(f"{verb} an ode", said) == pytest.approx(
            small.of(f"{verb} an ode", said), abs=0.02
        )


def test_the_command_writes_what_ships(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prompts, judged = tmp_path / "prompts.jsonl", tmp_path / "judged.tsv"
    lines = [f'{{"input": "{topic}", "output": "{prompt}"}}' for topic, prompt in PAIRS]
    prompts.write_text("\n".join(lines), "utf-8")
    judged.write_text(
        "2\t0.5\t0\twrite a sonnet\tClose with two rhymes.\n"
        "0\t0.5\t0\twrite a sonnet\tCount the errors found.\n",
        "utf-8",
    )
    out = tmp_path / "doing.npz"
    learning.main(["--prompts", str(prompts), "--judged", str(judged), "--out", str(out)])
    assert out.stat().st_mode & 0o777 == 0o644
    assert set(from_bytes(out.read_bytes()).verbs) == {"check", "write"}
    assert "(2 of them): 1.000" in capsys.readouterr().out


def test_what_ships_tells_tasks_apart_that_are_about_the_same() -> None:
    known = doing()
    verses = ["Write a verse and a chorus."]
    assert known.of("write a song", verses)[0] > 0.5
    assert known.of("explain a song", verses)[0] < -1
    kept = ["Keep names and numbers as they are."]
    assert known.of("translate a letter", kept)[0] > 1 > known.of("plan a letter", kept)[0]
    judged = [each for each in read_judged(FOLDER / "judged.tsv") if each.topic]
    rows = [each for each in judged if verb_of(each.topic) in known.verbs][:4000]
    fits = np.array([each.verdict > 0 for each in rows])
    found = [known.of(each.topic, [each.sentence])[0] for each in rows]
    assert area(np.array(found, np.float32), fits) > 0.57


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_any_text_is_judged(topic: str, sentences: list[str]) -> None:
    found = doing().of(topic, sentences)
    assert len(found) == len(sentences) and np.isfinite(found).all()


def test_it_weighs_in_whether_a_sentence_belongs() -> None:
    likes = [
        (f"sort {n} songs", f"Sort {n} songs. Keep all of the {n} names as they are. Write {n}.")
        for n in range(9)
    ]
    near = [Near(0.8, "a song for a choir", "Write a song. Write a verse and a chorus. Write it.")]
    carried = [General("Write it slowly.", last=False)]

    def offered(topic: str, known: Doing | None) -> dict[str, float | None]:
        offers = Offers(
            topic, Manner(likes), near, relevance=relevance(), manners=carried, doing=known
        )
        return {each.text: each.relevance for each in offers.later("Write it.", last=False)} | {
            each.text: each.relevance for each in offers.collected
        }

    topic = "explain a song for a choir"
    without, with_it = offered(topic, None), offered(topic, doing())
    verses = "Write a verse and a chorus."
    (fit,) = doing().of(topic, [verses])
    assert fit < ODD
    assert with_it[verses] == pytest.approx(
        (without[verses] or 0) + DONE * fit + ODDER * (fit - ODD)
    )
    assert with_it["Write it slowly."] == pytest.approx(
        MANNER_FITS + DONE * min(doing().of(topic, ["Write it slowly."])[0], MOST_DONE)
    )
