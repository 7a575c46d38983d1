"""The instruction layout as a Jinja chat template, so that other programs lay out text alike."""

from __future__ import annotations

import json

from promptstyle.convert.errors import ConvertError

PLACE = "{input}"


def chat_template(instruction: str) -> str:
    """A template for `tokenizer.chat_template` from a layout with one `{input}`.

    A user's message becomes the instruction, an assistant's the response, closed by the end
    token. The layout has no place for a system message: it goes in front of the first
    instruction. Text is trimmed, as in training.
    """
    if instruction.count(PLACE) != 1:
        raise ConvertError(
            f"the template has {instruction.count(PLACE)} places for {PLACE}",
            f"write {PLACE} once, where the topic goes",
        )
    # JSON's escapes are Jinja's too, save those beyond the first 65,536 characters.
    before, after = (json.dumps(part, ensure_ascii=False) for part in instruction.split(PLACE))
    return (
        "{%- set ns = namespace(system='') -%}"
        "{{- bos_token -}}"
        "{%- for message in messages -%}"
        "{%- if message['role'] == 'system' -%}"
        "{%- set ns.system = message['content'] | trim + '\\n\\n' -%}"
        "{%- elif message['role'] == 'user' -%}"
        "{{- " + before + " + ns.system + message['content'] | trim + " + after + " -}}"
        "{%- set ns.system = '' -%}"
        "{%- else -%}"
        "{{- message['content'] | trim + eos_token -}}"
        "{%- endif -%}"
        "{%- endfor -%}"
    )
