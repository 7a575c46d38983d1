"""The whole loop through the command, on a small random base: import, retrain, generate, like."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
from quick import one_candidate, usual_candidates
from safetensors.numpy import save_file

from promptstyle.core.paths import Home
from promptstyle.core.style.words import words

COMMAND = [sys.executable, "-m", "promptstyle.tui.cli.main"]
TOPIC = "Make a prompt that summarizes a podcast episode."
STARTER = Path(__file__).parents[2] / "assets" / "starter_likes.jsonl"
# Enough that some are held out and no cross-validation is made.
LIKES = 24
VOCAB, HIDDEN, INNER, LAYERS = 500, 64, 96, 2


def make_base(folder: Path) -> Path:
    """A random Llama with a sentencepiece tokenizer of its own, in `folder`."""
    folder.mkdir(parents=True)
    sentencepiece.SentencePieceTrainer.train(
        input=str(STARTER),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=VOCAB,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        minloglevel=2,
    )
    (folder / "tokenizer.vocab").unlink()
    random = np.random.default_rng(0)

    def draw(*shape: int) -> Any:
        return random.normal(0, 0.05, shape).astype(np.float32)

    tensors = {
        "model.embed_tokens.weight": draw(VOCAB, HIDDEN),
        "model.norm.weight": np.ones(HIDDEN, np.float32),
        "lm_head.weight": draw(VOCAB, HIDDEN),
    }
    for number in range(LAYERS):
        prefix = f"model.layers.{number}."
        for name in ("input_layernorm", "post_attention_layernorm"):
            tensors[f"{prefix}{name}.weight"] = np.ones(HIDDEN, np.float32)
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            tensors[f"{prefix}self_attn.{name}.weight"] = draw(HIDDEN, HIDDEN)
        for name in ("gate_proj", "up_proj"):
            tensors[f"{prefix}mlp.{name}.weight"] = draw(INNER, HIDDEN)
        tensors[f"{prefix}mlp.down_proj.weight"] = draw(HIDDEN, INNER)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": HIDDEN,
        "intermediate_size": INNER,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "vocab_size": VOCAB,
        "max_position_embeddings": 512,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "torch_dtype": "float32",
    }
    (folder / "config.json").write_text(json.dumps(config))
    return folder


class Shell:
    """Calls of the command in one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        # Nothing is put on the clipboard of whoever runs the tests.
        desktop = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TMUX")
        kept = {name: value for name, value in os.environ.items() if name not in desktop}
        self.environment = {**kept, "PROMPTSTYLE_HOME": str(home)}

    def call(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            env=self.environment,
            timeout=250,
            check=False,
        )

    def rows(self, *arguments: str, stdin: bytes = b"", code: int = 0) -> list[dict[str, Any]]:
        """What a call with --json wrote; every line of it must be JSON."""
        done = self.call(*arguments, "--json", stdin=stdin)
        assert done.returncode == code, done.stderr.decode()
        if code:
            assert_two_lines(done.stderr)
        return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]

    def row(self, *arguments: str, stdin: bytes = b"") -> dict[str, Any]:
        (row,) = self.rows(*arguments, stdin=stdin)
        return row


def assert_two_lines(stderr: bytes) -> None:
    lines = stderr.decode("utf-8").splitlines()
    assert len(lines) == 2, stderr.decode()
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("hint: ")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random base's folder."""
    return make_base(tmp_path_factory.mktemp("bases") / "tiny")


