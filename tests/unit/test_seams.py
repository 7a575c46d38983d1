"""What stands between sentences where some are left out and others are added."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.seams import added_before, put_together
from promptstyle.core.style.slots import slots

NEW = "Say more."


def pieces(text: str, *, fragments: bool = False) -> list[tuple[str, str]]:
    return [(each.before, each.text) for each in slots(text, fragments=fragments)]


@pytest.mark.parametrize(
    ("text", "dropped", "left"),
    [
        ("A is. B was. C.", {0}, "B was. C."),
        ("A is. B was. C.", {1}, "A is. C."),
        ("A is. B was. C.", {2}, "A is. B was."),
        # A paragraph ends where one ended.
        ("A is.\n\nB was. C.", {1}, "A is.\n\nC."),
        ("A is. B was.\n\nC.", {1}, "A is.\n\nC."),
        ("A is.\n\nB was.\n\nC.", {1}, "A is.\n\nC."),
        # Lists count on.
        ("See:\n1. One.\n2. Two.\n3. Three.", {2}, "See:\n1. One.\n2. Three."),
        ("See:\n\n1. One.\n2. Two.\n3. Three.", {1}, "See:\n\n1. Two.\n2. Three."),
        ("1) One.\n2) Two.\n3) Three.", {0, 1}, "1) Three."),
        ("1. One. Or so.\n2. Two.", {0}, "1. Or so.\n2. Two."),
        ("1. One. Or so.\n2. Two.", {0, 1}, "1. Two."),
        ("- One.\n- Two.\n- Three.", {1}, "- One.\n- Three."),
        # Another list begins anew.
        ("1. A.\n2. B.\nThen:\n1. C.\n2. D.", {0}, "1. B.\nThen:\n1. C.\n2. D."),
    ],
)
def test_sentences_are_left_out(text: str, dropped: set[int], left: str) -> None:
    assert put_together(pieces(text), dropped) == left


@pytest.mark.parametrize(
    ("text", "dropped", "left"),
    [
        ("plan it; three dishes; no intro.", {2}, "plan it; three dishes."),
        ("Plan it; three dishes; no intro.", {0}, "Three dishes; no intro."),
        ("plan it; three dishes; no intro", {1}, "plan it; no intro"),
    ],
)
def test_a_telegram_is_closed_as_it_was(text: str, dropped: set[int], left: str) -> None:
    assert put_together(pieces(text, fragments=True), dropped) == left


def test_a_heading_stays_as_long_as_there_is_something_below_it() -> None:
    # As `Manner.slots` gives them where headings are a habit.
    made = [("# Role\n", "You are a cook."), ("\n\n# Task\n- ", "Cook."), ("\n- ", "Serve.")]
    assert put_together(made, {0}) == "# Task\n- Cook.\n- Serve."
    assert put_together(made, {1}) == "# Role\nYou are a cook.\n\n# Task\n- Serve."
    assert put_together(made, {1, 2}) == "# Role\nYou are a cook."


@pytest.mark.parametrize(
    ("text", "at", "made"),
    [
        ("A is. B was.", 0, f"A is. {NEW} B was."),
        ("A is. B was.", 1, f"A is. B was. {NEW}"),
        ("A is.", 0, f"A is. {NEW}"),
        ("A is.\nB was.", 1, f"A is.\nB was.\n{NEW}"),
        ("- One.\n- Two.", 0, f"- One.\n- {NEW}\n- Two."),
        ("- One.\n\n- Two.", 0, f"- One.\n\n- {NEW}\n\n- Two."),
        ("See:\n\n1. One.\n2. Two.", 1, f"See:\n\n1. One.\n2. {NEW}\n3. Two."),
        ("See:\n\n1. One.\n2. Two.", 2, f"See:\n\n1. One.\n2. Two.\n3. {NEW}"),
        # Before a list, a sentence of what introduces it.
        ("See it all.\n\n1. One.\n2. Two.", 0, f"See it all. {NEW}\n\n1. One.\n2. Two."),
    ],
)
def test_sentences_are_added(text: str, at: int, made: str) -> None:
    old = pieces(text)
    new = (added_before([before for before, _ in old], at), NEW)
    assert put_together([*old[: at + 1], new, *old[at + 1 :]], added={at + 1}) == made


def test_what_is_added_to_a_telegram_stands_before_its_full_stop() -> None:
    old = pieces("plan it; no intro.", fragments=True)
    new = (added_before([before for before, _ in old], 1), "two dishes")
    assert put_together([*old, new], added={2}) == "plan it; no intro; two dishes."


SENTENCE = st.sampled_from(
    ["Plan it.", "Use 3 dishes.", "No meat", "Is it cheap?", "Show the table.", "a b c."]
)
SEAM = st.sampled_from([" ", "\n", "\n\n", "\n- ", "\n1. ", "\n\n2. ", "; ", "\n\n# So\n"])


@given(st.lists(st.tuples(SEAM, SENTENCE), min_size=1, max_size=8), st.randoms())
def test_of_any_text_what_is_kept_stands_there_in_its_order(
    made: list[tuple[str, str]], chance: Random
) -> None:
    made[0] = ("", made[0][1])
    assert put_together(made) == "".join(before + text for before, text in made)
    dropped = {at for at in range(len(made)) if chance.random() < 0.4}
    if len(dropped) == len(made):
        dropped.discard(chance.randrange(len(made)))
    left = put_together(made, dropped)
    # But for its first letter, and for a full stop that closes.
    at = 0
    for text in [text for place, (_, text) in enumerate(made) if place not in dropped]:
        at = left.lower().index(text.lower().rstrip(".?"), at) + 1
    assert not re.match(r"[\s;,]", left)
    # A heading stands there as long as something below it does.
    sections = [at for at, (before, _) in enumerate(made) if "# So" in before]
    ends = [*sections[1:], len(made)][: len(sections)]
    full = [not dropped.issuperset(range(*part)) for part in zip(sections, ends, strict=True)]
    assert left.count("# So") == sum(full)


@given(st.integers(1, 12), st.randoms())
def test_a_list_counts_on_whatever_is_left_out(count: int, chance: Random) -> None:
    made = [("\n" * (n > 1) + f"{n}. ", "Do it.") for n in range(1, count + 1)]
    dropped = {at for at in range(count) if chance.random() < 0.5} - {chance.randrange(count)}
    left = put_together(made, dropped)
    numbers = [int(each) for each in re.findall(r"^(\d+)\. ", left, re.MULTILINE)]
    assert numbers == list(range(1, count - len(dropped) + 1))
