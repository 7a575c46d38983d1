"""What a folder says about the sentence encoder in it: read from its JSON, no weights loaded.

The layout is that of transformers (`config.json`, `model.safetensors`, `tokenizer.json`); where
it is a checkout of sentence-transformers, its further files say how texts become one vector.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptstyle.core import atomic
from promptstyle.core.bases import files
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.paths import Home

WEIGHTS = files.SINGLE
NEEDED = ("config.json", WEIGHTS, "tokenizer.json")
# What else decides what comes out.
_DECISIVE = ("tokenizer_config.json", "special_tokens_map.json")
# Tokens that a text may have where the folder does not say.
LENGTH = 256
# sentence-transformers' own names. After scaling to unit length the two means are one.
POOLINGS = {
    "cls": "cls",
    "max": "max",
    "mean": "mean",
    "mean_sqrt_len_tokens": "mean",
    "lasttoken": "lasttoken",
}
# Until version 5.6 a switch for each instead of the name.
_SWITCHES = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
_STEPS = ("Transformer", "Pooling", "Normalize")
# Counts up when the same folder would give other vectors than before.
_EDITION = 1


def unfit(folder: Path, why: str) -> PromptstyleError:
    """The error for a folder that is no sentence encoder, or not one that can be used here."""
    return PromptstyleError(
        f"{folder} cannot be used as a sentence encoder: {why}",
        "give the folder of one, such as sentence-transformers/all-MiniLM-L6-v2, or go without: "
        "`promptstyle encoder --off`",
        code="encoder",
    )


@dataclass(frozen=True)
class EncoderFolder:
    """A sentence encoder on the disk.

    `model` is the folder of the network and its tokenizer, `folder` itself as a rule. `length`
    is the most tokens of a text that count; `lower` says that texts are put into lower case
    first. The prefixes stand before a text that is searched for, and one that is found.
    """

    folder: Path
    model: Path
    pooling: str
    length: int
    lower: bool
    query_prefix: str
    document_prefix: str
    read: tuple[Path, ...]

    @classmethod
    def of(cls, folder: Path) -> EncoderFolder:
        """Read the descriptions in `folder`.

        Raises PromptstyleError (code "encoder") where a file is missing or broken, or where it
        asks for something that is not done here (code of its own, an adapter, another layer).
        """
        folder = folder.absolute()
        if not folder.is_dir():
            raise unfit(folder, "there is no such folder")
        reader = _Reader(folder)
        steps = _steps(reader)
        model = _inside(folder, steps.get("Transformer", ""))
        for name in NEEDED:
            if not (model / name).is_file():
                raise unfit(folder, f"it has no {(model / name).relative_to(folder)}")
        # transformers would go on to the model that the adapter names.
        if (model / "adapter_config.json").exists():
            raise unfit(folder, "it holds an adapter, which has to be merged with its model first")
        _check_network(folder, reader.optional(model / "config.json"), bool(steps))
        pooling = reader.optional(
            _inside(folder, steps.get("Pooling", "1_Pooling")) / "config.json"
        )
        sentence = _first(sorted(model.glob("sentence_*_config.json")), reader)
        prompts = reader.optional(folder / "config_sentence_transformers.json")
        query, document = _prefixes(prompts)
        if (query or document) and pooling.get("include_prompt") is False:
            raise unfit(folder, "it leaves its prompts out of the pooling")
        length = sentence.get("max_seq_length") or LENGTH
        if not isinstance(length, int) or length < 1:
            raise unfit(folder, f"max_seq_length is {length!r:.40}")
        for name in _DECISIVE:
            reader.optional(model / name)
        return cls(
            folder=folder,
            model=model,
            pooling=_pooling(folder, pooling),
            length=length,
            lower=bool(sentence.get("do_lower_case")),
            query_prefix=query,
            document_prefix=document,
            read=(*reader.found, model / "tokenizer.json"),
        )

    @property
    def weights(self) -> Path:
        """The file of the weights."""
        return self.model / WEIGHTS

    def identity(self, home: Home) -> str:
        """A hash of all that decides which vector a text gets: the weights and what goes with them.

        Every byte of the weights is read once, and again only after their size or time changed.
        """
        digest = hashlib.sha256(f"{_EDITION} {_hash_of_weights(home, self.weights)}\n".encode())
        for path in self.read:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(self.folder).as_posix()} {content}\n".encode())
        return digest.hexdigest()


class _Reader:
    """Reads JSON objects of a folder and remembers which files there were."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: list[Path] = []

    def value(self, path: Path) -> Any:
        if not path.is_file():
            return None
        try:
            value = json.loads(path.read_text("utf-8"))
        except (ValueError, RecursionError) as error:
            raise unfit(self.folder, f"{path.relative_to(self.folder)} is not JSON") from error
        self.found.append(path)
        return value

    def optional(self, path: Path) -> dict[str, Any]:
        value = self.value(path)
        if value is not None and not isinstance(value, dict):
            raise unfit(self.folder, f"{path.relative_to(self.folder)} is no JSON object")
        return value or {}


