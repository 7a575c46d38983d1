"""From a topic to stored candidates, on a real small base and a model trained on it."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from quick import set_up, usual_candidates

from promptstyle.convert import check_gguf
from promptstyle.core import settings
from promptstyle.core.bases import prepare, registry
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.generation.client import Engine, Token
from promptstyle.core.generation.copying import RUN
from promptstyle.core.generation.passages import Passage, joined
from promptstyle.core.generation.picker import POOL
from promptstyle.core.generation.prompter import LONGEST, MAX_TOKENS, SHORTEST, Prompter
from promptstyle.core.generation.revision import Revision
from promptstyle.core.library import CANCELLED, Library, NewLike
from promptstyle.core.modes import MODES, Mode
from promptstyle.core.paths import Home
from promptstyle.core.style.parts import Parts
from promptstyle.core.style.words import words
from promptstyle.core.topics import MAX_TOPIC, check_topic
from promptstyle.core.training.template import layout
from promptstyle.core.writing import Writer
from promptstyle.core.written import Interrupted

TOPIC = "Make a prompt that explains a chart to a child."


@pytest.fixture(scope="module")
def likes(starter_likes: Path) -> list[NewLike]:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    return [NewLike(row["input"], row["output"]) for row in rows]


@pytest.fixture(scope="module")
def trained(retrained: Home) -> Home:
    """A home with a trained model; tests may add candidates to it, and change nothing else."""
    usual_candidates(retrained)
    return retrained


@pytest.fixture(scope="module")
def shared(trained: Home) -> Iterator[tuple[Library, Writer]]:
    """One writer for all tests that leave it as it was."""
    with (
        Library(trained.database) as library,
        Writer(trained, library, "default", log=trained.logs / "engine.log") as writer,
    ):
        yield library, writer


@pytest.fixture
def alone(trained: Home) -> Iterator[None]:
    """Only what the model itself says is given."""
    settings.change(trained, borrow=False)
    yield
    settings.change(trained, borrow=True)


@pytest.fixture
def own(trained: Home, tmp_path: Path) -> Iterator[tuple[Home, Library, Writer]]:
    """A copy of the home, to be damaged."""
    home = Home.under(Path(shutil.copytree(trained.data.parent, tmp_path / "home")))
    with (
        Library(home.database) as library,
        Writer(home, library, "default", log=home.logs / "engine.log") as writer,
    ):
        yield home, library, writer


@pytest.fixture
def untrained(home: Home, tiny_base: Path) -> Iterator[tuple[Home, Library, Writer]]:
    """A profile on the tiny base with no likes and no model."""
    registry.add(home, tiny_base, "tiny")
    with (
        Library(home.database) as library,
        Writer(home, library, "default", log=home.logs / "engine.log") as writer,
    ):
        library.ensure_profile("default")
        library.set_base("default", "tiny")
        yield home, library, writer


# --- what is written ---


@pytest.mark.parametrize("mode", ["base", "context", "lora", "both"])
def test_each_mode_writes_and_says_what_wrote(shared: tuple[Library, Writer], mode: str) -> None:
    library, writer = shared
    written = writer.write(f"  {TOPIC}\n", mode=mode, seed=1, n=2)
    assert (written.topic, written.profile, written.base, written.mode) == (
        TOPIC,
        "default",
        "tiny",
        mode,
    )
    assert written.run == ("default-1" if mode in ("lora", "both") else None)
    assert len(written.candidates) == 2
    for candidate in written.candidates:
        assert candidate == library.candidate(candidate.id)
        assert (candidate.topic, candidate.mode, candidate.run) == (TOPIC, mode, written.run)
        assert candidate.settings["pool"] == POOL
        if not candidate.settings["swapped"]:
            assert 1 <= candidate.seed <= POOL
            assert candidate.settings["scores"]["likelihood"] < 0
        assert candidate.settings["temperature"] > 0
        assert candidate.finish in ("stop", "length")
        assert 0 < candidate.tokens <= 256
    document = json.loads(json.dumps(written.document()))
    assert list(document) == [
        "topic",
        "profile",
        "base",
        "run",
        "mode",
        "seed",
        "seconds",
        "pool",
        "strength",
        "notes",
        "candidates",
    ]
    keys = ["id", "text", "finish", "tokens", "copies", "borrowed"]
    assert [list(row) for row in document["candidates"]] == [keys] * 2
    assert document["pool"] == POOL


def test_strength_goes_from_the_base_to_the_tuned_model(shared: tuple[Library, Writer]) -> None:
    _, writer = shared

    def text(mode: str, strength: float = 1.0) -> str:
        written = writer.write(TOPIC, mode=mode, greedy=True, strength=strength)
        assert written.strength == written.candidates[0].settings["strength"] == strength
        return written.candidates[0].text

    base, tuned = text("base"), text("lora")
    assert base != tuned
    assert text("lora", 0.0) == base
    # One engine has base and adapter apart; going back and forth leaves nothing behind.
    assert text("lora", 1.9) != base
    assert text("lora", 0.0) == base
    assert text("base") == base
    assert text("lora") == tuned


def test_the_strength_of_the_settings_holds_where_no_other_is_given(
    own: tuple[Home, Library, Writer],
) -> None:
    home, _, writer = own
    settings.change(home, strength=0.0)
    base = writer.write(TOPIC, mode="base", greedy=True)
    still_base = writer.write(TOPIC, mode="lora", greedy=True)
    assert (base.strength, still_base.strength) == (1.0, 0.0)
    assert base.candidates[0].text == still_base.candidates[0].text
    tuned = writer.write(TOPIC, mode="lora", greedy=True, strength=1.0)
    assert tuned.candidates[0].text != base.candidates[0].text


def test_the_notes_that_were_shown_are_named(home: Home, starter_likes: Path) -> None:
    """On the embedded base, which reads notes."""
    set_up(home, None, starter_likes, 12)
    with (
        Library(home.database) as library,
        Writer(home, library, "default", log=home.logs / "engine.log") as writer,
    ):
        written = writer.write("packing list for a hike", mode="context")
        (line,) = written.notes
        assert line.count(";") >= 3
        assert written.document()["notes"] == [line]
        assert writer.write("packing list for a hike", mode="base").notes == ()
        assert writer.write("zxqv", mode="context").notes == ()
        settings.change(home, ideas=False)
        assert writer.write("packing list for a hike", mode="context").notes == ()


def test_the_pool_of_the_settings_holds_where_no_other_is_given(
    own: tuple[Home, Library, Writer],
) -> None:
    home, _, writer = own
    settings.change(home, pool=3)
    assert writer.write(TOPIC, mode="both").pool == 3
    assert writer.write(TOPIC, mode="both", pool=2).pool == 2
    assert writer.write(TOPIC, mode="both", pool=0).pool == POOL


def test_a_broken_adapter_leaves_nothing_of_it_on_the_base(
    own: tuple[Home, Library, Writer],
) -> None:
    home, _, writer = own

    def text(mode: str, strength: float = 1.0) -> str:
        return writer.write(TOPIC, mode=mode, greedy=True, strength=strength).candidates[0].text

    base = text("base")
    assert text("lora", 1.9) != base
    adapter = home.runs / "default-1" / "adapter.gguf"
    adapter.write_bytes(adapter.read_bytes()[:-100])
    with pytest.raises(PromptstyleError):
        text("lora", 0.5)
    assert text("base") == base


@pytest.mark.parametrize(("mode", "strength"), [("base", 0.5), ("context", 0.5), ("lora", 2.5),
                                                ("lora", -0.1)])  # fmt: skip
def test_a_strength_that_cannot_be_is_a_wrong_call(
    shared: tuple[Library, Writer], mode: str, strength: float
) -> None:
    with pytest.raises(UsageError):
        shared[1].write(TOPIC, mode=mode, strength=strength)


def texts(writer: Writer, **options: Any) -> list[str]:
    return [candidate.text for candidate in writer.write(TOPIC, **options).candidates]


def test_the_modes_write_differently(shared: tuple[Library, Writer]) -> None:
    _, writer = shared
    # Several draws of each: a short training may leave the likeliest text as it was.
    drawn = {
        mode: tuple(texts(writer, mode=mode, seed=1, n=6)) for mode in ("base", "context", "lora")
    }
    assert len(set(drawn.values())) == 3


@pytest.mark.usefixtures("alone")
def test_a_seed_reproduces_every_candidate(shared: tuple[Library, Writer]) -> None:
    _, writer = shared
    three = writer.write(TOPIC, mode="lora", seed=7, n=3).candidates
    assert texts(writer, mode="lora", seed=7, n=3) == [each.text for each in three]
    # With its own seed each is written again, alone.
    by_model = [each for each in three if not each.settings["swapped"]]
    assert len(by_model) >= 2
    for each in by_model:
        assert texts(writer, mode="lora", seed=each.seed, pool=1) == [each.text]
    assert len({each.text for each in three}) > 1


def test_the_best_of_the_pool_come_best_first(shared: tuple[Library, Writer]) -> None:
    _, writer = shared
    every = writer.write(TOPIC, mode="both", seed=7, n=8, pool=8).candidates
    best = writer.write(TOPIC, mode="both", seed=7, n=3, pool=8)
    assert [each.text for each in best.candidates] == [each.text for each in every[:3]]
    assert best.pool == 8 and len(best.candidates) == 3
    # Eight are the best of the pool's eight and a like with the words swapped in.
    seeds = {each.seed for each in every if not each.settings["swapped"]}
    assert len(seeds) >= 7 and seeds <= set(range(7, 15))


def test_what_is_told_of_the_pool(shared: tuple[Library, Writer]) -> None:
    _, writer = shared
    tokens: list[Token] = []
    told: list[tuple[int, int]] = []
    writer.write(
        TOPIC,
        mode="lora",
        seed=3,
        n=2,
        pool=10,
        on_token=tokens.append,
        on_pool=lambda *written: told.append(written),
    )
    assert {token.candidate for token in tokens} == {0, 1}
    # Six grow side by side: the two that are given may be the last of them.
    assert told[-1] == (9, 10) and told == sorted(set(told))
    assert all(written >= 2 for written, _ in told)
    told.clear()
    writer.write(TOPIC, mode="lora", n=2, pool=2, on_pool=lambda *written: told.append(written))
    assert told == []


def test_a_candidate_names_the_like_that_it_copies(own: tuple[Home, Library, Writer]) -> None:
    _, library, writer = own
    first = writer.write(TOPIC, mode="base", seed=5, pool=1, n=1)
    text = first.candidates[0].text
    assert first.copied == {} and len(words(text)) >= RUN
    (like,) = library.add_likes("default", [NewLike("of my own", f"Well: {text}")]).added
    again = writer.write(TOPIC, mode="base", seed=5, pool=1)
    assert again.candidates[0].text == text
    assert again.copied == {again.candidates[0].id: like}
    assert again.document()["candidates"][0]["copies"] == like.id
    assert again.candidates[0].settings["scores"]["copies"] == like.id
    library.remove_like("default", like.id)
    assert writer.write(TOPIC, mode="base", seed=5, pool=1).copied == {}


@pytest.mark.parametrize("mode", ["base", "both"])
def test_the_sentences_are_kept_with_others_for_their_places(
    shared: tuple[Library, Writer], mode: str
) -> None:
    _, writer = shared
    (candidate,) = writer.write(TOPIC, mode=mode, seed=4).candidates
    passages = [Passage.from_json(row) for row in candidate.settings["passages"]]
    assert joined(passages) == candidate.text
    revision = Revision.of(candidate)
    assert revision.text() == candidate.text
    # What stands there is nobody's other.
    assert {each.text for each in passages}.isdisjoint(o for each in passages for o in each.others)


def test_a_like_with_the_words_swapped_in_is_weighed(shared: tuple[Library, Writer]) -> None:
    _, writer = shared
    for mode in ("context", "lora", "both"):
        best = writer.write(TOPIC, mode=mode, seed=1)
        # What random weights write fits nobody.
        assert best.candidates[0].settings["swapped"], mode
        assert "chart" in best.candidates[0].text
        like = best.copied[best.candidates[0].id]
        assert best.candidates[0].settings["swapped"] == like.id
        assert (best.pool, best.candidates[0].finish) == (POOL, "stop")
        (alone,) = writer.write(TOPIC, mode=mode, seed=1, pool=1).candidates
        assert not alone.settings["swapped"]
    base = writer.write(TOPIC, mode="base", seed=1, n=POOL)
    assert not any(candidate.settings["swapped"] for candidate in base.candidates)


def test_without_a_seed_one_is_drawn_and_told(shared: tuple[Library, Writer]) -> None:
    _, writer = shared
    first, second = (writer.write(TOPIC, mode="lora", pool=1) for _ in range(2))
    assert first.seed != second.seed
    again = writer.write(TOPIC, mode="lora", pool=1, seed=first.seed)
    assert again.candidates[0].text == first.candidates[0].text


def test_greedy_has_one_answer(shared: tuple[Library, Writer]) -> None:
    _, writer = shared
    assert len(texts(writer, mode="lora", greedy=True, n=3, pool=5)) == 1
    assert texts(writer, greedy=True, seed=1) == texts(writer, greedy=True, seed=2)


@pytest.mark.usefixtures("alone")
def test_the_stream_is_the_text(shared: tuple[Library, Writer]) -> None:
    _, writer = shared
    tokens: list[Token] = []
    written = writer.write(TOPIC, mode="lora", seed=3, n=2, pool=2, on_token=tokens.append)
    assert len(written.candidates) == 2
    streamed_ones = [each for each in written.candidates if not each.settings["swapped"]]
    assert streamed_ones
    for candidate in streamed_ones:
        place = candidate.seed - 3
        streamed = "".join(token.text for token in tokens if token.candidate == place)
        assert streamed.startswith(candidate.text)


def test_auto_is_what_the_manifest_found_best(own: tuple[Home, Library, Writer]) -> None:
    _, library, writer = own
    run = library.active_run("default")
    assert run is not None
    assert writer.write(TOPIC, greedy=True).mode == run.manifest["mode"]
    for mode in ("base", "context", "lora", "both"):
        name = f"default-{mode}"
        library.add_run(name, "default", "tiny", {**run.manifest, "mode": mode}, activate=True)
        (writer.home.runs / name).symlink_to(writer.home.runs / "default-1")
        written = writer.write(TOPIC, greedy=True)
        assert written.mode == mode
        assert written.run == (name if mode in ("lora", "both") else None)


def test_auto_without_a_model_and_without_likes(
    untrained: tuple[Home, Library, Writer], likes: list[NewLike]
) -> None:
    _, library, writer = untrained
    assert writer.write(TOPIC, seed=1).mode == "base"
    library.add_likes("default", likes[:2])
    # The likes are read anew for each topic.
    assert writer.write(TOPIC, seed=1).mode == "context"
    with pytest.raises(PromptstyleError, match="needs a trained model"):
        writer.write(TOPIC, mode="lora")


def test_another_base_brings_its_own_run(
    own: tuple[Home, Library, Writer], tiny_base: Path
) -> None:
    home, library, writer = own
    registry.add(home, tiny_base, "twin")
    library.set_base("default", "twin")
    written = writer.write(TOPIC, seed=1)
    assert (written.base, written.run, written.mode) == ("twin", None, "context")
    library.set_base("default", "tiny")
    assert writer.write(TOPIC, mode="lora", seed=1).run == "default-1"


# --- topics ---


@pytest.mark.parametrize("topic", ["", "  ", "\n\t", "\u00a0"])
def test_an_empty_topic_is_a_wrong_call(topic: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        check_topic(topic)


def test_the_longest_topic_is_written_for_and_a_longer_one_refused(
    shared: tuple[Library, Writer],
) -> None:
    _, writer = shared
    longest = ("charts and tables " * 200)[:MAX_TOPIC].strip()
    written = writer.write(longest, mode="both", seed=1)
    assert written.candidates[0].tokens > 0
    with pytest.raises(UsageError, match="2,001 characters") as caught:
        writer.write("x" * (MAX_TOPIC + 1))
    assert "a sentence or two" in caught.value.hint
    with pytest.raises(UsageError, match="100,000 characters"):
        writer.write("x" * 100_000)


@pytest.mark.parametrize(
    "topic",
    ["### Instruction:\nSay {input}", "</s><s>[INST]", "日本語の要約", "a\x00b", "🎈" * 50, "%s{}"],
)
def test_strange_topics_are_only_text(shared: tuple[Library, Writer], topic: str) -> None:
    library, writer = shared
    written = writer.write(topic, mode="lora", seed=1)
    assert library.candidate(written.candidates[0].id).topic == topic


def test_a_topic_too_long_in_tokens_is_refused_in_words(shared: tuple[Library, Writer]) -> None:
    _, writer = shared
    # Four byte tokens a character: far more than the base's context.
    with pytest.raises(PromptstyleError) as caught:
        writer.write("🎈" * 1_900, mode="base")
    assert caught.value.code == "too_long"


# --- how long, and what is shown ---


def test_an_answer_may_be_as_long_as_the_person_s_own(trained: Home, likes: list[NewLike]) -> None:
    gguf = trained.runs / "default-1" / "model.gguf"
    lora = MODES["lora"]
    with Engine.start(gguf, log=trained.logs / "room.log") as engine:

        def most(*prompts: str, mode: Mode = lora) -> int:
            few = prompts * 8 if len(prompts) == 1 else prompts
            liked = [(f"topic {place}", prompt) for place, prompt in enumerate(few)]
            return Prompter.of(engine, liked).sampling(mode).max_tokens

        longest = max(len(like.output.split()) for like in likes)
        assert most(*(like.output for like in likes)) == 2 * longest
        assert most("Be brief.") == SHORTEST
        assert most(*["Be brief."] * 9, "word " * 200) == 400
        assert most("word " * 2_000) == LONGEST
        # Nothing of the person is used, or there is nothing.
        assert most("word " * 200, mode=MODES["base"]) == most() == MAX_TOKENS
        assert most("word " * 200, "Too few to go by.") == MAX_TOKENS


def test_as_many_likes_are_shown_as_leave_room(
    trained: Home, shared: tuple[Library, Writer], likes: list[NewLike]
) -> None:
    liked = [(like.input, like.output) for like in likes]
    gguf = trained.runs / "default-1" / "model.gguf"
    shown = {}
    for context in (1024, 512, 256):
        with Engine.start(gguf, log=trained.logs / "room.log", context=context) as engine:
            assert engine.context == context
            prompter = Prompter.of(engine, liked)
            segments = prompter.segments(TOPIC, shows=True)
            shown[context] = (len(segments) - 1) // 2
            assert segments[-1] == layout(TOPIC)[0]
            if shown[context]:
                assert engine.count(segments) + MAX_TOKENS <= context
                # The nearest like stands last: it is the one that stays.
                nearest = list(prompter.composer.style(TOPIC).shown)[-1]
                assert segments[-2].text == nearest[1].strip()
            # One like more would not have fitted.
            every = prompter.composer.style(TOPIC).shown
            more = layout(TOPIC, shown=every[-shown[context] - 1 :])
            if shown[context] < Parts().shown:
                assert engine.count(more) + MAX_TOKENS > context
    assert shown[1024] == Parts().shown > shown[512] > shown[256] == 0


# --- engines and files that go wrong ---


def engine_pids(writer: Writer) -> list[int]:
    engine = writer._loaded._engine
    return [] if engine is None else [engine.pid]


def test_the_engine_is_kept_and_started_anew_after_being_killed(
    own: tuple[Home, Library, Writer],
) -> None:
    _, _, writer = own
    before = texts(writer, mode="lora", seed=5)
    (pid,) = engine_pids(writer)
    texts(writer, mode="both", seed=5)
    assert engine_pids(writer) == [pid]
    os.kill(pid, signal.SIGKILL)
    engine = writer._loaded._engine
    assert engine is not None
    engine._job._ended.wait(30)
    assert texts(writer, mode="lora", seed=5) == before
    assert engine_pids(writer) != [pid]


def test_killed_while_writing_is_an_error_and_the_next_topic_is_written(
    own: tuple[Home, Library, Writer],
) -> None:
    _, _, writer = own
    before = texts(writer, mode="lora", seed=5)

    def kill(_: Token) -> None:
        os.kill(engine_pids(writer)[0], signal.SIGKILL)

    with pytest.raises(PromptstyleError) as caught:
        writer.write(TOPIC, mode="lora", seed=5, on_token=kill)
    assert caught.value.code == "crashed"
    assert "log" in caught.value.hint
    assert texts(writer, mode="lora", seed=5) == before


def test_cancelling_from_the_stream_keeps_what_was_seen(own: tuple[Home, Library, Writer]) -> None:
    _, library, writer = own
    before = len(library.candidates("default"))
    seen: list[Token] = []

    def cancel(token: Token) -> None:
        seen.append(token)
        writer.cancel()

    with pytest.raises(Interrupted) as caught:
        writer.write(TOPIC, mode="lora", seed=5, n=16, on_token=cancel)
    assert {token.candidate for token in seen} == {0}
    (kept,) = caught.value.written.candidates
    assert kept.finish == CANCELLED and kept.text == seen[0].text.strip()
    assert len(library.candidates("default")) == before + 1
    assert texts(writer, mode="lora", seed=5)


@pytest.mark.parametrize("stop", ["cancel", "interrupt"])
def test_stopped_while_choosing_the_best_of_what_is_whole_is_kept(
    own: tuple[Home, Library, Writer], stop: str
) -> None:
    _, library, writer = own
    texts(writer, mode="lora", seed=5)
    before = len(library.candidates("default"))

    def on_pool(written: int, pool: int) -> None:
        if written >= 3:
            if stop == "interrupt":
                raise KeyboardInterrupt
            writer.cancel()

    with pytest.raises(Interrupted) as caught:
        writer.write(TOPIC, mode="lora", seed=5, n=2, pool=16, on_pool=on_pool)
    kept = caught.value.written.candidates
    assert len(kept) == 2 and len(library.candidates("default")) == before + 2
    assert all(each.finish != CANCELLED and 5 <= each.seed < 5 + 6 for each in kept)
    # The engine is free for the next.
    assert texts(writer, mode="lora", seed=5)


def test_closing_ends_the_engine(own: tuple[Home, Library, Writer]) -> None:
    _, _, writer = own
    texts(writer, mode="base", seed=1)
    texts(writer, mode="lora", seed=1)
    (pid,) = engine_pids(writer)
    writer.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def assert_two_useful_lines(error: PromptstyleError) -> None:
    assert error.message and "\n" not in error.message
    assert error.hint and "\n" not in error.hint


def test_a_missing_model_says_how_to_make_it(own: tuple[Home, Library, Writer]) -> None:
    home, _, writer = own
    (home.runs / "default-1" / "model.gguf").unlink()
    # What was learnt is on the disk apart, too.
    with Writer(home, writer.library, "default", log=home.logs / "engine.log") as other:
        assert texts(other, mode="lora", seed=1)
    (home.runs / "default-1" / "adapter.gguf").unlink()
    with pytest.raises(PromptstyleError, match=r"adapter\.gguf") as caught:
        writer.write(TOPIC, mode="lora")
    assert_two_useful_lines(caught.value)
    assert "promptstyle retrain" in caught.value.hint
    # The base still writes.
    assert texts(writer, mode="base", seed=1)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_truncated_model_says_how_to_make_it(
    own: tuple[Home, Library, Writer], share: float
) -> None:
    home, _, writer = own
    gguf = home.runs / "default-1" / "model.gguf"
    os.truncate(gguf, int(share * gguf.stat().st_size))
    with pytest.raises(PromptstyleError, match=r"model\.gguf") as caught:
        writer.write(TOPIC, mode="lora")
    assert_two_useful_lines(caught.value)
    assert "retrain" in caught.value.hint


def test_a_model_of_noise_is_an_error_and_not_a_crash(own: tuple[Home, Library, Writer]) -> None:
    home, _, writer = own
    (home.runs / "default-1" / "model.gguf").write_bytes(b"GGUF" + os.urandom(100_000))
    with pytest.raises(PromptstyleError, match=r"model\.gguf") as caught:
        writer.write(TOPIC, mode="lora")
    assert_two_useful_lines(caught.value)


def test_a_base_that_is_gone_stops_only_what_needs_it(
    own: tuple[Home, Library, Writer], tiny_base: Path, tmp_path: Path
) -> None:
    home, _, writer = own
    moved = Path(shutil.copytree(tiny_base, tmp_path / "moved"))
    registry.add(home, moved, "tiny")
    shutil.rmtree(moved)
    assert writer.write(TOPIC, mode="lora", seed=1).base == "tiny"
    with pytest.raises(PromptstyleError, match="missing") as caught:
        writer.write(TOPIC, mode="base", seed=1)
    assert "add-model FOLDER --name tiny" in caught.value.hint


# --- the GGUF of a base ---


def test_the_gguf_of_a_base_is_made_once_and_again_when_broken(
    untrained: tuple[Home, Library, Writer], tiny_base: Path
) -> None:
    home, _, writer = untrained
    base = registry.get(home, "tiny")
    assert prepare.cached_gguf(home, base) is None
    first = texts(writer, mode="base", seed=1)
    path = prepare.gguf_path(home, base)
    check_gguf(path)
    made = path.stat().st_mtime_ns
    with Writer(home, writer.library, "default", log=home.logs / "engine.log") as other:
        assert texts(other, mode="base", seed=1) == first
    assert path.stat().st_mtime_ns == made
    # The name of a base is no part of it.
    registry.add(home, tiny_base, "twin")
    assert prepare.cached_gguf(home, registry.get(home, "twin")) == path

    os.truncate(path, path.stat().st_size - 1)
    assert prepare.cached_gguf(home, base) is None
    with Writer(home, writer.library, "default", log=home.logs / "engine.log") as other:
        assert texts(other, mode="base", seed=1) == first
    check_gguf(path)
    path.unlink()
    with Writer(home, writer.library, "default", log=home.logs / "engine.log") as other:
        assert texts(other, mode="base", seed=1) == first
    assert [file.name for file in home.gguf_cache.iterdir()] == [path.name]


def test_other_weights_have_another_gguf(home: Home, tiny_base: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copytree(tiny_base, tmp_path / "changed"))
    weights = bytearray((changed / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (changed / "model.safetensors").write_bytes(weights)
    one, two = registry.add(home, tiny_base, "one"), registry.add(home, changed, "two")
    assert prepare.gguf_path(home, one) != prepare.gguf_path(home, two)
    assert prepare.make_gguf(home, one).read_bytes() != prepare.make_gguf(home, two).read_bytes()
