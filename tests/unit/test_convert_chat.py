"""The chat template renders the instruction layout."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment

from promptstyle.convert import ConvertError
from promptstyle.convert.chat import chat_template
from promptstyle.core.training.template import INSTRUCTION, layout

WORDS = st.text(max_size=40)


def render(template: str, messages: list[tuple[str, str]]) -> str:
    # As transformers and llama-cpp-python set it up.
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(
        messages=[{"role": role, "content": content} for role, content in messages],
        bos_token="<s>",
        eos_token="</s>",
        add_generation_prompt=True,
    )


@given(shown=st.lists(st.tuples(WORDS, WORDS), max_size=3), topic=WORDS)
def test_it_is_the_layout_of_training(shown: list[tuple[str, str]], topic: str) -> None:
    messages = [m for pair in shown for m in zip(("user", "assistant"), pair, strict=True)]
    expected = "".join(s.text + "</s>" * s.end for s in layout(topic, shown=shown))
    rendered = render(chat_template(INSTRUCTION), [*messages, ("user", topic)])
    assert rendered == "<s>" + expected


@given(before=WORDS, after=WORDS, topic=WORDS)
def test_any_text_around_the_topic_survives(before: str, after: str, topic: str) -> None:
    assume((before + "{input}" + after).count("{input}") == 1)
    rendered = render(chat_template(before + "{input}" + after), [("user", topic)])
    assert rendered == "<s>" + before + topic.strip() + after


def test_a_system_message_goes_in_front_of_the_first_instruction() -> None:
    messages = [("system", " Be brief. "), ("user", "books"), ("assistant", "x"), ("user", "y")]
    assert render(chat_template("[{input}]"), messages) == "<s>[Be brief.\n\nbooks]x</s>[y]"


@pytest.mark.parametrize("template", ["", "no place", "{input} and {input}"])
def test_the_place_must_stand_once(template: str) -> None:
    with pytest.raises(ConvertError, match="places for"):
        chat_template(template)