@pytest.fixture(scope="module")
def shell(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A home with some of the starter likes and the random base in use."""
    shell = Shell(tmp_path_factory.mktemp("loop"))
    some = b"".join(STARTER.read_bytes().splitlines(keepends=True)[:LIKES])
    assert shell.row("import", "-", stdin=some)["added"] == LIKES
    assert shell.row("add-model", str(base))["state"] == "ready"
    assert shell.row("use", "tiny")["name"] == "tiny"
    return shell


def test_models(shell: Shell) -> None:
    models = {row["name"]: row for row in shell.rows("models")}
    assert models["tiny"]["used"] and models["tiny"]["state"] == "ready"
    assert models["tiny"]["context"] == 512
    assert not models["embedded"]["used"]
    assert shell.row("verify", "tiny")["ok"]


def test_generate(shell: Shell) -> None:
    row = shell.row("generate", TOPIC, "--seed", "7", "-n", "2", "--mode", "base")
    assert row["topic"] == TOPIC
    assert (row["profile"], row["base"], row["run"], row["mode"]) == (
        "default",
        "tiny",
        None,
        "base",
    )
    assert row["seconds"] > 0
    assert row["pool"] == 6
    assert len(row["candidates"]) == 2
    for candidate in row["candidates"]:
        assert list(candidate) == ["id", "text", "finish", "tokens", "copies", "borrowed"]
        assert candidate["copies"] is None
        assert candidate["finish"] in ("stop", "length")
        assert candidate["tokens"] > 0
    again = shell.row("generate", TOPIC, "--seed", "7", "-n", "2", "--mode", "base")
    texts = [candidate["text"] for candidate in row["candidates"]]
    assert [candidate["text"] for candidate in again["candidates"]] == texts
    assert texts[0] != texts[1]


def test_plain_text_on_stdout_and_ids_on_stderr(shell: Shell) -> None:
    row = shell.row("generate", TOPIC, "--seed", "7", "--mode", "base")
    plain = shell.call("generate", TOPIC, "--seed", "7", "--mode", "base")
    assert plain.returncode == 0
    assert plain.stdout.decode() == row["candidates"][0]["text"] + "\n"
    note = plain.stderr.decode()
    assert "tiny" in note and "mode base" in note and "the best of 6" in note
    identifier = note.split(":")[0]
    liked = shell.row("dislike", identifier, "--reason", "random words")
    assert liked["candidate"] == identifier


def test_several_candidates_are_set_apart(shell: Shell) -> None:
    done = shell.call("generate", TOPIC, "--seed", "7", "-n", "3", "--mode", "base")
    assert done.stdout.decode().count("\n\n---\n\n") == 2


def test_the_best_of_a_pool_are_given_best_first(shell: Shell) -> None:
    asked = ("generate", TOPIC, "--seed", "7", "--mode", "base", "--pool", "4")
    every = shell.row(*asked, "-n", "4")
    best = shell.row(*asked, "-n", "2")
    texts = [candidate["text"] for candidate in every["candidates"]]
    assert [candidate["text"] for candidate in best["candidates"]] == texts[:2]
    assert (best["pool"], every["pool"]) == (4, 4)
    ids = [candidate["id"] for candidate in every["candidates"]]
    chosen = shell.row("choose", "--best", ids[0], "--worst", ids[3], "--reason", "plainer")
    assert (chosen["best"], chosen["worst"], chosen["reason"]) == (ids[0], ids[3], "plainer")
    alone = shell.row("generate", TOPIC, "--seed", "7", "--mode", "base", "--pool", "1")
    assert alone["pool"] == 1 and alone["candidates"][0]["text"] in texts
    # Greedy decoding is one candidate, whatever is asked for.
    greedy = shell.call("generate", TOPIC, "--greedy", "--pool", "4", "--mode", "base", "--json")
    assert json.loads(greedy.stdout)["pool"] == 1
    assert b"one candidate is enough" in greedy.stderr


def test_on_a_terminal_the_best_takes_the_place_of_what_was_streamed(shell: Shell) -> None:
    asked = ("generate", TOPIC, "--seed", "9", "--mode", "base")
    best = shell.row(*asked)["candidates"][0]["text"]
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [*COMMAND, *asked],
            stdout=theirs,
            stderr=subprocess.PIPE,
            env={**shell.environment, "TERM": "xterm"},
        )
        os.close(theirs)
        drawn = b""
        # A terminal whose other end is closed is an error to read from.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 65_536):
                drawn += piece
        _, errors = process.communicate(timeout=250)
    finally:
        os.close(ours)
    assert process.returncode == 0, errors.decode()
    shown = drawn.decode().replace("\r\n", "\n")
    streamed, cleared, final = shown.rpartition("\x1b[J")
    assert cleared and "choosing the best of 6: 5 written" in streamed
    assert final == best + "\n"


def test_a_candidate_that_copies_a_like_is_told_of(shell: Shell) -> None:
    asked = ("generate", TOPIC, "--seed", "7", "--mode", "base", "-n", "16")
    texts = [candidate["text"] for candidate in shell.row(*asked)["candidates"]]
    said = max(map(words, texts), key=len)
    assert len(said) >= 12
    like = shell.row("add", "a topic of mine", f"Words before {' '.join(said)}")
    found = shell.row(*asked)["candidates"]
    assert sorted(candidate["text"] for candidate in found) == sorted(texts)
    copies = [candidate for candidate in found if candidate["copies"] is not None]
    assert [(words(each["text"]), each["copies"]) for each in copies] == [(said, like["id"])]
    plain = shell.call(*asked)
    assert b"a topic of mine" not in plain.stdout
    remark = (
        f"12 words or more in a row from a liked prompt of yours: a topic of mine ({like['id']})"
    )
    assert plain.stderr.decode().count(remark) == 1
    shell.rows("remove", like["id"])
    assert all(each["copies"] is None for each in shell.row(*asked)["candidates"])


def test_topics_from_lines_are_answered_one_by_one(shell: Shell) -> None:
    with subprocess.Popen(
        [*COMMAND, "generate", "-", "--json", "--greedy", "--mode", "base"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=shell.environment,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        for topic in ("first topic", "second topic"):
            process.stdin.write(f"\n{topic}\n".encode())
            process.stdin.flush()
            # Nothing more is sent before the answer is here.
            assert json.loads(process.stdout.readline())["topic"] == topic
        process.stdin.write(b"x" * 100_000 + b"\nthird topic\n")
        process.stdin.close()
        assert json.loads(process.stdout.readline())["topic"] == "third topic"
        errors = process.stderr.read().decode().splitlines()
        assert process.wait(60) == 1
    assert "line 5 of standard input" in errors[0]
    assert errors[-2].startswith("error: 1 of 4 topics")


def test_topics_from_a_file(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "topics.txt"
    file.write_bytes(b"\xef\xbb\xbfone\r\n\r\n two \n")
    rows = shell.rows("generate", "zero", "--from", str(file), "--greedy", "--mode", "base")
    assert [row["topic"] for row in rows] == ["zero", "one", "two"]


def test_copy_without_a_clipboard_writes_a_file(shell: Shell) -> None:
    done = shell.call("generate", TOPIC, "--greedy", "--mode", "base", "--copy", "--json")
    assert done.returncode == 0
    file = shell.home / "cache" / "copied.txt"
    assert f"written to {file}".encode() in done.stderr
    (candidate,) = json.loads(done.stdout)["candidates"]
    assert file.read_text("utf-8") == candidate["text"]


def test_a_mode_that_needs_training(shell: Shell) -> None:
    assert shell.rows("generate", TOPIC, "--mode", "lora", "--profile", "default", code=1) == []


def test_like_of_what_was_generated(shell: Shell) -> None:
    row = shell.row("generate", TOPIC, "--seed", "3", "--mode", "base", "--profile", "default")
    opinion = shell.row("like", row["candidates"][0]["id"], "--text", "Summarize the podcast.")
    (like,) = shell.rows("likes", "summarize the podcast")
    assert like["id"] == opinion["like_id"]
    assert like["input"] == TOPIC
    shell.rows("remove", like["id"])


@pytest.fixture(scope="module")
def trained(shell: Shell) -> list[dict[str, Any]]:
    """The events of a retrain on the random base."""
    one_candidate(Home.under(shell.home))
    events = shell.rows("retrain", "--recipe", "reference")
    usual_candidates(Home.under(shell.home))
    return events


def test_the_events_of_a_retrain(trained: list[dict[str, Any]]) -> None:
    kinds = [event["event"] for event in trained]
    assert kinds[0] == "started"
    assert set(kinds) == {"started", "step", "stage", "evaluated", "done"}
    assert kinds.count("evaluated") == kinds.count("done") == 1
    assert kinds[-1] == "done"
    steps = [event for event in trained if event["event"] == "step"]
    assert [event["step"] for event in steps] == list(range(1, steps[0]["steps"] + 1))
    for event in steps:
        assert event["loss"] > 0 and event["eta_seconds"] >= 0
    done = trained[-1]
    assert done["run"] == "default-1"
    assert done["activated"] is True
    assert done["seconds"] > 0
    assert Path(done["adapter"]).is_file() and Path(done["gguf"]).is_file()
    assert done["scores"]


def test_the_run_is_listed_and_writes(shell: Shell, trained: list[dict[str, Any]]) -> None:
    run = shell.rows("runs")[0]
    assert (run["id"], run["base"], run["recipe"]) == ("default-1", "tiny", "reference")
    assert run["active"] is True
    assert run["train"] + run["held"] == LIKES
    assert run["scores"] == trained[-1]["scores"]
    row = shell.row("generate", TOPIC, "--mode", "lora", "--seed", "1")
    assert (row["run"], row["mode"]) == ("default-1", "lora")
    row = shell.row("generate", TOPIC, "--mode", "both", "--seed", "1")
    assert (row["run"], row["mode"]) == ("default-1", "both")
    row = shell.row("generate", TOPIC, "--seed", "1")
    assert row["mode"] in ("base", "context", "lora", "both")


@pytest.mark.usefixtures("trained")
def test_too_few_likes(shell: Shell) -> None:
    for number in range(3):
        shell.row("add", f"topic {number}", f"prompt {number}", "--profile", "few")
    shell.row("use", "tiny", "--profile", "few")
    (failed,) = shell.rows("retrain", "--profile", "few", code=1)
    assert list(failed) == ["event", "code", "message", "hint"]
    assert (failed["event"], failed["code"]) == ("failed", "too_few_likes")
    plain = shell.call("retrain", "--profile", "few")
    assert plain.returncode == 1
    assert plain.stdout == b""
    error, hint = plain.stderr.decode().splitlines()[-2:]
    assert error == f"error: {failed['message']}"
    assert hint == f"hint: {failed['hint']}"
    assert shell.rows("runs", "--profile", "few") == []
    assert len(shell.rows("likes", "--profile", "few")) == 3


def test_a_retrain_that_fails_early_says_so_in_json_too(shell: Shell) -> None:
    (failed,) = shell.rows("retrain", "--profile", "nobody", code=1)
    assert (failed["event"], failed["code"]) == ("failed", "no_profile")
    (failed,) = shell.rows("retrain", "--base", "nothing", code=1)
    assert failed["event"] == "failed"


@pytest.mark.usefixtures("trained")
def test_ctrl_c_stops_a_retrain_and_leaves_the_old_model(shell: Shell) -> None:
    before = shell.rows("runs")
    with subprocess.Popen(
        [*COMMAND, "retrain", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=shell.environment,
    ) as process:
        assert process.stdout and process.stderr
        events = []
        for line in process.stdout:
            events.append(json.loads(line))
            if events[-1]["event"] == "step" and events[-1]["step"] == 1:
                process.send_signal(signal.SIGINT)
        stderr = process.stderr.read()
        assert process.wait(60) == 130
    assert_two_lines(stderr)
    assert b"untouched" in stderr
    assert events[-1]["event"] == "failed"
    assert events[-1]["code"] == "cancelled"
    assert shell.rows("runs") == before


@pytest.mark.usefixtures("trained")
def test_evaluate(shell: Shell, tmp_path: Path) -> None:
    document = shell.row("evaluate", "--systems", "random,nearest,lora")
    held = shell.rows("runs")[0]["held"]
    assert document["n"] == held
    assert [row["name"] for row in document["systems"]] == ["random", "nearest", "lora"]
    for row in document["systems"]:
        for score in ("rouge1", "rougeL"):
            assert 0 <= row[f"{score}_low"] <= row[score] <= row[f"{score}_high"] <= 1
    assert len(document["examples"]) == held
    file = tmp_path / "test.csv"
    file.write_text("input,output\nnaming a cat,Make a prompt that names a cat.\n")
    plain = shell.call("evaluate", "--test", str(file), "--systems", "nearest")
    assert plain.returncode == 0
    assert "nearest" in plain.stdout.decode()
    assert "naming a cat" in plain.stdout.decode()
    file.write_text("input,output\n,empty topic\n")
    assert shell.rows("evaluate", "--test", str(file), code=1) == []


@pytest.mark.usefixtures("trained")
def test_export(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "style.gguf"
    row = shell.row("export", str(out), "--quantize", "f16")
    assert row["path"] == str(out)
    assert row["bytes"] == out.stat().st_size
    assert row["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert out.read_bytes()[:4] == b"GGUF"
    assert shell.rows("export", str(out), code=1) == []
    assert shell.row("export", str(out), "--force", "--quantize", "q8_0")["bytes"] < row["bytes"]
    folder = tmp_path / "style"
    done = shell.call("export", str(folder), "--as", "ollama")
    assert done.returncode == 0 and str(folder / "README.md") in done.stderr.decode()
    assert "12 words" in done.stderr.decode()
    assert sorted(path.name for path in folder.iterdir()) == [
        "Modelfile",
        "README.md",
        "model.gguf",
    ]
    assert shell.rows("export", str(folder), "--as", "peft", code=1) == []
    assert shell.row("export", str(folder), "--as", "peft", "--force")["path"] == str(folder)


@pytest.mark.usefixtures("trained")
def test_a_truncated_model_is_named_and_a_good_one_goes_on(shell: Shell) -> None:
    model = shell.home / "models" / "runs" / "default-1" / "model.gguf"
    whole = model.read_bytes()
    model.chmod(0o600)
    model.write_bytes(whole[: len(whole) // 2])
    try:
        done = shell.call("generate", TOPIC, "--mode", "lora", "--json")
        assert done.returncode == 1
        assert done.stdout == b""
        assert_two_lines(done.stderr)
        checks = {check["name"]: check for check in shell.rows("doctor", code=1)[0]["checks"]}
        assert not checks["active model"]["ok"]
        assert shell.row("generate", TOPIC, "--mode", "base")["candidates"]
    finally:
        model.write_bytes(whole)
    assert shell.row("generate", TOPIC, "--mode", "lora")["candidates"]


@pytest.mark.usefixtures("base_dir")
def test_an_empty_home_writes_with_the_embedded_base(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home")
    assert shell.row("doctor")["checks"]
    row = shell.row("generate", TOPIC, "--seed", "1")
    assert (row["base"], row["run"], row["mode"]) == ("embedded", None, "base")
    (candidate,) = row["candidates"]
    assert candidate["text"].strip()
    assert shell.row("generate", TOPIC, "--seed", "1")["candidates"][0]["text"] == candidate["text"]
    embedded = {base["name"]: base for base in shell.rows("models")}["embedded"]
    assert embedded["used"] and embedded["state"] == "ready"
    assert shell.row("verify", "embedded")["ok"]