def _steps(reader: _Reader) -> dict[str, str]:
    """What modules.json lists: the kind of each step and its folder."""
    modules = reader.value(reader.folder / "modules.json")
    if modules is None:
        return {}
    try:
        steps = {str(each["type"]).rpartition(".")[2]: str(each["path"]) for each in modules}
    except (TypeError, KeyError) as error:
        raise unfit(reader.folder, "modules.json is not a list of modules") from error
    for kind in steps:
        if kind not in _STEPS:
            raise unfit(reader.folder, f"its vectors go through a further layer ({kind:.40})")
    if "Transformer" not in steps:
        raise unfit(reader.folder, "modules.json names no transformer")
    return steps


def _inside(folder: Path, name: str) -> Path:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise unfit(folder, "modules.json names a folder outside")
    return folder / name


def _check_network(folder: Path, config: dict[str, Any], described: bool) -> None:
    kind, architectures = config.get("model_type"), config.get("architectures") or [""]
    if not isinstance(kind, str) or not kind:
        raise unfit(folder, "its config.json names no model_type")
    if config.get("is_encoder_decoder"):
        raise unfit(folder, f"its network has a decoder too ({kind})")
    # Some encoders are made of such a model; then modules.json says so.
    if not described and str(architectures[0]).endswith("ForCausalLM"):
        raise unfit(folder, f"it is a model that writes ({architectures[0]})")


def _pooling(folder: Path, config: dict[str, Any]) -> str:
    named = config.get("pooling_mode")
    if named is None:
        modes = [mode for switch, mode in _SWITCHES.items() if config.get(switch)]
    else:
        modes = [named] if isinstance(named, str) else list(named)
    if not modes:
        return "mean"
    if len(modes) > 1 or modes[0] not in POOLINGS:
        raise unfit(folder, f"its pooling is {' and '.join(map(str, modes))!r:.60}")
    return POOLINGS[modes[0]]


def _prefixes(config: dict[str, Any]) -> tuple[str, str]:
    """(query, document), as `encode_query` and `encode_document` of sentence-transformers do."""
    prompts = config.get("prompts")
    if not isinstance(prompts, dict):
        return "", ""
    usual = prompts.get(config.get("default_prompt_name"), "")
    found = [prompts[name] for name in ("document", "passage", "corpus") if name in prompts]
    return str(prompts.get("query", usual)), str(found[0] if found else usual)


def _first(paths: list[Path], reader: _Reader) -> dict[str, Any]:
    return reader.optional(paths[0]) if paths else {}


def _hash_of_weights(home: Home, path: Path) -> str:
    state = path.stat()
    mark = [state.st_size, state.st_mtime_ns]
    notes = home.cache / "encoders.json"
    try:
        known = json.loads(notes.read_text("utf-8"))
        if known[str(path)]["mark"] == mark:
            return str(known[str(path)]["sha256"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        known = None
    digest = files.sha256(path)
    known = known if isinstance(known, dict) else {}
    home.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    atomic.write_json(notes, {**known, str(path): {"mark": mark, "sha256": digest}})
    return digest
