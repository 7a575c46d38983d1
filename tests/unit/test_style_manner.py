"""How a person puts a prompt together, and how others' sentences take that form."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.style.endings import tagging, tags, untagged
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.slots import opener, slots
from promptstyle.core.training.template import Pair

AUTHORS = Path(__file__).resolve().parents[1] / "authors"


@cache
def likes(name: str) -> tuple[Pair, ...]:
    folder = Path(promptstyle.assets.__file__).parent if name == "starter_likes" else AUTHORS
    rows = map(json.loads, (folder / f"{name}.jsonl").read_text("utf-8").splitlines())
    return tuple((row["input"], row["output"]) for row in rows)


@cache
def manner(name: str) -> Manner:
    return Manner(likes(name))


TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            ["Keep it short", ". ", "; ", "\n- ", "\n\n## Rules\n", "no 3.5", "? ", " "]
        ),
        max_size=20,
    ).map("".join),
)


@given(TEXTS, st.booleans())
def test_the_slots_of_a_text_make_it_again(text: str, fragments: bool) -> None:
    found = slots(text, fragments=fragments)
    again = "".join(each.before + each.text for each in found)
    assert text.startswith(again)
    assert all(each.text.strip() for each in found)


@pytest.mark.parametrize("name", ["starter_likes", "chatty", "sections", "telegraphic"])
def test_a_liked_prompt_is_made_again_of_its_slots(name: str) -> None:
    for _, prompt in likes(name):
        found = manner(name).slots(prompt)
        assert "".join(each.before + each.text for each in found) == prompt.rstrip()


def test_headings_stand_before_what_they_head() -> None:
    sections = manner("sections")
    assert sections.headings == {"## Task", "## Rules", "## Output"}
    before = [each.before for each in sections.slots(likes("sections")[0][1])]
    assert before[0] == "" and "\n\n## Task\n" in before and "\n\n## Rules\n- " in before
    assert "\n- " in before
    # Every other author's prompts have none.
    assert not manner("starter_likes").headings and not manner("chatty").headings


def test_a_heading_at_the_very_end_is_not_lost() -> None:
    text = "You are a cook.\n\n## Task\nBoil an egg.\n\n## Output"
    assert "".join(each.before + each.text for each in manner("sections").slots(text)) == text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("starter_likes", "Do not use more than 3 words."),
        ("chatty", "Don't use more than three words."),
        ("courteous", "Do not use more than three words."),
        ("sections", "Do not use more than three words."),
        ("telegraphic", "don't use more than 3 words"),
    ],
)
def test_a_sentence_takes_the_persons_form(name: str, said: str) -> None:
    for sentence in ("don't use more than three words", "Do not use more than 3 words."):
        adapted = manner(name).adapted(sentence)
        # Telegrams have as good as no contractions, nor what they are short for.
        assert (adapted.replace("do not", "don't") if name == "telegraphic" else adapted) == said


def test_numbers_that_count_nothing_stay() -> None:
    words, digits = manner("courteous"), manner("starter_likes")
    for text in (
        "Meet at 10 a.m. on 3.5 pages.",
        "Give 2-3 examples.",
        "It is 8:30 in 2024.",
        "Use 5 to 15 words.",
        "It has 3 out of 5 points.",
        "It is for grade 5.",
        "It costs $10 a head.",
        "Count from 1 to 10.",
    ):
        assert words.adapted(text) == text
    for text in ("Write twenty-two lines.", "Use six hundred words.", "Cut it by two-thirds.",
                 "Give one or two examples.", "Rate it from one to ten."):  # fmt: skip
        assert digits.adapted(text) == text
    assert words.adapted("Give 7 reasons in 120 words.") == "Give seven reasons in 120 words."
    assert digits.adapted("Give seven reasons and one rule.") == "Give 7 reasons and one rule."


def test_contractions_stay_english() -> None:
    chatty, courteous = manner("chatty"), manner("courteous")
    for text in ("Leave each quote as it is.", "Say what it is and who I am.", "DO NOT shout."):
        assert chatty.adapted(text) == text
    assert chatty.adapted("It is a test, and I am tired.") == "It's a test, and I'm tired."
    for text in ("Why don't we meet?", "Isn't it late?", "It's been long."):
        assert courteous.adapted(text) == text
    assert courteous.adapted("Can't say; it won't work.") == "Cannot say; it will not work."


def test_half_of_a_quotation_is_nobodys() -> None:
    assert not manner("chatty").could_say('Leave out "we value your')
    assert manner("chatty").could_say('Leave out "we value you" too.')


def test_english_is_known() -> None:
    assert all(manner(name).english for name in ("starter_likes", "chatty", "telegraphic"))
    german = [
        (
            "Essensplan",
            "Fasse den Text in drei Sätzen zusammen. Was soll ich am Montag kochen? Zeige die "
            "Antwort in einer Tabelle. Schreibe so, dass man es im Bus lesen kann.",
        )
    ]
    assert not Manner(german).english and not Manner([]).english


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "it is",
                "don't",
                "do not",
                "three",
                "12",
                "twenty-two",
                "I am",
                "that's",
                "can't",
                ".",
            ]
        )
        | st.text(max_size=9),
        max_size=8,
    ).map(" ".join),
    st.sampled_from(["starter_likes", "chatty", "courteous", "telegraphic"]),
)
def test_what_has_the_form_keeps_it(text: str, name: str) -> None:
    once = manner(name).adapted(text)
    assert manner(name).adapted(once) == once


def test_marks_and_lengths_that_the_person_has_not_are_not_theirs() -> None:
    courteous = manner("courteous")
    assert courteous.could_say("Please keep the names as they are.")
    assert not courteous.could_say("Keep blame out 🙂 please.")
    assert not courteous.could_say("Fill in {{name}} and {{date}}.")
    assert not courteous.could_say("Keep short.")
    assert not courteous.could_say(" ".join(["word"] * 200))


def test_labels_are_of_those_who_use_them() -> None:
    assert not manner("starter_likes").could_say("Do not: go over one page.")
    text = "Don't: go over one page."
    assert not manner("chatty").could_say(text)
    assert manner("chatty").could_say(text.replace(":", ""))
    labelled = [("tides", "Explain tides.\nDo: use a map.\nDon't: go on about the moon.")] * 3
    assert Manner(labelled).could_say(text)


def test_own_sentences_are_of_no_topic() -> None:
    own = {each.text: each.last for each in manner("starter_likes").own}
    assert own["Show only the text."] is True
    assert own["Show only the numbered list."] is True
    # Many of the likes have rows, and none is about them.
    assert "Make sure the order of the rows stays the same." in own
    assert not any("letter" in text for text in own)
    # Who "she" is depends on the topic.
    assert not any(" she " in each.text or "her?" in each.text for each in manner("chatty").own)
    for text in own:
        assert sum(text in prompt for _, prompt in likes("starter_likes")) >= 1
    assert "Change as few words as you can." in own
    # Scenes fit no other topic.
    assert len(manner("roleplay").own) <= 8


def test_how_sentences_begin_is_counted() -> None:
    starter = manner("starter_likes")
    assert starter.later["make"] >= 50 and starter.later["show"] >= 50
    assert manner("sections").first.most_common(1)[0][0] == "you"
    assert opener("- Keep it") == "keep" and opener(" ... ") == ""


def test_nothing_is_known_of_no_likes() -> None:
    nobody = Manner([])
    assert not nobody.own and not nobody.headings and not nobody.could_say("Keep it short.")
    assert nobody.adapted("keep 3 of three, don't") == "keep 3 of three, don't"
    assert [each.text for each in nobody.slots("One. Two.")] == ["One.", "Two."]


def test_who_ends_with_a_nudge_ends_with_one() -> None:
    tagged = manner("chatty").tagged("a topic")
    told = tagged("Keep it light.")
    assert told in {f"Keep it light, {each}?" for each in ("yeah", "ok", "deal", "right")}
    # What has an end of its own, asks or tells of somebody stays.
    for said in ("Keep it light, yeah?", "Can you keep it light?", "You are good at it.", "light"):
        assert tagged(said) == said
    # Other topics have other ends, as often as the person has.
    ends = [manner("chatty").tagged(f"topic {at}")("Keep it.") for at in range(400)]
    assert len(set(ends)) >= 4 and ends.count("Keep it, yeah?") > ends.count("Keep it, deal?") > 0
    assert tagged("Keep it.") == manner("chatty").tagged("a topic")("Keep it.")
    for other in ("starter_likes", "courteous", "roleplay", "sections", "telegraphic"):
        assert manner(other).tagged("a topic")("Keep it light.") == "Keep it light."
    assert Manner([]).tagged("a topic")("Keep it light.") == "Keep it light."


def test_who_orders_freely_begins_with_any_verb() -> None:
    assert manner("starter_likes").begins("Solve it.") and manner("roleplay").begins("Solve it.")
    assert not manner("chatty").begins("Solve it.") and not manner("courteous").begins("Solve it.")
    assert manner("chatty").begins("Can you solve it?")


def test_what_says_something_is_no_nudge() -> None:
    for end in ("in French.", "100 words.", "two versions.", "no list.", "summary.", "Pixel."):
        assert tags([f"Keep it {at} short, {end}" for at in range(9)]) == ()
    told = tagging(tags([f"Keep it {at} short, pls." for at in range(9)]), "a topic")
    assert told("Keep it.") == "Keep it, pls." and told("No lists.") == "No lists, pls."
    for said in ("The tone is warm.", "Thank you.", "Please keep it.", "Keep it..", "Why?", ""):
        assert told(said) == said
    assert untagged("Keep it, pls.") == "Keep it." and untagged("Why, then?") == "Why, then?"
