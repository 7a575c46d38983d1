"""Base models: their states, names, hashes, and the cache of huggingface_hub."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptstyle.core.bases import files, registry
from promptstyle.core.bases.registry import Base
from promptstyle.core.bases.sums import SUMS
from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.core.paths import Home

VOCAB, HIDDEN, INNER, LAYERS = 400, 32, 48, 2
KNOWN = ["embedded", "smollm2", "tinyllama"]
MATRICES = {
    "self_attn.q_proj": (HIDDEN, HIDDEN),
    "self_attn.k_proj": (HIDDEN, HIDDEN),
    "self_attn.v_proj": (HIDDEN, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HIDDEN),
    "mlp.gate_proj": (INNER, HIDDEN),
    "mlp.up_proj": (INNER, HIDDEN),
    "mlp.down_proj": (HIDDEN, INNER),
}
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": HIDDEN,
    "intermediate_size": INNER,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 2,
    "vocab_size": VOCAB,
    "max_position_embeddings": 128,
    "rms_norm_eps": 1e-6,
    "tie_word_embeddings": True,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def tensors() -> dict[str, Any]:
    draw = np.random.default_rng(0).standard_normal
    found = {
        "model.embed_tokens.weight": draw((VOCAB, HIDDEN), np.float32),
        "model.norm.weight": np.ones(HIDDEN, np.float32),
    }
    for layer in range(LAYERS):
        prefix = f"model.layers.{layer}."
        for name in ("input_layernorm", "post_attention_layernorm"):
            found[f"{prefix}{name}.weight"] = np.ones(HIDDEN, np.float32)
        for name, shape in MATRICES.items():
            found[f"{prefix}{name}.weight"] = draw(shape, np.float32)
    return found


PARAMETERS = sum(tensor.size for tensor in tensors().values())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, starter_likes: Path) -> Path:
    """A whole base folder; tests work on copies."""
    import sentencepiece
    from safetensors.numpy import save_file

    folder = tmp_path_factory.mktemp("made") / "small"
    folder.mkdir()
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter(starter_likes.read_text("utf-8").splitlines()),
        model_writer=model,
        vocab_size=VOCAB,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        minloglevel=2,
    )
    (folder / "tokenizer.model").write_bytes(model.getvalue())
    (folder / "config.json").write_text(json.dumps(CONFIG))
    save_file(tensors(), folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A whole base folder of this test's own."""
    return Path(shutil.copytree(made, tmp_path / "small"))


