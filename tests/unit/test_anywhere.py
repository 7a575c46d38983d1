"""Sentences that fit any topic, and those that were written to carry a manner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from promptstyle.core.generation.borrower import Borrower
from promptstyle.core.style.anywhere import FEW, SHARE, Anywhere, some
from promptstyle.core.style.borrowing import MANNER_FITS, MANNERS, Offers
from promptstyle.core.style.general import General, general_terms, manner_sentences
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.number_words import ONES
from promptstyle.core.style.slots import opener
from promptstyle.core.style.words import words

LIKES = [
    (
        f"explain {what}",
        f"You are a guide to {what}. You are slow as {what}. Ask me {n} things. End with {what}.",
    )
    for n, what in enumerate(
        ("tides", "bees", "taxes", "chess", "rain", "bread", "maps", "moss", "rust"), start=2
    )
]
TOPIC = "explain gears"


def test_what_ships_is_said_once_and_fits_any_topic() -> None:
    sentences = manner_sentences()
    assert len(sentences) > 2000
    assert len({each.text.lower() for each in sentences}) == len(sentences)
    counts = [set(words(each.text)) & {*ONES[3:20]} for each in sentences]
    assert sum(map(bool, counts)) < 0.01 * len(sentences)
    for each in sentences:
        assert each.text.isascii() and each.text == " ".join(each.text.split())
        assert 2 <= len(each.text.split()) <= 30
        # Nothing in it is above, below or pasted.
        assert not set(words(each.text)) & {"pasted", "attached", "transcript"}
    share = sum(each.last for each in sentences) / len(sentences)
    assert 0.1 < share < 0.45
    # Somebody of any manner finds something.
    begun = Counter(opener(each.text) for each in sentences)
    assert min(begun[word] for word in ("you", "i", "don", "please", "keep", "if", "ask")) >= 10
    # They widen nothing that counts as general.
    assert any("grumble" in words(each.text) for each in sentences)
    assert "grumbl" not in general_terms()


def test_in_the_persons_form_and_not_as_an_order_that_is_none() -> None:
    said = [
        General("You never hurry", last=False),
        General("You list the gears", last=False),
        General("You are done when I am.", last=True),
        General("Ask me three things", last=False),
    ]
    found = Anywhere(Manner(LIKES), said)
    assert found.beginning("you", last=False) == ["You never hurry."]
    assert found.beginning("you", last=True) == ["You are done when I am."]
    # All of them have digits.
    assert found.beginning("ask", last=False) == ["Ask me 3 things."]
    assert found.beginning("kindly", last=False) == []


def test_of_many_some_and_others_for_another_topic() -> None:
    many = [f"Sentence {at}." for at in range(90)]
    one, other = some(many, "one"), some(many, "other")
    assert len(one) == len(other) == 90 // SHARE and one != other
    assert some(reversed([*many, *many]), "one") == one
    assert len(some(many[:20], "one")) == FEW


def test_a_third_of_a_prompt_at_most_says_nothing_but_a_manner() -> None:
    said = [
        General(f"{begin} {what}.", last=False)
        for begin in ("You never", "I often", "Ask me")
        for what in ("hurry", "falter", "stray", "waver", "linger", "rush", "stall", "dawdle")
    ]
    manner = Manner(LIKES)
    offers = Offers(TOPIC, manner, [], (), manners=said)
    known = {each.text for each in said}
    draft = "Explain gears. You x y z. I x y z. Ask me x y. You z y x. I z y x. Begin."

    def following(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if each.strip() in known else -5.0 for each in options]

    better = Borrower(TOPIC, manner, offers, [draft]).improve(draft, following)
    kept = [text for text in better.sentences if text in known]
    # Two of seven planned sentences, and none begins as another.
    assert len(kept) == 2 and len({opener(each) for each in kept}) == 2
    assert all(text in better.text for text in kept)
    later = offers.later("You x y z.", last=False)
    (odds,) = {each.relevance for each in later if each.source == MANNERS}
    assert odds == MANNER_FITS


def test_scenes_are_for_who_plays_them() -> None:
    scene = General("Stay in character until I say enough.", last=False)
    plain = General("Stay with me until it is clear.", last=False)

    def offered(likes: list[tuple[str, str]]) -> set[str]:
        offers = Offers(TOPIC, Manner(likes), [], manners=[scene, plain])
        return {each.text for each in offers.with_manner("stay", last=False)}

    assert offered(LIKES) == {plain.text}
    # One like in nine speaks of a part that is none.
    once = [(topic, prompt + " Put the difficult part first.") for topic, prompt in LIKES]
    assert offered(once) == {plain.text}
    plays = [(topic, prompt + " Play the scene to its end.") for topic, prompt in LIKES]
    assert offered(plays) == {plain.text, scene.text}
