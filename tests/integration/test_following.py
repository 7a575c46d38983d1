"""How likely texts are as what comes next: many side by side on the embedded base, and exact."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from promptstyle.convert import write_gguf
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.training.template import Pair, Segment, layout

pytest.importorskip("llama_cpp")

from promptstyle.core.generation.following import divided, following
from promptstyle.core.generation.llama import BATCH, SCORED, SMALL_FILE, Model

TOPIC = "Make a prompt that summarizes a podcast episode."
SAID = "Summarize the podcast episode below in 150 words."
# Several rows at once are rounded otherwise than one: up to 0.0017 was seen, in texts of one token.
ROUNDED = 5e-3


@pytest.fixture(scope="module")
def gguf(base_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("base") / "base.gguf"
    write_gguf(base_dir, out, name="base")
    return out


@pytest.fixture(scope="module")
def engine(gguf: Path) -> Iterator[Engine]:
    with Engine.start(gguf, log=gguf.parent / "engine.log", threads=1) as engine:
        yield engine


@pytest.fixture(scope="module")
def model(gguf: Path) -> Iterator[Model]:
    model = Model(gguf, threads=1)
    yield model
    model.close()


@pytest.fixture(scope="module")
def pairs(starter_likes: Path) -> list[Pair]:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    return [(row["input"], row["output"]) for row in rows]


@pytest.fixture(scope="module")
def ask(pairs: list[Pair]) -> list[Segment]:
    return layout(TOPIC, shown=pairs[:4])


@pytest.fixture(scope="module")
def sentences(pairs: list[Pair]) -> list[str]:
    """More than fit into a batch, of one word and more."""
    found = [part.strip() for _, prompt in pairs for part in prompt.split(".") if part.strip()]
    return ["Write", *dict.fromkeys(found)][: SCORED + 20]


def one_by_one(model: Model, prompt: list[int], said: str, options: list[str]) -> list[float]:
    """The same, a token at a time in one sequence."""
    beginning, rests = divided(model, said, options)
    sums = model.options([*prompt, *beginning], rests)
    return [total / len(rest) for total, rest in zip(sums, rests, strict=True)]


# What the numbers say


def test_at_the_beginning_of_an_answer_they_are_the_means_of_options(
    engine: Engine, model: Model, ask: list[Segment], sentences: list[str]
) -> None:
    sums = engine.options(ask, sentences)
    means = [total / len(model.tokenize(text)) for total, text in zip(sums, sentences, strict=True)]
    found = engine.following(ask, "", sentences)
    assert found == pytest.approx(means, abs=ROUNDED)
    assert len(set(found)) == len(sentences)


def test_a_whole_answer_is_as_likely_as_its_score_says(
    engine: Engine, ask: list[Segment], pairs: list[Pair]
) -> None:
    answers = [prompt for _, prompt in pairs[4:7]]
    scores = [engine.score([*ask, Segment(answer, learn=True)]) for answer in answers]
    assert engine.following(ask, "", answers) == pytest.approx(scores, abs=ROUNDED)


def test_after_what_was_said_they_are_those_of_one_by_one(
    model: Model, ask: list[Segment], sentences: list[str]
) -> None:
    prompt = model.encode(ask).ids
    options = [" " + text + "." for text in sentences]
    found = following(model, prompt, SAID, options)
    assert found == pytest.approx(one_by_one(model, prompt, SAID, options), abs=ROUNDED)
    # Each has its own place in the answer.
    backwards = following(model, prompt, SAID, options[::-1])
    assert backwards[::-1] == pytest.approx(found, abs=ROUNDED)


def test_options_that_change_how_the_end_is_tokenised_are_compared_after_the_same_tokens(
    model: Model, ask: list[Segment]
) -> None:
    prompt = model.encode(ask).ids
    said, options = SAID + " Make sure that the sum", ["mary is short.", " is right.", "s are."]
    beginning, rests = divided(model, said, options)
    assert 0 < len(beginning) < len(model.tokenize(said))
    for rest, option in zip(rests, options, strict=True):
        assert [*beginning, *rest] == model.tokenize(said + option)
    found = following(model, prompt, said, options)
    assert found == pytest.approx(one_by_one(model, prompt, said, options), abs=ROUNDED)


def test_a_sentence_of_the_prompt_is_likelier_than_words_at_random(
    engine: Engine, pairs: list[Pair]
) -> None:
    like = max(pairs, key=lambda pair: len(pair[1]))
    first, second = (like[1] + " ").split(". ", 2)[:2]
    words = " ".join(sorted(second.split(), key=lambda word: word[::-1]))
    copied, shuffled, strange = engine.following(
        layout(like[0], shown=[like]),
        first + ".",
        [f" {second}.", f" {words}.", " Zebra quantum of lampshade yesterday."],
    )
    assert copied > max(shuffled, strange) + 1


# How many, how long


def test_there_may_be_more_than_sequences_and_than_a_batch(
    model: Model, ask: list[Segment], sentences: list[str]
) -> None:
    prompt = model.encode(ask).ids
    short = [f" {number}." for number in range(SCORED + 5)]
    long = " " + ". ".join(sentences[:30]) + "."
    assert len(model.tokenize(long)) > BATCH
    for options in (short, [*short[:3], long, " Show", *short[3:9]]):
        found = following(model, prompt, SAID, options)
        assert found == pytest.approx(one_by_one(model, prompt, SAID, options), abs=ROUNDED)
    said = ". ".join(sentences[:30]) + "."
    assert len(model.tokenize(said)) > BATCH
    found = following(model, prompt, said, short[:3])
    assert found == pytest.approx(one_by_one(model, prompt, said, short[:3]), abs=ROUNDED)


def test_the_last_token_of_the_context_can_be_taken_and_no_more(
    gguf: Path, ask: list[Segment]
) -> None:
    with Engine.start(gguf, log=gguf.parent / "small.log", threads=1, context=768) as engine:
        plain = engine.following(ask, SAID, [" Show it."])
        left = engine.context - engine.count([*ask, Segment(SAID)])
        said, options = SAID + " so" * (left - 3), [" so", " so so so"]
        assert engine.count([*ask, Segment(said + options[1])]) == engine.context
        assert all(np.isfinite(engine.following(ask, said, options)))
        for too_long in ((said + " so", options), (said, [*options, " so so so so"])):
            with pytest.raises(PromptstyleError) as caught:
                engine.following(ask, *too_long)
            assert caught.value.code == "too_long"
        assert engine.following(ask, SAID, [" Show it."]) == plain


@pytest.mark.parametrize("options", [[""], [" Show it.", ""]])
def test_an_empty_option_is_refused(
    engine: Engine, model: Model, ask: list[Segment], options: list[str]
) -> None:
    with pytest.raises(PromptstyleError, match="no option"):
        engine.following(ask, SAID, options)
    with pytest.raises(ValueError, match="without tokens"):
        following(model, model.encode(ask).ids, SAID, options)
    assert engine.following(ask, SAID, []) == []


# To the last bit


def test_the_numbers_do_not_depend_on_what_was_done_before(
    engine: Engine, gguf: Path, ask: list[Segment], sentences: list[str]
) -> None:
    other = layout("Write a poem about cats.")
    sampling = Sampling(max_tokens=40)
    first = engine.following(ask, SAID, sentences)
    assert engine.following(ask, SAID, sentences) == first
    engine.write(ask, sampling, seed=2, n=3)
    assert engine.following(ask, SAID, sentences) == first
    engine.write(other, sampling, seed=2, n=3)
    engine.options(ask, sentences[:3])
    assert engine.following(ask, SAID, sentences) == first
    engine.following(ask, "", sentences)
    engine.following(other, SAID, sentences[:9])
    engine.score(layout(TOPIC, SAID))
    assert engine.following(ask, SAID, sentences) == first
    with Engine.start(gguf, log=gguf.parent / "other.log", threads=1) as another:
        assert another.following(ask, SAID, sentences) == first


def test_what_is_written_does_not_depend_on_it(
    engine: Engine, ask: list[Segment], sentences: list[str]
) -> None:
    sampling = Sampling(max_tokens=40)

    def written() -> list[tuple[str, float | None]]:
        return [(one.text, one.logprob) for one in engine.write(ask, sampling, seed=5, n=7)]

    engine.score(layout(TOPIC, SAID))
    expected, options = written(), engine.options(ask, sentences[:5])
    for said, texts in ((SAID, sentences), ("", sentences[:2])):
        engine.following(ask, said, texts)
        assert written() == expected
        engine.following(ask, said, texts)
        assert engine.options(ask, sentences[:5]) == options


def test_what_was_stopped_leaves_nothing_behind(
    engine: Engine, ask: list[Segment], sentences: list[str]
) -> None:
    first = engine.following(ask, SAID, sentences)
    (written,) = engine.write(ask, Sampling(max_tokens=30), seed=3)
    stopped = threading.Timer(0.1, engine.cancel)
    stopped.start()
    with pytest.raises(Cancelled):
        for _ in range(10_000):
            engine.following(ask, SAID, sentences)
    stopped.join()
    assert engine.following(ask, SAID, sentences) == first
    (again,) = engine.write(ask, Sampling(max_tokens=30), seed=3)
    assert (again.text, again.logprob) == (written.text, written.logprob)


def test_a_large_file_has_one_lane_and_the_same_numbers(
    gguf: Path, tmp_path: Path, model: Model, ask: list[Segment], sentences: list[str]
) -> None:
    # llama.cpp reads no further than the last tensor; the rest takes no room on the disk.
    large = tmp_path / "large.gguf"
    large.write_bytes(gguf.read_bytes())
    with large.open("r+b") as file:
        file.truncate(SMALL_FILE + 1)
    prompt = model.encode(ask).ids
    expected = following(model, prompt, SAID, sentences)
    alone = Model(large, threads=1)
    try:
        assert alone.lanes(len(prompt), 1) == 1
        assert following(alone, prompt, SAID, sentences) == expected
    finally:
        alone.close()


def test_the_number_of_threads_changes_no_bit(
    gguf: Path, ask: list[Segment], pairs: list[Pair]
) -> None:
    found = []
    for threads in (1, 2, 3):
        with Engine.start(gguf, log=gguf.parent / "threads.log", threads=threads) as engine:
            assert engine.threads == threads
            # Several lanes, one lane, many rows.
            many = engine.write(ask, Sampling(max_tokens=24), seed=1, n=3)
            (one,) = engine.write(ask, Sampling(max_tokens=24, greedy=True), seed=1)
            likely = engine.following(ask, SAID, [f" {prompt}" for _, prompt in pairs[:12]])
        found.append(([(each.text, each.logprob) for each in (*many, one)], likely))
    assert found[0] == found[1] == found[2]


class InTurns:
    """Another number of threads for each step."""

    def __init__(self) -> None:
        self.steps = 0

    @property
    def number(self) -> int:
        return 1 + self.steps % 3

    def took(self, seconds: float) -> None:
        self.steps += 1


def test_a_number_that_changes_within_a_text_changes_no_bit(
    gguf: Path, model: Model, ask: list[Segment]
) -> None:
    turns = InTurns()
    other = Model(gguf, threads=3)
    other._step_threads = turns  # type: ignore[assignment]
    try:
        ids = model.encode(ask).ids
        said = model.tokenize(SAID)
        found = []
        for each in (model, other):
            each.prepare(ids)
            steps = [each.logits()]
            for position, token in enumerate(said, start=len(ids)):
                each.advance([token], position)
                steps.append(each.logits())
            found.append(np.stack(steps))
    finally:
        other.close()
    assert turns.steps > len(said) >= 6
    np.testing.assert_array_equal(*found)
