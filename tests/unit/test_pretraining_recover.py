"""Rewrites by rule do what their prompts say; slips of the keyboard leave a word recognisable."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.pretraining import rewrites, typos

SAID = [
    "The river rises in the hills and flows to the sea through 3 old towns.",
    "It is not deep, and boats do not go far up.",
    "Near Milton the color of the water changes to gray.",
]
TEXT = " ".join(SAID)


def by_prompt(prompt: str, sentences: list[str] = SAID) -> str:
    """What the rule with that prompt makes of the sentences."""
    for rule, prompts in rewrites.RULES:
        if prompt in prompts:
            found = rule(sentences, Random(1))
            assert found is not None
            return found[0]
    raise AssertionError(f"no rule has this prompt: {prompt}")


@pytest.mark.parametrize(
    ("prompt", "rewritten"),
    [
        ("Write it all in capitals.", TEXT.upper()),
        ("Rewrite the text below as a bulleted list.", "\n".join(f"- {line}" for line in SAID)),
        ("Keep only the first sentence.", SAID[0]),
        ("Keep only the last sentence.", SAID[2]),
        ("Shorten the text below to its first two sentences.", " ".join(SAID[:2])),
        ("Put the sentences in reverse order.", " ".join(SAID[::-1])),
        ("Use contractions throughout.",
         TEXT.replace("It is", "It's").replace("do not", "don't")),
        ("Use British spelling.", TEXT.replace("color", "colour").replace("gray", "grey")),
        ("Write small numbers as words.", TEXT.replace("3", "three")),
        ("Take out all names and write [name] instead.", TEXT.replace("Milton", "[name]")),
        ("Return the text as JSON.", json.dumps({"text": TEXT})),
    ],
)  # fmt: skip
def test_a_rule_does_what_its_prompt_says(prompt: str, rewritten: str) -> None:
    assert by_prompt(prompt) == rewritten


@pytest.mark.parametrize("place", range(len(rewrites.RULES)))
def test_a_rule_that_draws_nothing_is_found_by_what_it_makes(place: int) -> None:
    rule, prompts = rewrites.RULES[place]
    said = [*SAID, "Don't expect Mr. Brandt, or ten grey theatres in Old Harbor."]
    made = rule(said, Random(5))
    assert made is not None
    found = rewrites.explain(f" {' '.join(said)}\n", f"{made[0]}\n")
    # Hashtags are drawn too, though no prompt names them.
    assert (prompts[0] in found) == (not made[1] and "hashtags" not in prompts[0])


def test_what_no_rule_makes_has_no_explanation() -> None:
    assert rewrites.explain(TEXT, TEXT) == []
    assert rewrites.explain(TEXT, "Something else.") == rewrites.explain("", "x") == []


def test_formal_and_informal_undo_each_other() -> None:
    informal = by_prompt("Use contractions throughout.")
    assert by_prompt("Write out all contractions.", [informal]) == TEXT


def test_every_rule_is_drawn_and_changes_the_text() -> None:
    asked = set()
    for seed in range(600):
        sentences = [*SAID, "Don't expect 2 or ten grey theatres in Old Harbor."]
        rewritten, prompt = rewrites.rewrite(sentences, Random(seed))
        assert rewritten != " ".join(sentences)
        assert "{" not in prompt
        asked.add(re.sub(r'"[^"]*"', '""', prompt))
    all_prompts = {
        re.sub(r'"[^"]*"', '""', each) for _, prompts in rewrites.RULES for each in prompts
    }
    assert asked == all_prompts


def test_a_passage_is_neighbouring_sentences_and_lists_have_none() -> None:
    for seed in range(30):
        assert " ".join(rewrites.passage(TEXT, Random(seed))) in TEXT
    assert rewrites.passage("- milk\n- eggs\n- two lemons", Random(1)) == []


@given(st.text(alphabet="abcdefgh XYZ.,\n", max_size=60), st.integers(0, 1000))
def test_a_slip_changes_one_word_by_a_letter(text: str, seed: int) -> None:
    slipped = typos.mistype(text, Random(seed))
    assert abs(len(slipped) - len(text)) <= 1
    pairs = [pair for pair in zip(text.split(), slipped.split(), strict=True) if pair[0] != pair[1]]
    assert len(pairs) <= 1
    for meant, typed in pairs:
        assert len(meant) >= typos.SHORTEST
        assert meant[0] == typed[0]
        more, fewer = Counter(typed) - Counter(meant), Counter(meant) - Counter(typed)
        assert more.total() + fewer.total() <= 1


def test_a_hurried_request_says_the_same_with_a_slip() -> None:
    request = "Make a prompt that explains fractions to a child."
    typed = {typos.hurried(request, Random(seed)) for seed in range(200)}
    assert len(typed) > 60
    assert any(each[0].islower() and not each.endswith(".") for each in typed)
    assert all(difflib.SequenceMatcher(None, request, each).ratio() > 0.9 for each in typed)
