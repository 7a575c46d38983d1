"""A byte-level BPE tokenizer.json (GPT-2's kind: SmolLM, Llama 3), as GGUF stores it.

Tokens are written in GPT-2's alphabet, in which every byte is a printable character; llama.cpp
reads them as they stand. How text is cut into words before the merges is a program of its own
there, known by name: only cuts that it has are accepted.
https://github.com/huggingface/tokenizers and llama.cpp's src/llama-vocab.cpp.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptstyle.convert.errors import ConvertError
from promptstyle.convert.pieces import Kind, Piece

FILE = "tokenizer.json"
# Meta's expression for Llama 3; llama.cpp has it as "llama-bpe".
LLAMA_3 = (
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
    " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
)


@dataclass(frozen=True)
class ByteLevel:
    """A tokenizer.json: tokens by id, merges in their order, and llama.cpp's name for the cut.

    `begins` is the token that the tokenizer puts before a text, None if there is none.
    """

    pieces: tuple[Piece, ...]
    merges: tuple[str, ...]
    pre: str
    begins: int | None


def read_byte_level(path: Path) -> ByteLevel:
    """Read a tokenizer.json. Raises ConvertError for one that llama.cpp would not follow."""
    try:
        document = json.loads(path.read_text("utf-8"))
        model, added = document["model"], document.get("added_tokens") or []
        _refuse(path, document, model, added)
        merges = tuple(
            merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]
        )
        texts = {int(id_): str(text) for text, id_ in model["vocab"].items()}
        kinds = dict.fromkeys(texts, Kind.NORMAL)
        for token in added:
            texts[int(token["id"])] = str(token["content"])
            kinds[int(token["id"])] = Kind.CONTROL if token["special"] else Kind.USER_DEFINED
        if sorted(texts) != list(range(len(texts))):
            raise ValueError("its ids have gaps")
        if len(set(texts.values())) != len(texts):
            raise ValueError("two of its tokens have the same text")
        begins = _begins(document.get("post_processor"), {text: i for i, text in texts.items()})
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise ConvertError(
            f"{path} is not a tokenizer that can be read ({error})", "download it again"
        ) from error
    pieces = tuple(Piece(texts[id_], 0.0, kinds[id_]) for id_ in range(len(texts)))
    return ByteLevel(pieces, merges, _cut(document["pre_tokenizer"]) or "", begins)


def _refuse(
    path: Path, document: dict[str, Any], model: dict[str, Any], added: list[dict[str, Any]]
) -> None:
    """Raise ConvertError for what llama.cpp's "gpt2" tokeniser cannot reproduce."""
    pre = _cut(document.get("pre_tokenizer"))
    reasons = {
        "it is not a BPE model": model.get("type") != "BPE",
        "it falls back to bytes and is not of bytes": bool(model.get("byte_fallback")),
        "it marks the beginnings or ends of words": bool(
            model.get("continuing_subword_prefix") or model.get("end_of_word_suffix")
        ),
        "it normalises text": document.get("normalizer") is not None,
        "it cuts text in a way that llama.cpp does not know": pre is None,
        # llama.cpp takes whole words from the vocabulary for Llama 3's kind alone.
        "it takes or leaves whole words unlike its kind": pre is not None
        and bool(model.get("ignore_merges")) != (pre == "llama-bpe"),
        "one of its added tokens swallows the spaces around it": any(
            token.get("lstrip") or token.get("rstrip") or token.get("single_word")
            for token in added
            if not token.get("special")
        ),
        "it drops merges at random": bool(model.get("dropout")),
    }
    for reason, holds in reasons.items():
        if holds:
            raise ConvertError(
                f"{path} cannot be carried over to GGUF: {reason}",
                "use a model with a sentencepiece, GPT-2, SmolLM or Llama 3 tokenizer",
            )


def _cut(pre: Any) -> str | None:
    """llama.cpp's name for how text is cut into words; None if it has none for this."""
    steps = pre.get("pretokenizers") if isinstance(pre, dict) and "pretokenizers" in pre else [pre]
    plain = [_plain(step) for step in steps or []]
    if plain == [("ByteLevel", False, True)]:
        return "gpt-2"
    if plain == [("Digits", True), ("ByteLevel", False, True)]:
        return "smollm"
    if plain == [("Split", LLAMA_3, "Isolated", False), ("ByteLevel", False, False)]:
        return "llama-bpe"
    return None


def _plain(step: Any) -> tuple[Any, ...]:
    if not isinstance(step, dict):
        return ()
    kind = step.get("type")
    if kind == "ByteLevel":
        return kind, step.get("add_prefix_space"), step.get("use_regex", True)
    if kind == "Digits":
        return kind, step.get("individual_digits")
    if kind == "Split":
        pattern = step.get("pattern")
        regex = pattern.get("Regex") if isinstance(pattern, dict) else None
        return kind, regex, step.get("behavior"), step.get("invert")
    return (kind,)


def _begins(processor: Any, ids: dict[str, int]) -> int | None:
    """The token that a template puts before a single text, as Llama 3's does."""
    if not isinstance(processor, dict):
        return None
    for each in processor.get("processors") or [processor]:
        if each.get("type") == "TemplateProcessing":
            first = each["single"][0]
            if "SpecialToken" in first:
                return ids[first["SpecialToken"]["id"]]
    return None
