"""A candidate made better says nothing twice, and nothing against what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from borrowing import TOPIC, alike, manner

from promptstyle.core.generation.borrower import Borrower
from promptstyle.core.generation.passages import joined
from promptstyle.core.generation.said import Said
from promptstyle.core.generation.told import LEAST_SAID, Told, finished, unsure
from promptstyle.core.style.borrowing import Offer, Offers
from promptstyle.core.style.collection import Near
from promptstyle.core.style.manner import Manner


def test_who_has_asked_says_no_second_time_all_that_is_wanted() -> None:
    topic = "a product description for handmade candles"
    again = "Give me a product description of my handmade candles with a title."
    near = [Near(0.9, topic, f"Write it. {again} Give me a title. Stop.")]
    draft = "Write a product description for handmade candles. Give me the days. Show the text."
    offers = Offers(topic, manner(), near)
    assert again in [each.text for each in offers.collected]
    better = Borrower(topic, manner(), offers, [draft]).improve(draft, alike).text
    assert again not in better and better.count("handmade candles") == 1


def test_the_same_order_in_other_words_is_the_same() -> None:
    said = Said()
    said.add("Please list the risks.")
    assert said.again("Kindly list the risks.") and said.again("List the risks.")
    assert not said.allows("Could you list the risks?", frozenset())
    assert said.allows("Please add a table.", frozenset())


def test_what_is_wanted_is_said_where_the_plan_says_it_nowhere() -> None:
    draft = "You are a tutor of days. Ask me about the notes. Keep the days short."
    likes = [
        (
            f"explain {thing}",
            f"You are a {who}. Ask me first. Keep it short and plain. Explain {thing} to me.",
        )
        for thing, who in (("tides", "teacher"), ("rain", "guide"), ("snow", "coach"))
    ]
    mine = Manner(likes)
    offers = Offers(TOPIC, mine, [])
    better = Borrower(TOPIC, mine, offers, [draft], roles={"maths teacher": 0.7})

    def sober(_: str, options: Sequence[str]) -> list[float]:
        return [-9.0 if "days" in option or "notes" in option else -2.0 for option in options]

    first, second, *_ = better.improve(draft, sober).text.split(". ")
    assert (first, second) == ("You are a maths teacher", "Explain fractions to a child")
    # A single sentence asks and gives no role.
    alone = Borrower(TOPIC, mine, offers, ["You are a tutor."], roles={"maths teacher": 0.7})
    assert "maths teacher" not in alone.improve("You are a tutor.", alike).text


def test_one_limit_of_a_kind() -> None:
    near = [Near(0.9, "fractions", "Hi. Use no more than 80 lines. Use at most 9 lines. Bye now.")]
    draft = "Explain fractions to a child. Use the notes. Use a note. Show only it."

    def fond_of_limits(_: str, options: Sequence[str]) -> list[float]:
        return [-1.0 if "lines" in option else -4.0 for option in options]

    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), near), [draft])
    assert borrower.improve(draft, fond_of_limits).text.count("lines") == 1


def test_nothing_is_offered_that_keeps_it_from_change() -> None:
    topic = "refactor some Java code"
    near = [
        Near(0.9, "refactor code", "Refactor code. Do not change the code. Do not be long. Go on.")
    ]
    offers = Offers(topic, manner(), near)
    borrower = Borrower(topic, manner(), offers, ["Refactor it. Do not see the days. Show it."])

    def sober(_: str, options: Sequence[str]) -> list[float]:
        return [-9.0 if "days" in option else -2.0 for option in options]

    text = borrower.improve("Refactor it. Do not see the days. Show it.", sober).text
    assert "Do not change the code." in [each.text for each in offers.collected]
    assert "Do not be long." in text and "change" not in text


def test_what_is_said_again_goes() -> None:
    draft = "Tell it. Explain fractions. Say it twice. Say it twice. Show only the text."

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -20.0 for option in options]

    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), []), [draft])
    assert borrower.improve(draft, only_the_draft).text.count("Say it twice.") == 1


def test_asked_once_is_enough() -> None:
    name = "chatty"
    draft = "Hey, it is mine. Can you explain a piece of fractions to a child? Keep it short, yeah?"
    better = Borrower(TOPIC, manner(name), Offers(TOPIC, manner(name), []), [draft]).improve(
        draft, alike
    )
    assert better.text.startswith("Hey, can you explain fractions to a child?")
    assert better.text.count("fractions") == 1
    # Who can do it has been said, and what is to be done still has to be.
    name = "sections"
    draft = "You are a child of a child.\n\n## Task\nExplain the notes of fractions to a child."
    better = Borrower(TOPIC, manner(name), Offers(TOPIC, manner(name), []), [draft]).improve(
        draft, alike
    )
    assert better.text == (
        "You are an expert in explaining fractions to a child.\n\n## Task\n"
        "Explain fractions to a child."
    )


def test_two_limits_of_a_kind_are_one_too_many_in_a_draft_too() -> None:
    draft = "Explain it. Use at most 80 words. Keep it to exactly 1 page. Show only the text."

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -20.0 for option in options]

    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), []), [draft])
    better = borrower.improve(draft, only_the_draft)
    assert "80 words" in better.text and "1 page" not in better.text


def test_an_item_of_a_list_says_something_new_as_a_sentence_does() -> None:
    draft = "1. Explain fractions to a child.\n2. Explain fractions.\n3. Show only the text."
    # They explain twice in a prompt.
    twice = Manner(
        [
            (
                f"explain {what}",
                f"Explain {what}. Explain why {what} are good to know for all. Show us the {what}.",
            )
            for what in ("tides", "bees", "taxes", "rules", "rains", "breads", "maps", "mosses")
        ]
    )

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -20.0 for option in options]

    near = [Near(0.9, "fractions", "Hi. Explain how halves and thirds make fractions. Bye now.")]
    borrower = Borrower(TOPIC, twice, Offers(TOPIC, twice, near), [draft])
    lines = borrower.improve(draft, only_the_draft).text.split("\n")
    assert lines[1] == "2. Explain how halves and thirds make fractions."


def test_what_alone_is_to_be_shown_has_been_spoken_of() -> None:
    near = [
        Near(0.9, "fractions", "Begin. Draw it. Show the map and nothing else."),
        Near(0.8, "a fraction", "Begin. Show only the fractions."),
    ]
    for draft, shown in (
        (
            "Explain fractions to a child. Use 4 pies. Show only the pies.",
            "Show only the fractions",
        ),
        ("Explain fractions to a child. Use a map. Show only the pies.", "Show the map and"),
    ):

        def sober(_: str, options: Sequence[str]) -> list[float]:
            # The likelier one.
            return [0.0 if "Show the map" in option else -2.0 for option in options]

        borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), near), [draft])
        last = manner().slots(borrower.improve(draft, sober).text)[-1].text
        assert last.startswith(shown)


def test_who_always_asks_at_once_does_so_here() -> None:
    draft = "Explain how ten of them look. Use 4 pies. Show only the text."

    def fond(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -9.0 for option in options]

    for name, asked in (("starter_likes", True), ("roleplay", False)):
        assert manner(name).asks_first is asked
        offers = Offers(TOPIC, manner(name), [])
        text = Borrower(TOPIC, manner(name), offers, [draft]).improve(draft, fond).text
        assert text.startswith("Explain how ten") is not asked


def test_words_in_a_row_are_said_once_but_for_the_topics() -> None:
    said = Said()
    said.add("Keep it to 4 minutes and thank the whole family.")
    topic = frozenset({"sister"})
    assert not said.allows("Greet all of them and thank the whole family.", topic)
    assert said.allows("Greet all of them and wish them well.", topic)
    # The lead of an order is a habit; the topic has to be called something.
    said.add("Make sure you mention the wedding of my sister.")
    assert said.allows("Make sure you name her friends.", topic)
    assert said.allows("Tell what the others think of my sister.", topic)


def told(*sentences: tuple[str, float | None]) -> list[Told]:
    """Sentences of others with the odds that they belong to the topic; None for one's own."""
    return [
        Told(
            " " * (at > 0),
            text,
            (Offer(text, 0.5, "within", "likes" if odds is None else "collection", 0, odds),),
        )
        for at, (text, odds) in enumerate(sentences)
    ]


