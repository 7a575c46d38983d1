"""A chat model as a base: the project's one layout, and nothing of the model's own roles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptstyle.convert import write_gguf
from promptstyle.convert.check import read_header
from promptstyle.core.generation.client import Engine
from promptstyle.core.training.examples import Examples
from promptstyle.core.training.recipes import recipe_for
from promptstyle.core.training.template import INSTRUCTION, encode, layout, recovery
from promptstyle.core.training.tokenizer import Tokenizer

# TinyLlama-1.1B-Chat's own template (Zephyr's), and ChatML's, which SmolLM2-Instruct has.
TEMPLATES = (
    "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + "
    "message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n"
    "{{ '<|assistant|>\n' + message['content'] + eos_token }}\n{% endif %}\n{% endfor %}",
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>' + '\n'}}{% endfor %}",
)
ROLES = ("<|user|>", "<|assistant|>", "<|system|>", "<|im_start|>", "<|im_end|>", "[INST]")
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "llama2-tokenizer.model"


@pytest.mark.parametrize("template", TEMPLATES, ids=["zephyr", "chatml"])
def test_the_models_own_template_goes_nowhere(
    tiny_base: Path, tmp_path: Path, template: str
) -> None:
    folder = tmp_path / "chat"
    folder.mkdir()
    for file in tiny_base.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": template}))
    out = tmp_path / "chat.gguf"
    write_gguf(folder, out, name="chat", template=INSTRUCTION)
    said = str(read_header(out).metadata["tokenizer.chat_template"])
    assert "### Instruction:" in said and not any(role in said for role in ROLES)
    # What the engine evaluates is the layout and its own beginning token, nothing else.
    segments = layout("a cat", shown=[("a dog", "Name a dog.")])
    tokenizer = Tokenizer(folder)
    expected = encode(segments, tokenizer.encode, bos=tokenizer.bos, eos=tokenizer.eos)
    with Engine.start(out, log=tmp_path / "engine.log") as engine:
        assert engine.encode(segments) == expected.ids


def test_no_sequence_has_a_role_or_a_special_token_of_its_own(
    tiny_base: Path, starter_likes: Path
) -> None:
    """Of TinyLlama's tokenizer where it is here: roles in a topic stay the text that they are."""
    import sentencepiece

    if SHARED.is_file():
        processor = sentencepiece.SentencePieceProcessor(model_file=str(SHARED))
    else:
        processor = sentencepiece.SentencePieceProcessor(
            model_file=str(tiny_base / "tokenizer.model")
        )
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()[:8]]
    pairs = [(row["input"], row["output"]) for row in rows]
    special = {processor.bos_id(), processor.eos_id(), processor.unk_id()}
    sequences = [
        layout(*pairs[0], pairs[1:4], learn_shown=True),
        recovery("Before.", "After.", "Change it."),
        layout(f"{ROLES[0]} a cat </s> {ROLES[3]}", "Name <s> the cat."),
    ]
    for segments in sequences:
        found = encode(segments, processor.encode, bos=processor.bos_id(), eos=processor.eos_id())
        ends = sum(segment.end for segment in segments)
        assert [id_ for id_ in found.ids if id_ in special] == [processor.bos_id()] + [
            processor.eos_id()
        ] * ends
    plain = "".join(segment.text for segments in sequences[:2] for segment in segments)
    assert not any(role in plain for role in ROLES)
    # And what training makes of the likes, by the recipe that shows some.
    tokenizer = Tokenizer(tiny_base)
    examples = Examples(pairs, range(len(pairs)), recipe_for("default", 1), 1, tokenizer)
    for at in range(len(pairs)):
        ids = examples.prompt(at, 0).ids
        assert ids[0] == tokenizer.bos and ids[-1] == tokenizer.eos
        assert not any(role in tokenizer.decode(ids) for role in ROLES)
