"""A candidate made better with sentences of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from borrowing import DRAFT, GENERAL, NEAR, TOPIC, alike, manner
from hypothesis import given, settings
from hypothesis import strategies as st

from promptstyle.core.generation.borrower import Borrower, Following
from promptstyle.core.generation.passages import joined
from promptstyle.core.generation.revision import Revision
from promptstyle.core.style.borrowing import ALONE_LIKE, GENERAL_LIKE, Offers
from promptstyle.core.style.collection import Near
from promptstyle.core.style.endings import untagged
from promptstyle.core.style.general import General
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.passed import Passed
from promptstyle.core.style.reframing import ordered
from promptstyle.core.style.words import stem


def test_a_draft_keeps_its_plan_and_gets_sentences_that_make_sense() -> None:
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [DRAFT])
    better = borrower.improve(DRAFT, alike)
    begins = [each.text.split()[0] for each in manner().slots(better.text)]
    assert len(begins) >= 5 and (begins[0], begins[-1]) == ("Explain", "Show")
    assert any("not use formulas." in each for each in better.sentences)
    assert "notes of the notes" not in better.text and "days" not in better.text
    assert all(sentence in better.text for sentence in better.sentences)


RAMBLING = (
    "Explain fractions to a child. Use the notes of the last days and of all of the other days as "
    "you would have used the notes. Show only the text."
)


MORE = [*NEAR, Near(0.7, "fractions for a child", "Draw pizzas. Never use formulas. Begin now.")]


def test_what_a_rambling_plan_leaves_room_for_is_said_on_near_topics() -> None:
    made = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), MORE), [RAMBLING])
    better = made.improve(RAMBLING, alike)
    planned = manner().slots(RAMBLING)
    # One more in a place, before the last sentence.
    assert len(manner().slots(better.text)) == len(planned) + 1
    assert manner().slots(better.text)[-1].text.startswith("Show ")
    assert len(better.text.split()) <= len(RAMBLING.split())
    # On topics that are less near there is nothing more to say.
    far = [replace(each, similarity=each.similarity / 2) for each in MORE]
    left = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), far), [RAMBLING])
    assert len(manner().slots(left.improve(RAMBLING, alike).text)) <= len(planned)


def test_the_items_of_a_list_stay_items() -> None:
    dashed = "Explain fractions to a child.\n- " + RAMBLING.split(". ", 1)[1].replace(
        ". S", ".\n- S"
    )
    text = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), MORE), [dashed]).improve(dashed, alike)
    first, *items = text.text.split("\n")
    assert first == "Explain fractions to a child." and len(items) == 3
    assert all(item.startswith("- ") and item.count(". ") == 0 for item in items)


def test_a_first_sentence_of_a_like_can_begin_it() -> None:
    first = "Explain fractions to a child in no more than 90 words."
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [DRAFT], [first])

    def likely(_: str, options: Sequence[str]) -> list[float]:
        return [-1.0 if option == first else -4.0 for option in options]

    better = borrower.improve(DRAFT, likely)
    assert better.text.startswith(first)
    # It is the person's, not borrowed.
    assert first not in better.sentences


def test_else_the_request_as_the_person_puts_it_does() -> None:
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [DRAFT])
    assert borrower.improve(DRAFT, alike).text.startswith("Explain fractions to a child. ")
    # It is shorter than what the model rambled, and loses nothing by it.
    polite = manner("courteous")
    draft = (
        "Could you please explain fractions of the fractions which I would prefer, as I am a child?"
    )
    text = Borrower(TOPIC, polite, Offers(TOPIC, polite, []), [draft]).improve(draft, alike).text
    assert text in [each.text for each in polite.asking.requests(TOPIC, first=True)]


def test_what_the_model_finds_likely_enough_stays() -> None:
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [DRAFT])

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in DRAFT else -20.0 for option in options]

    better = borrower.improve(DRAFT, only_the_draft)
    assert better.text == DRAFT and better.sentences == ()


def test_following_hears_what_was_said_and_whole_options() -> None:
    heard: list[tuple[str, list[str]]] = []

    def following(said: str, options: Sequence[str]) -> list[float]:
        heard.append((said, list(options)))
        return alike(said, options)

    name = "sections"
    draft = "You are a cook.\n\n## Task\nExplain fractions.\n\n## Rules\n- Use pizza.\n- Keep calm."
    better = Borrower(TOPIC, manner(name), Offers(TOPIC, manner(name), NEAR), [draft]).improve(
        draft, following
    )
    assert heard[0][0] == "" and len(heard) == 4
    for (said, options), (after, _) in pairwise(heard):
        assert any(said + option == after for option in options)
    assert heard[1][1][0].startswith("\n\n## Task\n") and heard[3][1][0].startswith("\n- ")
    assert better.text.count("## Task") == better.text.count("## Rules") == 1


def test_a_word_that_opens_one_sentence_of_a_prompt_opens_no_second() -> None:
    # Nothing else begins with "name", so that others may stand there.
    draft = "Explain fractions to a child. Name 2 notes. Make sure it fits. Show only the text."
    near = [Near(0.9, "explain fractions", "Hi. Make sure all is true. Make sure it works. Bye.")]
    twice = Manner(
        [
            (
                f"explain {what}",
                f"Explain {what}. Make sure {what} fit. Make sure of {what}. Show it.",
            )
            for what in ("tides", "bees", "taxes", "chess", "rain", "bread", "maps", "moss")
        ]
    )
    borrower = Borrower(TOPIC, twice, Offers(TOPIC, twice, near), [draft])

    def fond(_: str, options: Sequence[str]) -> list[float]:
        return [-1.0 if "Make sure" in option else -9.0 for option in options]

    found = {once: borrower.improve(draft, fond, once=once).text for once in ((), ("make",))}
    assert [text.count("Make sure") for text in found.values()] == [2, 1]
    # Whose prompts never have two of them need not be told.
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), near), [draft])
    assert borrower.improve(draft, fond).text.count("Make sure") == 1


def test_a_heading_stays_where_a_sentence_goes() -> None:
    name = "sections"
    draft = "You are a cook.\n\n## Rules\n- Use pizza.\n\n## Output\nUse pizza."
    borrower = Borrower(TOPIC, manner(name), Offers(TOPIC, manner(name), []), [draft])

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -20.0 for option in options]

    assert "## Output\n" in borrower.improve(draft, only_the_draft).text


def test_nothing_on_the_topic_leaves_the_model_and_the_person() -> None:
    offers = Offers(TOPIC, manner(), [])
    assert offers.collected == ()
    better = Borrower(TOPIC, manner(), offers, [DRAFT]).improve(DRAFT, alike)
    assert better.sentences == ()
    assert better.text.startswith("Explain fractions to a child. ")


SENTENCES = st.lists(
    st.sampled_from([
        "Explain fractions.", "Use 2 pizzas.", "Make sure it fits.", "Do not.", "Show only it.",
        "- a list", "\n", "; ", "Keep it under 80 words.", "What is 1/2?", "...", "é?",
    ]),
    max_size=9,
).map(" ".join)  # fmt: skip


@settings(deadline=None)
@given(
    st.one_of(SENTENCES, st.text(max_size=80)),
    st.sampled_from(["starter_likes", "chatty", "telegraphic", "sections"]),
    st.randoms(use_true_random=False),
)
def test_any_draft_is_made_of_what_was_offered(draft: str, name: str, chance: Random) -> None:
    def following(_: str, options: Sequence[str]) -> list[float]:
        assert options and all(options)
        return [-4.0 * chance.random() for _ in options]

    offers = Offers(TOPIC, manner(name), NEAR)
    better = Borrower(TOPIC, manner(name), offers, [draft]).improve(draft, following)
    plan = manner(name).slots(draft)
    assert len(better.sentences) <= len(plan)
    known = {each.text for each in offers.collected}
    orders = {ordered(text) for text in known} - {""}
    # The last one may end as the person ends.
    assert all(
        not {each, untagged(each)}.isdisjoint(known) or ordered(untagged(each)) in orders
        for each in better.sentences
    )
    if not plan:
        assert better.text == ""


def test_the_layout_stays() -> None:
    draft = "Explain it.\n---\nRules:\nUse 2 pizzas.\n---\n[text]\nRules:\nShow only the text."
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [draft])
    lines = borrower.improve(draft, alike).text.split("\n")
    assert [lines[at] for at in (1, 2, 4, 5, 6)] == ["---", "Rules:", "---", "[text]", "Rules:"]


def test_what_fits_any_topic_stands_where_little_was_said_on_near_ones() -> None:
    alone = Offers(TOPIC, manner(), [], GENERAL)
    draft = "Explain it. Use 4 fractions of a notes. Make sure it is. Show only the notes."

    def fluent(_: str, options: Sequence[str]) -> list[float]:
        return [-4.0 if "notes" in option or "it is" in option else -2.0 for option in options]

    better = Borrower(TOPIC, manner(), alone, [draft]).improve(draft, fluent)
    assert better.sentences == (
        "Use short sentences.",
        "Make sure that every step has a reason.",
        "Show only the final version.",
    )
    # Where others wrote on the topic, that goes first.
    near = [
        Near(0.9, "fractions", "Hi. " + "".join(f"Use {n} pizzas. " for n in range(2, 10)) + "Bye.")
    ]
    offers = Offers(TOPIC, manner(), near, GENERAL).later("Use it.", last=False)
    like = {each.text: each.like for each in offers}
    assert like["Use short sentences."] < like["Use 2 pizzas."] - 1
    assert like["Use short sentences."] == GENERAL_LIKE < ALONE_LIKE


def test_a_word_of_another_likes_topic_speaks_against_a_sentence() -> None:
    draft = "Explain fractions to a child. Use the canoe. Show only the text."
    made = [draft, "Explain fractions to a child. Use the pizza. Show only the text."]

    def said(foreign: frozenset[str]) -> str:
        offers = Offers(TOPIC, manner(), [])
        return Borrower(TOPIC, manner(), offers, made, foreign=foreign).improve(draft, alike).text

    assert "pizza" in said(frozenset({stem("canoe")}))
    assert "canoe" in said(frozenset({stem("pizza")}))


def test_for_each_place_others_are_known_that_go_with_the_rest() -> None:
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), MORE), [DRAFT])
    better = borrower.improve(DRAFT, alike)
    assert joined(better.passages) == better.text
    others = [text for each in better.passages for text in each.others]
    # None is what stands in its own place, and some can stand there at once.
    assert all(each.text not in each.others for each in better.passages)
    revision = Revision(TOPIC, better.passages)
    open_ = [text for at in range(len(revision)) for _, text in revision.open(at)]
    assert open_ and {each.text for each in better.passages}.isdisjoint(open_)
    # Somebody meant them: nothing of what the model made up is there.
    collected = {each.text for each in Offers(TOPIC, manner(), MORE).collected}
    own = {each.text for each in manner().own}
    orders = {ordered(text) for text in collected | own}
    assert all(text in collected | own or ordered(text) in orders for text in others[1:])
    assert not any("notes of the notes" in text or "first 3 days" in text for text in others)


SAID = "Make sure every step is one short sentence."


def fond(_: str, options: Sequence[str]) -> list[float]:
    """A model that wants to say it."""
    return [-1.0 if SAID in option else -3.0 for option in options]


def made(passed: Passed, following: Following) -> str:
    offers = Offers(TOPIC, manner(), NEAR)
    return Borrower(TOPIC, manner(), offers, [DRAFT], passed=passed).improve(DRAFT, following).text


def test_what_was_struck_out_is_worth_less() -> None:
    struck = [("a letter to a bank", f"Explain it. {SAID}", "Explain it.")]
    assert SAID in made(Passed(), alike) and SAID in made(Passed(), fond)
    # On another topic others stand there, unless the model is too fond of it.
    assert SAID not in made(Passed(struck * 2), alike)
    assert SAID in made(Passed(struck), fond)
    assert SAID in made(Passed([("a letter", "Explain it. Be kind.", "Explain it.")]), alike)


def test_what_was_struck_out_on_the_topic_is_never_said_there_again() -> None:
    struck = Passed([(TOPIC, f"Explain it. {SAID}", "Explain it.")])
    assert SAID not in made(struck, fond)
    # Not in the model's own words either.
    draft = "Explain fractions to a child. Use 4 notes. Do not exaggerate. Show only the text."
    struck = Passed([(TOPIC, "Explain it. Do not exaggerate.", "Explain it.")])
    offers = Offers(TOPIC, manner(), NEAR)
    better = Borrower(TOPIC, manner(), offers, [draft], passed=struck).improve(draft, alike)
    assert "exaggerate" not in better.text


def test_the_request_can_be_struck_out_and_stays_the_request() -> None:
    request = "Explain fractions to a child."
    passed = Passed([(TOPIC, f"{request} Use a pie.", "Use a pie.")])
    offers = Offers(TOPIC, manner(), NEAR)
    better = Borrower(TOPIC, manner(), offers, [DRAFT], passed=passed).improve(DRAFT, alike)
    assert better.text.startswith(request)


def test_what_stands_in_another_candidate_is_kept_apart() -> None:
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [DRAFT])
    first = borrower.improve(DRAFT, alike)
    assert first.sentences
    second = borrower.improve(DRAFT, alike, apart=first.sentences)
    assert second.text != first.text
    assert not any(sentence in second.text for sentence in first.sentences)
    # What asks for it stands in both.
    assert second.text.split(". ")[0] == first.text.split(". ")[0]
    assert borrower.improve(DRAFT, alike) == first


def test_a_topic_that_cannot_be_asked_for_freezes_no_place() -> None:
    topic = "plan a trip to Rome. We are four people and like old churches. It may cost 900 euros."
    draft = "Go to it. Use 4 notes. Make sure it fits. Plan four people a trip to Rome. Show it."
    near = [Near(0.8, "plan a trip to Paris", "Plan it. Use a map of 4 days. Make sure that nobody "
                 "is tired. Use short sentences. Show only the plan.")]  # fmt: skip
    assert manner().asking.requests(topic, first=False) == []
    borrower = Borrower(topic, manner(), Offers(topic, manner(), near, GENERAL), [draft])
    better = borrower.improve(draft, alike)
    assert sum(bool(each.others) for each in better.passages) >= 2


def test_who_the_person_is_comes_before_what_they_want() -> None:
    carried = [
        General("I am curious by nature.", last=False),
        General("I am never in a hurry.", last=False),
    ]
    draft = "You are a cook of notes. I am the owner of a fraction. Use 4 of them and say it twice."
    offers = Offers(TOPIC, manner("roleplay"), NEAR, manners=carried)

    def fond(_: str, options: Sequence[str]) -> list[float]:
        return [1.0 if "tutor" in each or "hurry" in each else 0.0 for each in options]

    def told(passed: Passed | None = None) -> list[str]:
        borrower = Borrower(TOPIC, manner("roleplay"), offers, [draft], roles={"tutor": 0.7},
                            passed=passed)  # fmt: skip
        return [each.text for each in borrower.improve(draft, fond).passages]

    assert told()[1:3] == ["I am never in a hurry.", "Explain fractions to a child."]
    # Struck out on this topic, it does not come again.
    struck = Passed([(TOPIC, "Explain it. I am never in a hurry.", "Explain it.")])
    assert told(struck)[1:3] == ["I am curious by nature.", "Explain fractions to a child."]


def test_what_only_says_how_things_are_asks_for_nothing() -> None:
    topic = "a quiz night for the choir"
    draft = "Hey, we've got a quiz night for the choir! Don't make it long. Keep it light, ok?"

    def fond(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if "we've got" in each else -4.0 for each in options]

    def first(name: str, text: str) -> str:
        offers = Offers(topic, manner(name), [])
        better = Borrower(topic, manner(name), offers, [text], [text.split("! ")[0] + "!"])
        return better.improve(text, fond).passages[0].text

    assert first("chatty", draft).endswith("a quiz night for the choir?")
    # Telegrams name a thing, and that is enough.
    named = first("telegraphic", "quiz night for the choir; no list; 200 words")
    assert named.removeprefix("a ") == "quiz night for the choir"


def test_whoever_does_what_is_wanted_has_not_been_asked_to() -> None:
    near = [
        Near(0.9, "explain fractions", "You are a guide who explains fractions to a child. Hi.")
    ]
    draft = "You are a notes of fractions. Use 4 of them and say it twice. Keep it."
    offers = Offers(TOPIC, manner("roleplay"), near)

    def fond(_: str, options: Sequence[str]) -> list[float]:
        return [9.0 if "a guide who" in each else 0.0 for each in options]

    told = Borrower(TOPIC, manner("roleplay"), offers, [draft]).improve(draft, fond).passages
    assert told[0].text == "You are a guide who explains fractions to a child."
    assert told[1].text == "Explain fractions to a child."