def nobody(_: str) -> bool:
    return False


DOUBTFUL = told(
    ("Plan a concert.", 0.1),
    ("Keep it vegetarian.", -0.6),
    ("Name the songs.", 2.0),
    ("List two sources.", 0.2),
    ("Be kind.", None),
)


def test_what_hardly_belongs_to_the_topic_is_not_said() -> None:
    left_out = unsure(DOUBTFUL, 0, nobody)
    # Never the first, nor what is surely meant or the person's own.
    assert left_out == {1, 3}
    made = finished("a concert", DOUBTFUL, left_out, ())
    assert made.text == "Plan a concert. Name the songs. Be kind."
    assert made.sentences == ("Plan a concert.", "Name the songs.")
    assert joined(made.passages) == made.text


def test_enough_is_said_all_the_same() -> None:
    words = sum(len(each.text.split()) for each in DOUBTFUL)
    # The least likely goes first.
    assert unsure(DOUBTFUL, round((words - 3) / LEAST_SAID), nobody) == {1}
    assert unsure(DOUBTFUL, round(words / LEAST_SAID), nobody) == set()


def test_what_says_what_is_wanted_stays_and_what_another_speaks_of() -> None:
    assert unsure(DOUBTFUL, 0, lambda text: "sources" in text) == {1}
    shown = [*DOUBTFUL, *told((" Show only the sources.", None))]
    assert unsure(shown, 0, nobody) == {1}
    # Below a heading something stands.
    headed = [*DOUBTFUL]
    headed[1] = replace(headed[1], before="\n# Food\n")
    assert unsure(headed, 0, nobody) == {3}
