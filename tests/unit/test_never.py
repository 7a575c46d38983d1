"""What a person never says, and others do."""

from __future__ import annotations

import pytest

from promptstyle.core.style.never import FEWEST, Never

PLAIN = [f"List {n} things on the moon. Show them in a table. Name each." for n in range(3, 33)]


def never(prompts: list[str]) -> Never:
    return Never(prompts, [each for prompt in prompts for each in prompt.split(". ")])


@pytest.mark.parametrize(
    ("sentence", "how"),
    [
        ("No lists at all.", "List no lists. "),
        ("Use flowing text.", "Use flowing text. "),
        ("Please be kind.", "Please be kind. "),
        ("Ask me one question at a time.", "Ask me questions, one at a time. "),
        ("A title of five words.", "Give it a title. "),
        ("The tone is warm.", "Mind the tone. "),
        ("Use plain words.", "Use plain words. "),
        ("Keep it under 400 euros.", "In euros. "),
        ("At most \u00a320.", "Under \u00a35. "),
        ("End with a one-line summary.", "Add a summary. "),
        ("be short, pls", "be quick pls. "),
        ("It's writ in gold, whatsoever it be.", "whatsoever. "),
        ("I know you can keep it clear.", "I know you can. "),
        ("The tone's warm and the end's near.", "The tone's warm. "),
    ],
)
def test_others_say_it_only_for_who_says_it_too(sentence: str, how: str) -> None:
    assert never(PLAIN).says(sentence)
    assert not never([how + prompt for prompt in PLAIN]).says(sentence)
    # A few likes do not show what somebody never says.
    assert not never(PLAIN[: FEWEST - 1]).says(sentence)


def test_how_many_words_is_said_in_ones_own() -> None:
    limited = [f"{prompt} Max {n}0 words." for n, prompt in enumerate(PLAIN, start=5)]
    for sentence in ("Keep it under 200 words.", "Each has 30 words at most."):
        assert never(limited).says(sentence)
        assert not never(PLAIN).says(sentence)


def test_what_anybody_could_say_is_said() -> None:
    for sentence in ("Say where you are unsure.", "Use a table.", "Do not repeat a name."):
        assert not never(PLAIN).says(sentence)
