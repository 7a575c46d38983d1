"""The engine on real llama.cpp, with small models that this file makes.

`scripted` models are Llamas whose only layer adds nothing and whose embeddings are one-hot, so
that the head is a table from a token to the next: they write exactly what a test needs.
`random_model` is a random one with everything in place, also as transformers sees it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
from safetensors.numpy import save_file

from promptstyle.convert import write_adapter_gguf, write_gguf
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.generation.client import Done, Engine, Token
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.training.template import Segment, encode, layout

SHAPE = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_act": "silu",
    "rms_norm_eps": 1e-6,
    "max_position_embeddings": 256,
    "tie_word_embeddings": False,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
WORDS = "Write a short poem about cats. Make sure to use four lines ### Instruction: Response Draw"
LIKES = [("Cats", "Write a poem."), ("Dogs", "Make sure to use four lines.")]
GREEDY = Sampling(greedy=True, max_tokens=60)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentencepiece BPE like Llama's that has every one of WORDS as one piece."""
    folder = tmp_path_factory.mktemp("tokenizer")
    (folder / "text.txt").write_text("\n".join([WORDS] * 50), "utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "text.txt"),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=600,
        hard_vocab_limit=False,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        minloglevel=2,
    )
    return folder / "tokenizer.model"


@pytest.fixture(scope="module")
def pieces(tokenizer: Path) -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(str(tokenizer))


def save(folder: Path, tokenizer: Path, config: dict[str, Any], tensors: dict[str, Any]) -> Path:
    (folder / "config.json").write_text(json.dumps({**SHAPE, **config}))
    (folder / "tokenizer.model").write_bytes(tokenizer.read_bytes())
    save_file({n: t.astype(np.float32) for n, t in tensors.items()}, folder / "model.safetensors")
    return folder


def layer(
    number: int, hidden: int, inner: int, kv: int, draw: Callable[..., Any]
) -> dict[str, Any]:
    shapes = {
        "self_attn.q_proj": (hidden, hidden),
        "self_attn.k_proj": (kv, hidden),
        "self_attn.v_proj": (kv, hidden),
        "self_attn.o_proj": (hidden, hidden),
        "mlp.gate_proj": (inner, hidden),
        "mlp.up_proj": (inner, hidden),
        "mlp.down_proj": (hidden, inner),
    }
    prefix = f"model.layers.{number}."
    norms = ("input_layernorm", "post_attention_layernorm")
    return {
        **{f"{prefix}{name}.weight": draw(*shape) for name, shape in shapes.items()},
        **{f"{prefix}{name}.weight": np.ones(hidden) for name in norms},
    }


Script = Callable[..., Path]


@pytest.fixture
def scripted(
    tmp_path: Path, tokenizer: Path, pieces: sentencepiece.SentencePieceProcessor
) -> Script:
    """Make a model out of rows (token, next token, logit)."""

    def make(rows: list[tuple[int, int, float]]) -> Path:
        vocab = pieces.vocab_size()
        hidden = 640
        head = np.zeros((vocab, hidden))
        for token, following, logit in rows:
            # The norm turns a one-hot vector into sqrt(hidden) at that place.
            head[following, token] = logit / np.sqrt(hidden)
        config = {
            "vocab_size": vocab,
            "hidden_size": hidden,
            "intermediate_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 8,
            "num_key_value_heads": 1,
        }
        tensors = {
            "model.embed_tokens.weight": np.eye(vocab, hidden),
            "model.norm.weight": np.ones(hidden),
            "lm_head.weight": head,
            **layer(0, hidden, 32, 80, lambda *shape: np.zeros(shape)),
        }
        folder = tmp_path / "scripted"
        folder.mkdir()
        out = tmp_path / "scripted.gguf"
        write_gguf(save(folder, tokenizer, config, tensors), out, name="scripted")
        return out

    return make


