"""The file that comes out: metadata, atomicity, a full disk, cancelling, broken input."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

import promptstyle.convert.stream as stream
from promptstyle.convert import ConvertError, check_gguf, write_adapter_gguf, write_gguf
from promptstyle.convert.check import read_header
from promptstyle.convert.quantizer import quantize_q4_k_m
from promptstyle.convert.writer import QUANTIZE, Quantize

TEMPLATE = "### Instruction:\n{input}\n\n### Response:\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model of 0.4 million parameters with its tokenizer, and `adapter` inside."""
    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=300, hidden_size=256, intermediate_size=256, num_hidden_layers=1,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    model.save_pretrained(folder)
    get_peft_model(model, LoraConfig(r=2, target_modules=["q_proj"])).save_pretrained(
        folder / "adapter"
    )
    text = folder / "text.txt"
    text.write_text("a prompt that lists three books and shows only the result\n" * 9)
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "tokenizer"), vocab_size=290,
        model_type="bpe", byte_fallback=True, normalization_rule_name="identity",
        remove_extra_whitespaces=False, minloglevel=2,
    )  # fmt: skip
    text.unlink()
    return folder


@pytest.fixture
def copy(base: Path, tmp_path: Path) -> Path:
    """A copy of the model folder that a test may break."""
    folder = tmp_path / "copy"
    (folder / "adapter").mkdir(parents=True)
    for file in base.rglob("*"):
        if file.is_file():
            (folder / file.relative_to(base)).write_bytes(file.read_bytes())
    return folder


@pytest.mark.parametrize("quantize", QUANTIZE)
def test_the_file_is_what_the_info_says(base: Path, tmp_path: Path, quantize: Quantize) -> None:
    out = tmp_path / "m.gguf"
    seen: list[tuple[int, int]] = []
    info = write_gguf(
        base,
        out,
        adapter_dir=base / "adapter",
        quantize=quantize,
        name="tiny",
        template=TEMPLATE,
        progress=lambda done, total: seen.append((done, total)),
    )
    check_gguf(out)
    assert info.path == out
    assert (info.bytes, info.quantize, info.tensors) == (out.stat().st_size, quantize, 12)
    assert info.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert {total for _, total in seen} == {24 if quantize == "q4_k_m" else 12}
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    metadata = read_header(out).metadata
    assert metadata["general.name"] == "tiny"
    assert metadata["general.type"] == "model"
    assert metadata["promptstyle.template"] == TEMPLATE
    assert "### Instruction" in metadata["tokenizer.chat_template"]
    assert metadata["llama.attention.head_count_kv"] == 2
    assert metadata["llama.context_length"] == 64
    assert metadata["tokenizer.ggml.tokens"] == metadata["llama.vocab_size"] == 300
    assert metadata["general.file_type"] == {"f32": 0, "f16": 1, "q8_0": 7, "q4_k_m": 15}[quantize]
    assert oct(out.stat().st_mode & 0o777) == "0o600"
    assert [file.name for file in tmp_path.iterdir()] == ["m.gguf"]


def test_the_same_input_gives_the_same_bytes(base: Path, tmp_path: Path) -> None:
    one = write_gguf(base, tmp_path / "1.gguf", name="m", quantize="q8_0")
    two = write_gguf(base, tmp_path / "2.gguf", name="m", quantize="q8_0")
    assert one.sha256 == two.sha256


def test_an_adapter_file_holds_the_pairs_alone(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.gguf"
    info = write_adapter_gguf(base, base / "adapter", out, name="style", template=TEMPLATE)
    header = read_header(out)
    assert set(header.tensors) == {f"blk.0.attn_q.weight.lora_{side}" for side in "ab"}
    assert header.tensors["blk.0.attn_q.weight.lora_a"].shape == (256, 2)
    assert header.metadata["adapter.type"] == "lora"
    assert header.metadata["adapter.lora.alpha"] == 8.0
    assert header.metadata["promptstyle.template"] == TEMPLATE
    assert (info.tensors, info.bytes) == (2, out.stat().st_size)
    check_gguf(out)


def break_shape(folder: Path) -> None:
    path = folder / "config.json"
    path.write_text(path.read_text().replace('"intermediate_size": 256', '"intermediate_size": 9'))


def cut(name: str) -> Callable[[Path], None]:
    def shorten(folder: Path) -> None:
        path = folder / name
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return shorten


def not_a_number(folder: Path) -> None:
    model = LlamaForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        model.model.norm.weight[3] = float("nan")
    model.save_pretrained(folder)


def too_large(folder: Path) -> None:
    model = LlamaForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        model.lm_head.weight[3, 3] = 1e6
    model.save_pretrained(folder)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (cut("model.safetensors"), "is cut off"),
        (cut("config.json"), "is not JSON"),
        (cut("tokenizer.model"), "not a sentencepiece model"),
        (cut("adapter/adapter_model.safetensors"), "cut off"),
        (lambda folder: (folder / "tokenizer.model").unlink(), r"has no tokenizer\.model"),
        (lambda folder: (folder / "model.safetensors").unlink(), r"has no model\.safetensors"),
        (lambda folder: (folder / "config.json").unlink(), r"has no config\.json"),
        (break_shape, r"has the shape \(256, 256\), config.json says \(9, 256\)"),
        (not_a_number, r"output_norm\.weight are not all numbers"),
        (too_large, r"output\.weight holds 1e\+06"),
    ],
)
def test_broken_input_is_named_and_leaves_nothing(
    copy: Path, tmp_path: Path, damage: Callable[[Path], object], words: str
) -> None:
    damage(copy)
    out = tmp_path / "out"
    out.mkdir()
    (out / "m.gguf").write_bytes(b"the old one")
    with pytest.raises(ConvertError, match=words) as caught:
        write_gguf(copy, out / "m.gguf", adapter_dir=copy / "adapter", name="m")
    assert caught.value.hint
    assert [file.name for file in out.iterdir()] == ["m.gguf"]
    assert (out / "m.gguf").read_bytes() == b"the old one"