@pytest.fixture
def sharded(folder: Path) -> Path:
    """A base folder with its weights in two files and an index."""
    from safetensors.numpy import save_file

    shard(folder, ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"])
    half = {name: value for name, value in tensors().items() if "layers.1." in name}
    rest = {name: value for name, value in tensors().items() if name not in half}
    save_file(rest, folder / "model-00001-of-00002.safetensors")
    save_file(half, folder / "model-00002-of-00002.safetensors")
    (folder / "model.safetensors").unlink()
    return folder


def shard(folder: Path, names: list[Any]) -> None:
    """Write an index that puts layer 1 into the second of `names`."""
    chosen = {name: names["layers.1." in name] for name in tensors()}
    (folder / files.INDEX).write_text(json.dumps({"weight_map": chosen}))


def flip(path: Path, place: int) -> None:
    """Turn one bit of a file over."""
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def state(folder: Path) -> tuple[str, str]:
    base = Base("x", "added", folder)
    return base.state, base.problem


# --- states ---


def test_a_whole_folder_is_ready(folder: Path) -> None:
    base = Base("small", "added", folder)
    assert (base.state, base.problem) == ("ready", "")
    assert (base.parameters, base.context) == (PARAMETERS, 128)
    assert base.folder == folder
    assert json.loads(json.dumps(base.document())) == {
        "name": "small",
        "state": "ready",
        "source": "added",
        "path": str(folder),
        "parameters": PARAMETERS,
        "context": 128,
        "problem": None,
    }


def test_shards_are_ready_and_count_the_same(sharded: Path) -> None:
    base = Base("small", "added", sharded)
    assert (base.state, base.parameters) == ("ready", PARAMETERS)
    assert [path.name for path in files.needed_files(sharded)] == [
        "config.json",
        "tokenizer.model",
        files.INDEX,
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    ]


@pytest.mark.parametrize("name", ["config.json", "tokenizer.model", "model.safetensors"])
def test_a_missing_file_is_damage_that_names_it(folder: Path, name: str) -> None:
    (folder / name).unlink()
    found, problem = state(folder)
    assert found == "damaged"
    assert name in problem


def test_a_missing_folder_is_missing(tmp_path: Path) -> None:
    assert state(tmp_path / "nowhere") == ("missing", f"there is no folder {tmp_path / 'nowhere'}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_short_anywhere_is_damage(folder: Path, made: Path, share: float) -> None:
    whole = (made / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: int(share * len(whole))])
    found, problem = state(folder)
    assert found == "damaged"
    assert "model.safetensors" in problem


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(1, 1000))
def test_a_few_bytes_too_few_are_damage(folder: Path, made: Path, cut: int) -> None:
    whole = (made / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:-cut])
    assert state(folder)[0] == "damaged"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.binary(max_size=200)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.floats(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["shape", "data_offsets", "dtype", "__metadata__", "a"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_header_is_counted_or_damage(folder: Path, header: bytes) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    try:
        assert isinstance(files.parameters(folder), int)
    except PromptstyleError as error:
        assert error.code == "base_damaged"


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"[]",
        b"{}",
        b'{"weight_map": {}}',
        b'{"weight_map": [1]}',
        b'{"weight_map": {"a": 5}}',
        b'{"weight_map": {"a": null, "b": "c"}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_broken_index_is_damage(sharded: Path, index: bytes) -> None:
    (sharded / files.INDEX).write_bytes(index)
    found, problem = state(sharded)
    assert found == "damaged"
    assert files.INDEX in problem


@pytest.mark.parametrize("name", ["../outside.safetensors", "{parent}/outside.safetensors", ".."])
def test_an_index_cannot_lead_out_of_its_folder(sharded: Path, name: str) -> None:
    shutil.copy(
        sharded / "model-00002-of-00002.safetensors", sharded.parent / "outside.safetensors"
    )
    name = name.format(parent=sharded.parent)
    assert (sharded / name).exists()
    shard(sharded, ["model-00001-of-00002.safetensors", name])
    assert state(sharded)[0] == "damaged"
    with pytest.raises(PromptstyleError):
        files.needed_files(sharded)


def test_a_missing_shard_is_named(sharded: Path) -> None:
    (sharded / "model-00002-of-00002.safetensors").unlink()
    found, problem = state(sharded)
    assert found == "damaged"
    assert "model-00002-of-00002.safetensors" in problem


def test_another_architecture_is_named(folder: Path) -> None:
    (folder / "config.json").write_text(
        json.dumps({**CONFIG, "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2"})
    )
    found, problem = state(folder)
    assert found == "damaged"
    assert "GPT2LMHeadModel" in problem


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_a_folder_without_permission_is_damage(folder: Path) -> None:
    (folder / "model.safetensors").chmod(0)
    found, problem = state(folder)
    assert (found, "cannot be read" in problem) == ("damaged", True)


# --- adding and naming ---


def test_added_base_is_found_again_and_the_registry_is_private(home: Home, folder: Path) -> None:
    added = registry.add(home, folder)
    assert (added.name, added.source, added.state) == ("small", "added", "ready")
    assert registry.get(home, "small") == added
    assert dict(added.recorded) == {
        path.name: files.sha256(path) for path in files.needed_files(folder)
    }
    mode = stat.S_IMODE((home.models / "bases.json").stat().st_mode)
    assert mode == 0o600
    assert [base.name for base in registry.bases(home)] == [
        *KNOWN,
        "small",
    ]


def test_a_relative_path_is_kept_whole(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    registry.add(home, Path("small"), "here")
    monkeypatch.chdir("/")
    assert registry.get(home, "here").state == "ready"


def test_adding_again_moves_the_name(home: Home, folder: Path) -> None:
    registry.add(home, folder)
    elsewhere = Path(shutil.copytree(folder, folder.parent / "elsewhere"))
    registry.add(home, elsewhere, "small")
    assert registry.get(home, "small").path == elsewhere
    assert [base.name for base in registry.bases(home)].count("small") == 1


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "../x", "a/b", "-x", ".x", "é", "x" * 61, "embedded", "a\n"]
)
def test_names_that_cannot_be(home: Home, folder: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        registry.add(home, folder, name)
    assert "--name" in caught.value.hint
    assert not (home.models / "bases.json").exists()


def test_what_cannot_be_a_base_is_refused(home: Home, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(PromptstyleError, match="no folder"):
        registry.add(home, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PromptstyleError, match="no base that can be used") as caught:
        registry.add(home, tmp_path / "empty")
    assert "safetensors" in caught.value.hint
    # Each file whole, and yet not of one model.
    for change in ({"hidden_size": 64}, {"vocab_size": 500}, {"num_hidden_layers": 3}):
        (folder / "config.json").write_text(json.dumps({**CONFIG, **change}))
        with pytest.raises(PromptstyleError, match="no base that can be used"):
            registry.add(home, folder)
    assert not (home.models / "bases.json").exists()


def test_an_unknown_name_is_answered_with_the_known_ones(home: Home, folder: Path) -> None:
    registry.add(home, folder)
    with pytest.raises(PromptstyleError) as caught:
        registry.get(home, "smal")
    assert f"{', '.join(KNOWN)}, small" in caught.value.hint
    assert caught.value.code == "no_base"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b'{"x": 5}',
        b'{"x": {"path": "/x"}}',
        b'{"x": {"path": 5, "sha256": {}}}',
        b'{"x": {"path": "/x", "sha256": "abc"}}',
        b"\xff",
    ],
)
def test_a_damaged_registry_says_so(home: Home, folder: Path, text: bytes) -> None:
    (home.models / "bases.json").write_bytes(text)
    with pytest.raises(PromptstyleError) as caught:
        registry.bases(home)
    assert "bases.json" in caught.value.message
    assert "add-model" in caught.value.hint
    # Adding must not overwrite what a person could still read.
    with pytest.raises(PromptstyleError):
        registry.add(home, folder)
    assert (home.models / "bases.json").read_bytes() == text


def test_hints_name_the_way_out(home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.add(home, folder)
    folder.rename(folder.with_name("moved"))
    with pytest.raises(PromptstyleError, match="missing") as caught:
        _ = registry.get(home, "small").folder
    assert "add-model FOLDER --name small" in caught.value.hint
    with pytest.raises(PromptstyleError, match="not on this machine") as caught:
        _ = registry.get(home, "tinyllama").folder
    assert caught.value.code == "base_missing"
    assert "promptstyle pull tinyllama" in caught.value.hint
    assert "add-model FOLDER --name tinyllama" in caught.value.hint
    monkeypatch.setattr(registry, "embedded_folder", lambda: folder)
    with pytest.raises(PromptstyleError, match="embedded") as caught:
        _ = registry.get(home, "embedded").folder
    assert "install promptstyle again" in caught.value.hint


# --- identity and verification ---


def test_identity_is_of_the_content_alone(folder: Path, made: Path) -> None:
    here = files.identity(folder)
    assert here == files.identity(made)
    os.utime(folder / "model.safetensors", (1, 1))
    (folder / "README.md").write_text("notes")
    assert files.identity(folder) == here


@pytest.mark.parametrize("name", ["config.json", "tokenizer.model", "model.safetensors"])
@pytest.mark.parametrize("place", [0, -1])
def test_identity_changes_with_one_bit(folder: Path, name: str, place: int) -> None:
    before = files.identity(folder)
    flip(folder / name, place)
    assert files.identity(folder) != before


def test_identity_changes_with_added_tokens(folder: Path) -> None:
    before = files.identity(folder)
    (folder / "added_tokens.json").write_text('{"<x>": 400}')
    assert files.identity(folder) != before


def test_identity_of_large_files_reads_both_ends(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "WHOLE", 1000)
    monkeypatch.setattr(files, "BLOCK", 100)
    path = folder / "model.safetensors"
    seen = {files.identity(folder)}
    for place in (0, -1):
        flip(path, place)
        seen.add(files.identity(folder))
    assert len(seen) == 3
    path.write_bytes(path.read_bytes() + b"\0")
    assert files.identity(folder) not in seen


@pytest.mark.parametrize("name", ["config.json", "tokenizer.model", "model.safetensors"])
def test_verify_finds_one_flipped_bit(home: Home, folder: Path, name: str) -> None:
    registry.add(home, folder)
    assert registry.verify(home, "small")["ok"]
    flip(folder / name, -1 if name == "model.safetensors" else 30)
    found = registry.verify(home, "small")
    assert not found["ok"]
    assert [row["file"] for row in found["files"] if not row["ok"]] == [name]


def test_verify_names_a_missing_file(home: Home, folder: Path) -> None:
    registry.add(home, folder)
    (folder / "tokenizer.model").unlink()
    found = registry.verify(home, "small")
    assert not found["ok"]
    rows = {row["file"]: row for row in found["files"]}
    assert rows["tokenizer.model"]["detail"] == "missing"
    assert rows["config.json"]["ok"]


@pytest.fixture
def embedded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands where the embedded base is."""
    monkeypatch.setattr(registry, "embedded_folder", lambda: folder)
    return folder


def sums(folder: Path, mark: str = " ") -> str:
    return "".join(
        f"{files.sha256(path)} {mark}{path.name}\n" for path in files.needed_files(folder)
    )


@pytest.mark.parametrize("mark", [" ", "*"])
def test_verify_reads_the_listing_of_sha256sum(home: Home, embedded: Path, mark: str) -> None:
    (embedded / SUMS).write_text(sums(embedded, mark))
    found = registry.verify(home, "embedded")
    assert found["ok"]
    assert {row["detail"] for row in found["files"]} == {"as recorded"}
    flip(embedded / "model.safetensors", -1)
    assert not registry.verify(home, "embedded")["ok"]


def test_verify_without_recorded_hashes_says_so(home: Home, embedded: Path) -> None:
    found = registry.verify(home, "embedded")
    assert found["ok"]
    assert {row["file"] for row in found["files"]} == {
        "config.json",
        "tokenizer.model",
        "model.safetensors",
    }
    assert all("no recorded hash" in row["detail"] for row in found["files"])
    assert all(row["sha256"] == files.sha256(embedded / row["file"]) for row in found["files"])


def test_verify_does_not_pass_over_files_that_the_listing_lacks(home: Home, embedded: Path) -> None:
    (embedded / SUMS).write_text(sums(embedded).splitlines()[0] + "\n")
    details = {row["file"]: row["detail"] for row in registry.verify(home, "embedded")["files"]}
    assert details["config.json"] == "as recorded"
    assert "no recorded hash" in details["model.safetensors"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_verify_never_passes_a_listing_cut_short(home: Home, embedded: Path, share: float) -> None:
    whole = sums(embedded)
    (embedded / SUMS).write_text(whole[: int(share * len(whole))])
    found = registry.verify(home, "embedded")
    unsure = [row for row in found["files"] if row["detail"] != "as recorded"]
    assert unsure or whole[int(share * len(whole)) :] == "\n"
    assert registry.get(home, "embedded").state == "ready"


def test_verify_of_a_base_that_is_not_here_says_what_to_do(home: Home) -> None:
    with pytest.raises(PromptstyleError) as caught:
        registry.verify(home, "tinyllama")
    assert "add-model" in caught.value.hint


# --- the cache of huggingface_hub ---


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache of huggingface_hub, and no network."""
    from huggingface_hub import constants

    cache = tmp_path / "hub"
    cache.mkdir()
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    yield cache


def fetch(hub: Path, source: Path, commit: str = "a" * 40) -> Path:
    """Lay `source` out as huggingface_hub does after a download: links into blobs."""
    repo = hub / "models--TinyLlama--TinyLlama-1.1B-Chat-v1.0"
    snapshot = repo / "snapshots" / commit
    for folder in (repo / "blobs", repo / "refs", snapshot):
        folder.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        blob = repo / "blobs" / files.sha256(path)
        shutil.copy(path, blob)
        (snapshot / path.name).symlink_to(os.path.relpath(blob, snapshot))
    (repo / "refs" / "main").write_text(commit)
    return snapshot


def test_tinyllama_is_missing_from_an_empty_cache(home: Home, hub: Path) -> None:
    assert registry.get(home, "tinyllama").state == "missing"


def test_tinyllama_is_found_in_the_cache(home: Home, hub: Path, folder: Path) -> None:
    snapshot = fetch(hub, folder)
    base = registry.get(home, "tinyllama")
    assert (base.state, base.source, base.folder) == ("ready", "hub", snapshot)
    # Copied out of the cache it is the same base: what was learnt on it stays usable.
    assert base.identity == files.identity(folder)
    found = registry.verify(home, "tinyllama")
    assert found["ok"]


def test_the_snapshot_is_the_one_that_main_names(home: Home, hub: Path, folder: Path) -> None:
    fetch(hub, folder, "a" * 40)
    newer = fetch(hub, folder, "b" * 40)
    assert registry.get(home, "tinyllama").path == newer


def test_an_unfinished_download_is_damage_with_a_way_out(
    home: Home, hub: Path, folder: Path
) -> None:
    snapshot = fetch(hub, folder)
    (snapshot / "model.safetensors").unlink()
    base = registry.get(home, "tinyllama")
    assert base.state == "damaged"
    with pytest.raises(PromptstyleError) as caught:
        _ = base.folder
    assert "add-model FOLDER --name tinyllama" in caught.value.hint


def test_an_added_tinyllama_goes_before_the_cache(home: Home, hub: Path, folder: Path) -> None:
    fetch(hub, folder)
    registry.add(home, folder, "tinyllama")
    base = registry.get(home, "tinyllama")
    assert (base.source, base.path) == ("added", folder)
    assert [base.name for base in registry.bases(home)] == KNOWN


def test_use_tinyllama_from_the_cache(
    home: Home, hub: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command itself: refused while it is not there, and then taken from the cache."""
    from click.testing import CliRunner

    from promptstyle.core.library import Library
    from promptstyle.tui.cli.root import root

    with Library(home.database) as library:
        library.ensure_profile("default")
    refused = CliRunner().invoke(root, ["use", "tinyllama"])
    assert refused.exit_code != 0
    fetch(hub, folder)
    done = CliRunner().invoke(root, ["use", "tinyllama", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["source"] == "hub"
    with Library(home.database) as library:
        assert library.profile("default").base == "tinyllama"


def test_the_embedded_base_is_as_its_recorded_hashes_say(home: Home, base_dir: Path) -> None:
    found = registry.verify(home, registry.EMBEDDED)
    assert found["ok"]
    names = {row["file"] for row in found["files"]}
    assert {"config.json", "model.safetensors", "tokenizer.model"} <= names
    assert {row["detail"] for row in found["files"]} == {"as recorded"}


def test_verify_tells_how_far_it_is(home: Home, folder: Path) -> None:
    said: list[tuple[str, int, int]] = []
    registry.add(home, folder, progress=lambda *told: said.append(told))
    total = sum(path.stat().st_size for path in files.needed_files(folder))
    assert said[-1] == ("model.safetensors", total, total)
    said.clear()
    registry.verify(home, "small", lambda *told: said.append(told))
    assert [done for _, done, _ in said] == sorted(done for _, done, _ in said)
    assert {name for name, _, _ in said} == {path.name for path in files.needed_files(folder)}
    assert said[-1][1:] == (total, total)


def test_verify_and_add_end_when_they_are_told_to(home: Home, folder: Path) -> None:
    def stop(*_: object) -> None:
        raise Cancelled()

    with pytest.raises(Cancelled):
        registry.add(home, folder, progress=stop)
    with pytest.raises(PromptstyleError):
        registry.get(home, "small")
    registry.add(home, folder)
    with pytest.raises(Cancelled):
        registry.verify(home, "small", stop)