@pytest.fixture
def says(pieces: sentencepiece.SentencePieceProcessor, scripted: Script) -> Callable[..., Path]:
    """A model that answers any topic with `text`, then goes on with `then` (default: the end)."""

    def make(text: str, then: int = 2) -> Path:
        newline = pieces.encode("\n")[-1]
        ids = [newline, *pieces.encode(text), then]
        assert len(set(ids[:-1])) == len(ids) - 1, "the script needs every token once"
        return scripted([(a, b, 30.0) for a, b in pairwise(ids)])

    return make


@pytest.fixture(scope="module")
def random_dir(tmp_path_factory: pytest.TempPathFactory, tokenizer: Path) -> Path:
    rng = np.random.default_rng(7)
    vocab = sentencepiece.SentencePieceProcessor(str(tokenizer)).vocab_size()
    hidden, inner, kv = 64, 96, 32
    config = {
        "vocab_size": vocab,
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
    }
    tensors = {
        "model.embed_tokens.weight": rng.normal(0, 1, (vocab, hidden)),
        "model.norm.weight": np.ones(hidden),
        "lm_head.weight": rng.normal(0, 0.3, (vocab, hidden)),
    }
    for number in range(2):
        tensors |= layer(number, hidden, inner, kv, lambda *shape: rng.normal(0, 0.2, shape))
    return save(tmp_path_factory.mktemp("random"), tokenizer, config, tensors)


@pytest.fixture(scope="module")
def random_model(random_dir: Path) -> Path:
    out = random_dir / "random.gguf"
    write_gguf(random_dir, out, name="random", quantize="f32")
    return out


@pytest.fixture(scope="module")
def adapter(random_dir: Path) -> Path:
    rng = np.random.default_rng(8)
    folder = random_dir / "adapter"
    folder.mkdir()
    settings = {
        "peft_type": "LORA",
        "r": 2,
        "lora_alpha": 4,
        "target_modules": ["q_proj", "v_proj"],
    }
    (folder / "adapter_config.json").write_text(json.dumps(settings))
    tensors = {}
    for number in range(2):
        for name, width in (("q_proj", 64), ("v_proj", 32)):
            prefix = f"base_model.model.model.layers.{number}.self_attn.{name}"
            tensors[f"{prefix}.lora_A.weight"] = rng.normal(0, 1, (2, 64)).astype(np.float32)
            tensors[f"{prefix}.lora_B.weight"] = rng.normal(0, 1, (width, 2)).astype(np.float32)
    save_file(tensors, folder / "adapter_model.safetensors")
    out = folder / "adapter.gguf"
    write_adapter_gguf(random_dir, folder, out)
    return out