def test_wrong_calls_are_named(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ConvertError, match="no type q3"):
        write_gguf(base, tmp_path / "m.gguf", name="m", quantize="q3")  # type: ignore[arg-type]
    with pytest.raises(ConvertError, match="places for"):
        write_gguf(base, tmp_path / "m.gguf", name="m", template="no place")
    with pytest.raises(ConvertError, match="does not exist"):
        write_gguf(base, tmp_path / "none" / "m.gguf", name="m")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_no_permission_is_named(base: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConvertError, match="no permission"):
        write_gguf(base, tmp_path / "m.gguf", name="m")


class Stop(Exception):
    pass


@pytest.mark.parametrize("quantize", ["f16", "q4_k_m"])
def test_progress_can_stop_the_work_at_any_tensor(
    base: Path, tmp_path: Path, quantize: Quantize
) -> None:
    total = 24 if quantize == "q4_k_m" else 12
    for when in range(0, total + 1, 4):

        def stop(done: int, _total: int, when: int = when) -> None:
            if done >= when:
                raise Stop

        with pytest.raises(Stop):
            write_gguf(base, tmp_path / "m.gguf", name="m", quantize=quantize, progress=stop)
        assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed(base: Path, tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    mine = tmp_path / f".m.gguf.{os.getppid()}.tmp"
    dead = tmp_path / f".m.gguf.{child.pid}.tmp"
    other = tmp_path / f".other.gguf.{child.pid}.tmp"
    for file in (mine, dead, other):
        file.write_bytes(b"x")
    write_gguf(base, tmp_path / "m.gguf", name="m")
    assert sorted(tmp_path.iterdir()) == sorted([mine, other, tmp_path / "m.gguf"])


SMALL_DISK = """
import sys
from pathlib import Path
import promptstyle.convert.stream as stream, promptstyle.convert.writer as writer
from promptstyle.convert import ConvertError, write_gguf
base, disk, mode, quantize = sys.argv[1:]
if mode == "found-while-writing":
    stream.require_space = writer.require_space = lambda path, needed: None
out = Path(disk) / "m.gguf"
out.write_bytes(b"the old one")
try:
    write_gguf(Path(base), out, name="m", quantize=quantize)
except ConvertError as error:
    print(error.message, "|", error.hint)
print(sorted(f.name for f in out.parent.iterdir()), out.read_bytes())
"""


@pytest.mark.parametrize("mode", ["found-before", "found-while-writing"])
@pytest.mark.parametrize(("quantize", "size"), [("f16", "512k"), ("q4_k_m", "1300k")])
def test_a_full_disk_is_named_and_keeps_the_old_file(
    base: Path, tmp_path: Path, mode: str, quantize: Quantize, size: str
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    inside = f'mount -t tmpfs -o size={size} none {disk} && exec "$0" "$@"'
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inside]
    try:
        subprocess.run([*unshare, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no small file system can be mounted here")
    command = [sys.executable, "-c", SMALL_DISK, str(base), str(disk), mode, quantize]
    done = subprocess.run([*unshare, *command], check=True, capture_output=True, text=True)
    first, second = done.stdout.splitlines()
    assert first.startswith(f"the disk of {disk}")
    assert "is full" in first
    assert ("are free" in first) == (mode == "found-before")
    assert "free some space" in first.split(" | ")[1]
    assert second == "['m.gguf'] b'the old one'"


def test_llama_cpp_s_own_words_are_passed_on(tmp_path: Path) -> None:
    (tmp_path / "foreign.gguf").write_bytes(b"no model")
    with pytest.raises(ConvertError, match=r"llama\.cpp could not quantise the model: \S+"):
        quantize_q4_k_m(tmp_path / "foreign.gguf", tmp_path / "o.gguf", lambda done, total: None)


def test_the_quantiser_stops_when_its_parent_is_gone(base: Path, tmp_path: Path) -> None:
    write_gguf(base, tmp_path / "m.gguf", name="m")
    command = [sys.executable, "-m", "promptstyle.convert.quantizer"]
    command += [str(tmp_path / "m.gguf"), str(tmp_path / "o.gguf")]
    # A closed stdin is what it sees when the parent died.
    gone = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    assert gone.returncode == 1
    assert gone.stdout == b""
    assert not (tmp_path / "o.gguf").exists()


def test_one_tensor_is_in_memory_at_a_time(base: Path, tmp_path: Path) -> None:
    """The values of a tensor are made when its turn comes, and dropped after it."""
    import weakref

    from gguf import GGMLQuantizationType, GGUFWriter

    alive: list[weakref.ref[np.ndarray]] = []

    def load() -> np.ndarray:
        assert all(reference() is None for reference in alive[:-1])
        values = np.ones((4, 32), np.float32)
        alive.append(weakref.ref(values))
        return values

    items = [stream.Item(f"t{i}", (4, 32), GGMLQuantizationType.F16, load) for i in range(5)]
    out = tmp_path / "t.gguf"
    stream.stream(GGUFWriter(None, "llama"), out, out, items, lambda done, total: None)
    assert len(alive) == 5
    check_gguf(out)