@pytest.fixture(scope="module")
def engine(random_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for many tests: that none disturbs the next is part of what is tested."""
    log = tmp_path_factory.mktemp("logs") / "engine.log"
    with Engine.start(random_model, log=log, threads=1) as engine:
        yield engine


def start(gguf: Path, **more: Any) -> Engine:
    return Engine.start(gguf, log=gguf.parent / "engine.log", threads=1, **more)


def streamed(events: list[Token | Done]) -> str:
    return "".join(event.text for event in events if isinstance(event, Token))


# What the engine writes


def test_it_streams_and_stops_at_the_end_token(
    says: Callable[..., Path], pieces: sentencepiece.SentencePieceProcessor
) -> None:
    with start(says("Write a poem about cats.")) as engine:
        events = list(engine.generate(layout("Cats"), GREEDY, seed=1))
    done = events[-1]
    assert isinstance(done, Done)
    assert (done.text, done.finish) == ("Write a poem about cats.", "stop")
    assert done.tokens == len(pieces.encode(done.text)) + 1
    assert streamed(events) == done.text
    assert len(events) > 3


def test_it_stops_before_the_next_instruction(
    says: Callable[..., Path], pieces: sentencepiece.SentencePieceProcessor
) -> None:
    gguf = says("Write a poem. ### Instruction:", then=pieces.encode("\n")[-1])
    with start(gguf) as engine:
        events = list(engine.generate(layout("Cats"), GREEDY, seed=1))
    done = events[-1]
    assert isinstance(done, Done)
    assert (streamed(events), done.text, done.finish) == ("Write a poem.",) * 2 + ("stop",)


def test_characters_of_many_tokens_arrive_whole(says: Callable[..., Path]) -> None:
    with start(says("Draw 🙂")) as engine:
        events = list(engine.generate(layout("Cats"), GREEDY, seed=1))
    assert [event.text for event in events if isinstance(event, Token)][-1].endswith("🙂")
    assert events[-1].text == "Draw 🙂"


def test_a_loop_of_sentences_ends_early(
    says: Callable[..., Path], pieces: sentencepiece.SentencePieceProcessor
) -> None:
    gguf = says("Write a poem about cats.", then=pieces.encode("Write")[0])
    with start(gguf) as engine:
        events = list(engine.generate(layout("Cats"), GREEDY, seed=1))
    done = events[-1]
    assert isinstance(done, Done)
    assert (done.text, done.finish) == ("Write a poem about cats.", "stop")
    assert streamed(events) == done.text
    assert done.tokens < GREEDY.max_tokens


def test_what_runs_out_of_length_ends_whole(says: Callable[..., Path]) -> None:
    with start(says("Write a poem. Make sure to use four lines")) as engine:
        short = replace(GREEDY, max_tokens=8)
        (done,) = engine.write(layout("Cats"), short, seed=1)
    assert (done.text, done.finish, done.tokens) == ("Write a poem.", "length", 8)


def test_penalties_count_what_is_written_and_not_what_is_shown(
    scripted: Script, pieces: sentencepiece.SentencePieceProcessor
) -> None:
    newline = pieces.encode("\n")[-1]
    write, draw = pieces.encode("Write")[0], pieces.encode("Draw")[0]
    rows = [(newline, write, 30.0), (newline, draw, 25.0), (write, write, 30.0), (write, 2, 25.0)]
    shown = [("Cats", "Write Write Write Write Write Write Write Write")] * 3
    plain = Sampling(temperature=0, dry_multiplier=0, max_tokens=3, no_stammer=False)
    with start(scripted(rows)) as engine:

        def ends(sampling: Sampling) -> tuple[str, str, int]:
            (done,) = engine.write(layout("Dogs", shown=shown), sampling, seed=1)
            return done.text, done.finish, done.tokens

        # The last word of a text that ran out of length is not kept: it may be half a word.
        assert ends(plain) == ("Write Write", "length", 3)
        assert ends(replace(plain, repeat_penalty=2.0)) == ("Write", "stop", 2)
        dry = replace(plain, dry_multiplier=9.0, dry_allowed_length=1)
        assert ends(dry) == ("Write Write", "stop", 3)
        assert ends(replace(dry, greedy=True)) == ("Write Write", "length", 3)


# Seeds


def test_the_same_seed_gives_the_same_text_whatever_came_before(engine: Engine) -> None:
    wild = Sampling(temperature=1.5, top_k=0, top_p=1.0, min_p=0.0, max_tokens=40)
    ask = layout("Write about cats", shown=LIKES)
    three = engine.write(ask, wild, seed=11, n=3)
    assert [done.candidate for done in three] == [0, 1, 2]
    assert len({done.text for done in three}) == 3
    engine.write(layout("Something else"), wild, seed=99)
    engine.score(layout("Cats", "Write a poem."))
    for offset, done in enumerate(three):
        (alone,) = engine.write(ask, wild, seed=11 + offset)
        assert (alone.text, alone.tokens) == (done.text, done.tokens)
    assert [done.text for done in engine.write(ask, wild, seed=11, n=3)] == [d.text for d in three]


def test_another_process_gives_the_same_text(engine: Engine, random_model: Path) -> None:
    wild = Sampling(temperature=1.5, max_tokens=30)
    with start(random_model) as other:
        assert engine.write(layout("Dogs"), wild, seed=-5)[0].text == (
            other.write(layout("Dogs"), wild, seed=-5)[0].text
        )


def test_a_long_prompt_in_several_batches_reproduces(random_model: Path) -> None:
    wild = Sampling(temperature=1.5, max_tokens=10)
    ask = layout("cats " * 20, shown=LIKES * 2)
    with start(random_model) as engine:
        first = engine.write(ask, wild, seed=3, n=2)
        assert [d.text for d in engine.write(ask, wild, seed=3, n=2)] == [d.text for d in first]


# Tokens and scores


def test_tokens_are_those_of_training(
    engine: Engine, pieces: sentencepiece.SentencePieceProcessor
) -> None:
    topic = "Schön 🙂  </s> <s> {input} ### Response:\n\ttabs"
    segments = layout(topic, "Write </s> it.", shown=LIKES)
    expected = encode(segments, lambda text: list(pieces.encode(text)), bos=1, eos=2).ids
    assert engine.encode(segments) == expected
    assert engine.count(segments) == len(expected)


def test_scores_are_those_of_transformers(
    engine: Engine, random_dir: Path, pieces: sentencepiece.SentencePieceProcessor
) -> None:
    torch = pytest.importorskip("torch")
    from transformers import LlamaForCausalLM

    segments = layout("Cats", "Make sure to use four lines.", shown=LIKES, learn_shown=True)
    encoded = encode(segments, lambda text: list(pieces.encode(text)), bos=1, eos=2)
    model = LlamaForCausalLM.from_pretrained(random_dir)
    with torch.no_grad():
        loss = model(
            input_ids=torch.tensor([encoded.ids]), labels=torch.tensor([encoded.labels])
        ).loss
    assert engine.score(segments) == pytest.approx(-float(loss), abs=5e-3)


def test_options_are_those_of_transformers(
    engine: Engine, random_dir: Path, pieces: sentencepiece.SentencePieceProcessor
) -> None:
    torch = pytest.importorskip("torch")
    from transformers import LlamaForCausalLM

    asked = layout("Cats", shown=LIKES)
    options = ["true", "false", "Write a poem about dogs.", "Write"]
    prompt = encode(asked, lambda text: list(pieces.encode(text)), bos=1, eos=2).ids
    model = LlamaForCausalLM.from_pretrained(random_dir)
    expected = []
    for option in options:
        ids = list(pieces.encode(option))
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([prompt + ids])).logits[0]
        rows = logits.log_softmax(-1)[len(prompt) - 1 : -1]
        expected.append(float(rows[range(len(ids)), ids].sum()))
    found = engine.options(asked, options)
    assert found == pytest.approx(expected, abs=2e-2)
    # An option that goes on after another is less probable; the order changes nothing.
    assert found[2] < found[3]
    assert engine.options(asked, options[::-1]) == found[::-1]


def test_options_leave_the_cache_as_it_was(engine: Engine) -> None:
    wild = Sampling(temperature=1.5, max_tokens=20)
    ask = layout("Cats", shown=LIKES)
    expected = engine.write(ask, wild, seed=4)[0].text
    first = engine.options(ask, ["true", "false"])
    assert engine.write(ask, wild, seed=4)[0].text == expected
    assert engine.options(ask, ["true", "false"]) == first


@pytest.mark.parametrize("options", [[""], ["true", ""]])
def test_an_empty_option_is_refused(engine: Engine, options: list[str]) -> None:
    with pytest.raises(PromptstyleError, match="no option"):
        engine.options(layout("Cats"), options)
    assert engine.options(layout("Cats"), []) == []


def test_nothing_to_score_is_refused_and_the_engine_goes_on(engine: Engine) -> None:
    with pytest.raises(PromptstyleError):
        engine.score(layout("Cats"))
    assert engine.count([]) == 1


@pytest.mark.parametrize("sampling", [GREEDY, Sampling(temperature=0.01, repeat_penalty=1.5)])
def test_a_candidate_knows_how_likely_it_is_before_any_sampler(
    pieces: sentencepiece.SentencePieceProcessor, scripted: Script, sampling: Sampling
) -> None:
    vocab = pieces.vocab_size()
    logits = [6.0, 7.0, 8.0]
    ids = [pieces.encode("\n")[-1], *pieces.encode("Write a"), 2]
    assert len(ids) == len(logits) + 1
    gguf = scripted([(a, b, logit) for (a, b), logit in zip(pairwise(ids), logits, strict=True)])
    with start(gguf) as engine:
        (done,) = engine.write(layout("Cats"), sampling, seed=1)
    assert (done.text, done.tokens) == ("Write a", 3)
    # All other logits are 0; the mean is over the end token too.
    expected = [logit - np.log(np.exp(logit) + vocab - 1) for logit in logits]
    assert done.logprob == pytest.approx(np.mean(expected), abs=1e-2)


@pytest.mark.parametrize("quantize", ["f16", "q8_0", "q4_k_m"])
def test_quantised_models_score_alike(
    engine: Engine, random_dir: Path, tmp_path: Path, quantize: Any
) -> None:
    """Where the processor has AMX, llama.cpp can crash on these; see `Model`."""
    out = tmp_path / f"{quantize}.gguf"
    write_gguf(random_dir, out, name="random", quantize=quantize)
    asked = layout("Cats", "Make sure to use four lines.", shown=LIKES)
    with start(out) as other:
        assert other.score(asked) == pytest.approx(engine.score(asked), abs=0.3)
        assert other.write(layout("cats " * 20), GREEDY, seed=1)[0].tokens


# Adapters


def test_an_adapter_changes_the_model_and_can_be_taken_off(
    engine: Engine, random_model: Path, adapter: Path
) -> None:
    asked = layout("Cats", "Write a poem.")
    ask, wild = layout("Cats"), Sampling(temperature=1.5, max_tokens=20)
    plain, text = engine.score(asked), engine.write(ask, wild, seed=1)[0].text
    engine.set_adapter(adapter)
    tuned, tuned_text = engine.score(asked), engine.write(ask, wild, seed=1)[0].text
    engine.set_adapter(adapter, scale=0.0)
    assert engine.score(asked) == pytest.approx(plain, abs=1e-6)
    engine.set_adapter(None)
    assert engine.score(asked) == plain
    assert engine.write(ask, wild, seed=1)[0].text == text
    assert abs(tuned - plain) > 0.01
    assert tuned_text != text
    with start(random_model, adapter=adapter) as other:
        assert other.score(asked) == tuned
        assert other.write(ask, wild, seed=1)[0].text == tuned_text


def test_an_adapter_of_another_model_is_refused(says: Callable[..., Path], adapter: Path) -> None:
    with start(says("Draw")) as engine:
        with pytest.raises(PromptstyleError, match=r"adapter\.gguf") as caught:
            engine.set_adapter(adapter)
        assert caught.value.code == "adapter"
        assert engine.write(layout("Cats"), GREEDY, seed=1)[0].text == "Draw"


# Bad input


@pytest.mark.parametrize("size", [600, 100_000])
def test_a_prompt_that_does_not_fit_is_refused(engine: Engine, size: int) -> None:
    with pytest.raises(PromptstyleError, match=str(engine.context)) as caught:
        engine.write(layout("x" * size), GREEDY, seed=1)
    assert caught.value.code == "too_long"
    with pytest.raises(PromptstyleError, match="tokens"):
        engine.score(layout("x" * size, "y"))
    assert engine.write(layout("x"), GREEDY, seed=1)


def test_an_answer_ends_where_the_context_does(engine: Engine) -> None:
    wild = Sampling(temperature=2.0, top_k=0, top_p=1, min_p=0, max_tokens=10_000)
    ask = layout("x" * 100)
    room = engine.context - engine.count(ask)
    done = [done for done in engine.write(ask, wild, seed=1, n=5) if done.finish == "length"]
    assert all(one.tokens == room for one in done)


@pytest.mark.parametrize("keep", [0, 3, 100, 20_000, -1])
def test_a_truncated_model_is_an_error(random_model: Path, tmp_path: Path, keep: int) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(random_model.read_bytes()[:keep])
    with pytest.raises(PromptstyleError, match=r"broken\.gguf") as caught:
        start(broken)
    assert caught.value.hint


def test_a_model_that_llama_cpp_does_not_know_is_an_error(
    random_model: Path, tmp_path: Path
) -> None:
    data = random_model.read_bytes()
    strange = tmp_path / "strange.gguf"
    strange.write_bytes(data.replace(b"\x05\0\0\0\0\0\0\0llama", b"\x05\0\0\0\0\0\0\0lamas", 1))
    with pytest.raises(PromptstyleError, match=r"strange\.gguf: .*lamas"):
        start(strange)


def test_a_missing_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PromptstyleError, match=r"none\.gguf"):
        start(tmp_path / "none.gguf")


# Stopping


def test_cancel_stops_the_writing_and_leaves_the_engine_usable(engine: Engine) -> None:
    wild = Sampling(temperature=1.5, max_tokens=100)
    ask = layout("Cats", shown=LIKES)
    expected = engine.write(ask, wild, seed=5)[0].text
    events = engine.generate(ask, wild, seed=5, n=100_000)
    next(events)
    engine.cancel()
    with pytest.raises(Cancelled):
        for _ in events:
            pass
    engine.cancel()
    assert engine.alive
    assert engine.write(ask, wild, seed=5)[0].text == expected


def test_leaving_the_iteration_stops_the_writing(engine: Engine) -> None:
    wild = Sampling(temperature=1.5, max_tokens=100)
    expected = engine.write(layout("Cats"), wild, seed=5)[0].text
    abandoned = engine.generate(layout("Dogs"), wild, seed=5, n=100_000)
    next(abandoned)
    assert engine.write(layout("Cats"), wild, seed=5)[0].text == expected
    abandoned.close()
    with_break = engine.generate(layout("Dogs"), wild, seed=5, n=100_000)
    next(with_break)
    with_break.close()
    assert engine.write(layout("Cats"), wild, seed=5)[0].text == expected


def test_the_evaluation_of_a_prompt_can_be_stopped(random_model: Path) -> None:
    code = f"""
from promptstyle.core.generation.llama import Interrupted, Model
from pathlib import Path
stop = []
model = Model(Path({str(random_model)!r}), threads=1, should_stop=lambda: bool(stop))
ids = model.tokenize("cats " * 30)
model.prepare(ids)
before = model.logits().tolist()
model.forget()
stop.append(True)
try:
    model.prepare(ids)
except Interrupted:
    stop.clear()
    model.prepare(ids)
    print(model.logits().tolist() == before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_a_killed_engine_is_an_error_and_no_hang(random_model: Path) -> None:
    with start(random_model) as engine:
        events = engine.generate(layout("Cats"), Sampling(), seed=1, n=100_000)
        next(events)
        os.kill(engine._job.pid, signal.SIGKILL)
        with pytest.raises(PromptstyleError, match="SIGKILL") as caught:
            for _ in events:
                pass
        assert caught.value.code == "crashed"
        assert not engine.alive
        with pytest.raises(PromptstyleError):
            engine.count(layout("Cats"))


def test_the_engine_ends_with_its_parent(random_model: Path, tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from promptstyle.core.generation.client import Engine
engine = Engine.start(Path({str(random_model)!r}), log=Path({str(tmp_path / "e.log")!r}), threads=1)
print(engine._job.pid, flush=True)
input()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    # A condition that never comes true runs into the suite's timeout.
    while Path(f"/proc/{child}").exists() and "\nState:\tZ" not in status(child):
        time.sleep(0.01)


def status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "\nState:\tZ"


def test_segments_that_are_no_template_are_fine(engine: Engine) -> None:
    assert engine.count([Segment("a"), Segment("", end=True)]) >= 3
