"""How a person asks for something, with other topics in it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.style.asking import Asked
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.plainly import plainly
from promptstyle.core.style.request import parse
from promptstyle.core.style.wanted import Wish, wanted

AUTHORS = Path(__file__).resolve().parents[1] / "authors"


@cache
def manner(name: str) -> Manner:
    folder = Path(promptstyle.assets.__file__).parent if name == "starter_likes" else AUTHORS
    rows = map(json.loads, (folder / f"{name}.jsonl").read_text("utf-8").splitlines())
    return Manner([(row["input"], row["output"]) for row in rows])


def texts(name: str, topic: str, *, first: bool = True) -> list[str]:
    return [each.text for each in manner(name).asking.requests(topic, first=first)]


def test_a_request_is_put_as_the_person_puts_theirs() -> None:
    topic = "Make a prompt that sorts survey answers into themes."
    assert texts("starter_likes", topic) == ["Sort survey answers into themes."]
    assert "Could you please sort survey answers into themes?" in texts("courteous", topic)
    assert texts("telegraphic", topic) == ["sort survey answers into themes"]
    # Who greets first asks in the second sentence, or right after the greeting.
    assert texts("chatty", topic, first=False) == ["Can you sort survey answers into themes?"]
    assert "Hey, can you sort survey answers into themes?" in texts("chatty", topic)
    # Who says first who is asked says what is to be done below.
    assert texts("sections", topic) == ["You are an expert in sorting survey answers into themes."]
    assert texts("sections", topic, first=False) == ["Sort survey answers into themes."]


@pytest.mark.parametrize(
    ("topic", "said", "wish"),
    [
        ("Make a prompt that explains tides.", "Explain tides.", Wish.TYPED),
        # A second verb goes with the first.
        (
            "Make a prompt that reads my email and writes a reply.",
            "Read my email and write a reply.",
            Wish.TYPED,
        ),
        ("A prompt for learning Greek", "Help me learn Greek.", Wish.TYPED),
        ("Prompt for inventing new words", "Help me invent new words.", Wish.TYPED),
        # What is usually made is written, told, planned.
        ("letter to my landlord", "Write a letter to my landlord.", Wish.TYPED),
        ("bedtime story with a fox in it", "Tell a bedtime story with a fox in it.", Wish.TYPED),
        ("my cover letter", "Write my cover letter.", Wish.TYPED),
        # What is there already is not.
        ("contract for a flat", "Help me with a contract for a flat.", Wish.HELP),
        ("performance optimization", "Explain performance optimization.", Wish.HELP),
        ("resume review", "Help me with a resume review.", Wish.HELP),
        ("Write a prompt for french accountant", "Act as a french accountant.", Wish.HELP),
        ("why is the sky blue?", "Why is the sky blue?", Wish.HELP),
        ("Can you write a prompt for a poem?", "Write a poem.", Wish.TYPED),
        ("What would be a good prompt for markmap?", "Explain markmap.", Wish.HELP),
        ("What is prompt engineering?", "Explain what prompt engineering is.", Wish.HELP),
        ("how do I write a good prompt?", "Explain how to write a good prompt.", Wish.HELP),
        # A prompt may be what is worked on.
        ("improve my prompt", "Improve my prompt.", Wish.TYPED),
        ("debug a system prompt", "Debug a system prompt.", Wish.TYPED),
        ("author persona prompt", "Explain author persona.", Wish.HELP),
        # In polite words, or as a wish.
        ("Can you help me plan a party?", "Plan a party.", Wish.TYPED),
        ("I need a workout plan", "Write a workout plan.", Wish.TYPED),
        ("I want to lose weight", "Help me lose weight.", Wish.TYPED),
        ("act as a chef", "Act as a chef.", Wish.TYPED),
        ("be my therapist", "Act as my therapist.", Wish.TYPED),
        # A noun before another is no verb, nor is what ends in -ing.
        ("code review", "Help me with a code review.", Wish.HELP),
        ("test plan", "Write a test plan.", Wish.TYPED),
        ("prompt for wedding vows", "Write wedding vows.", Wish.TYPED),
        ("prompt for morning yoga", "Plan morning yoga.", Wish.TYPED),
        # Before what has an article stands a verb, known or not.
        ("outline a novel", "Outline a novel.", Wish.TYPED),
        ("reads my mail and writes a reply", "Read my mail and write a reply.", Wish.TYPED),
        # By sound, and within a sentence.
        ("MRI report", "Write an MRI report.", Wish.TYPED),
        ("UK visa letter", "Write a UK visa letter.", Wish.TYPED),
        ("honest critic", "Act as an honest critic.", Wish.HELP),
        ("1. My bedtime story", "Tell my bedtime story.", Wish.TYPED),
        ("lists my tasks, as a prompt", "List my tasks.", Wish.TYPED),
        ("practice a job interview", "Help me practice a job interview.", Wish.TYPED),
    ],
)
def test_what_is_to_be_done(topic: str, said: str, wish: Wish) -> None:
    assert manner("starter_likes").asking.requests(topic, first=True) == [Asked(said, wish)]


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("summarizes a report in 5 lines", "Summarize the report below in 5 lines."),
        ("answer an email politely", "Answer the email below politely."),
        ("summarizes my notes and writes a quiz", "Summarize my notes below and write a quiz."),
        ("check the weather in Rome", ""),
        ("proofread the abstract of a paper", "Proofread the abstract of a paper below."),
        ("Make a prompt that improves my CV.", "Improve my CV below."),
        # Several things, what is there for all, and what is below already are not there again.
        ("turns transcripts into a persona", ""),
        ("sort the mail below", ""),
        ("write a poem", ""),
    ],
)
def test_what_has_to_be_there_can_be_below(topic: str, said: str) -> None:
    _, *others = texts("starter_likes", topic)
    assert others == ([said] if said else [])


def test_telegrams_name_the_thing_and_no_more() -> None:
    assert texts("telegraphic", "strict TDD") == ["help me with strict TDD", "strict TDD"]
    assert texts("starter_likes", "strict TDD") == ["Explain strict TDD."]


@pytest.mark.parametrize(
    ("topic", "role"),
    [
        ("explains tides", "You are an expert in explaining tides."),
        (
            "Make a prompt that reads my email and writes a reply.",
            "You are an expert in reading my email and writing a reply.",
        ),
        ("an unusual chess coach", "You are an unusual chess coach."),
        ("letter to my landlord", "You are an expert in writing a letter to my landlord."),
        ("one-shot adventures", "You are an expert in one-shot adventures."),
        ("the water cycle", "You are an expert in the water cycle."),
        ("French teacher who corrects me", "You are a French teacher who corrects me."),
        ("You are a chef", "You are a chef."),
        ("debug a memory leak", "You are an expert in debugging a memory leak."),
    ],
)
def test_who_can_do_it(topic: str, role: str) -> None:
    # Who is asked to be a chef has no more to be asked.
    wish = Wish.ROLE if " expert in " in role else Wish.TYPED
    assert manner("sections").asking.requests(topic, first=True) == [Asked(role, wish)]
    assert texts("starter_likes", topic) != [role]


def test_who_can_do_it_is_who_others_asked_on_near_topics() -> None:
    roles = {"editor": 0.6, "experienced copywriter": 0.4}
    asking = manner("sections").asking
    assert asking.requests("shorten my essay", first=True, roles=roles) == [
        Asked("You are an editor.", Wish.ROLE, 0.6),
        Asked("You are an experienced copywriter.", Wish.ROLE, 0.4),
    ]
    assert asking.requests("shorten it", first=True, roles={"children's editor": 0.5}) == [
        Asked("You are a children's editor.", Wish.ROLE, 0.5)
    ]
    # Who was typed is meant.
    expert = "act as an expert in tax law"
    (typed,) = asking.requests(expert, first=True, roles=roles)
    assert typed == Asked("You are an expert in tax law.", Wish.TYPED)
    (typed,) = asking.requests("act as a critic", first=True, roles=roles)
    assert typed == Asked("You are a critic.", Wish.TYPED)


def test_who_gives_roles_in_other_words_goes_on_doing_so() -> None:
    likes = [
        ("sort mail", "Act as a clerk. Sort the mail below."),
        ("sort notes", "Act as a tutor. Sort the notes below."),
    ]
    first = Manner(likes).asking.requests("sort my plans", first=True, roles={"archivist": 0.5})
    assert Asked("Act as an archivist.", Wish.ROLE, 0.5) in first


def test_who_never_asks_in_a_later_sentence_may_have_to() -> None:
    asking = manner("starter_likes").asking
    (question,) = asking.requests("why is the sky blue?", first=False)
    assert question.text == "Why is the sky blue?"
    (plain,) = asking.requests("sort my plans", first=False)
    assert plain == Asked("Sort my plans.", Wish.TYPED)


@pytest.mark.parametrize(
    ("topic", "request_"),
    [
        ("help me negotiate my salary", "Help me negotiate my salary."),
        ("help me write a letter", "Write a letter."),
        ("Please help us move house", "Help us move house."),
        ("can you help me negotiate my salary?", "Help me negotiate my salary."),
        ("help me understand taxes", "Help me understand taxes."),
        ("help me with my taxes", "Help me with my taxes."),
        ("help me cope with grief", "Help me cope with grief."),
        ("help me be calm", "Help me be calm."),
        ("I want you to act as a chef", "Act as a chef."),
    ],
)
def test_what_a_model_cannot_do_it_helps_with(topic: str, request_: str) -> None:
    assert request_ in texts("starter_likes", topic)


def test_what_is_done_for_the_person_goes_into_a_frame_of_theirs() -> None:
    likes = [
        ("plans a trip to Rome", "Help me plan a trip to Rome. Be brief and say what it costs."),
        ("plans a garden", "Help me plan a garden. Be brief and say what it costs in euros."),
        ("plans a party", "Help me plan a party. Be brief and say what it costs in euros."),
    ]
    asking = Manner(likes).asking
    said = {
        topic: [each.text for each in asking.requests(topic, first=True)]
        for topic in ("explain tides", "learning Greek, as a prompt", "chess openings")
    }
    assert said == {
        "explain tides": ["Help me explain tides."],
        "learning Greek, as a prompt": ["Help me learn Greek."],
        "chess openings": [],
    }


def test_a_call_is_no_part_of_a_sentence() -> None:
    likes = [("sorts mail", "So many mails come in. Can you sort mail? Be brief, be kind.")] * 3
    # Nobody knows how many mails there are now.
    asked = Manner(likes).asking.requests("write a poem", first=True)
    assert [each.text for each in asked] == ["Write a poem."]


def test_what_cannot_be_put_as_a_request_is_not() -> None:
    for topic in (
        "Make a prompt that explains tides. It should be short.",
        "Write a poem about cats\nand dogs: see below.",
        "Make a prompt that explains " + "very " * 40 + "long topics",
        "Make a prompt.",
        "写一首诗",
        "---",
        "a",
        "",
    ):
        for name in ("starter_likes", "courteous", "chatty", "sections"):
            assert texts(name, topic) == texts(name, topic, first=False) == []
    # Nobody is asked to be a question.
    assert texts("sections", "why is the sky blue?") == []
    # A noun, a gerund, a third person are no verb that another could stand for.
    likes = [
        ("Make a prompt that plans a trip to Rome.", "Write a plan for a trip to Rome. Be brief."),
        ("Make a prompt that lists dogs.", "Give me a list of dogs. Be brief."),
        ("Make a prompt that summarizes a novel.", "I need help summarizing a novel. Be brief."),
        ("Make a prompt that edits texts.", "Bot that edits texts. Be brief."),
    ] * 3
    asked = Manner(likes).asking.requests("Make a prompt that sorts my mail.", first=True)
    assert [each.text for each in asked] == ["Sort my mail."]


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                ["prompt", "a", "for", "that", "writes", "and", "reads", "my", "chef", "?", "1"]
            ),
            max_size=8,
        ).map(" ".join),
    ),
    st.sampled_from(["starter_likes", "chatty", "courteous", "telegraphic", "sections"]),
    st.booleans(),
)
def test_any_topic_gives_one_sentence_or_none(topic: str, name: str, first: bool) -> None:
    for each in manner(name).asking.requests(topic, first=first):
        assert each.text == each.text.strip() and "\n" not in each.text
        assert len(each.text.split()) <= manner(name).longest
        assert not re.search(r"act as (?:an? )?act as|You are (?:an? )?act", each.text)


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("Help me write a prompt for a podcast paper", "Help me with a podcast paper."),
        ("help me make a prompt for project overview", "Help me with project overview."),
        ("Make a prompt that helps me cope with stress.", "Help me cope with stress."),
        ("a prompt that helps me with my taxes", "Help me with my taxes."),
        ("Make a prompt to help us plan a trip", "Help us plan a trip."),
        ("I want something that checks my lesson plan", "Check my lesson plan."),
        ("I\u2019d love a tool that suggests titles for my novel", "Suggest titles for my novel."),
        ("I wish something would tell me why it rains", "Tell me why it rains."),
        ("I\u2019m looking for a way to sleep better", "Help me sleep better."),
        ("I need a tool to compare two offers", "Compare two offers."),
        ("I need something to wear", "Help me with something to wear."),
        ("something to read on a train", "Help me with something to read on a train."),
        ("explain a way to fold maps", "Explain a way to fold maps."),
        ("I would like something nice for my aunt", "Help me with something nice for my aunt."),
        ("a prompt for writing polite reminders", "Help me write polite reminders."),
        ("a prompt for writing exercises", "Help me with writing exercises."),
    ],
)
def test_who_is_to_be_helped_with_what(topic: str, said: str) -> None:
    # "Help me" may ask for the prompt, and is then not what the prompt asks for.
    assert said in texts("starter_likes", topic)


def test_who_never_says_the_topics_verb_asks_as_for_anything_else() -> None:
    likes = [
        (f"sort {what}", f"Hey, I have {n} {what}. Can you list the {what} by size? Just {n}.")
        for n, what in enumerate(("tides", "bees", "taxes", "chess", "rain"), start=20)
    ]
    asking = Manner(likes).asking
    assert [each.text for each in asking.requests("explain gears", first=True)] == [
        "Hey, can you explain gears?"
    ]


def test_somebody_is_made_somebody_in_each_of_the_persons_ways() -> None:
    likes = [
        (f"explain {what}", f"{how} {what} expert. Name {n} things about {what} that I like.")
        for n, (how, what) in enumerate(
            [
                ("You are the", "tide"), ("Act as a", "bee"), ("You are my", "tax"),
                ("Act as a", "chess"), ("You are a", "rain"), ("Imagine you are a", "bread"),
            ],
            start=20,
        )
    ]  # fmt: skip
    found = Manner(likes).asking.requests("explain gears", first=True, roles={"baker": 0.5})
    said = [each.text for each in found]
    assert {"You are a baker.", "Act as a baker."} <= set(said)
    # Once is no habit.
    assert not any(text.startswith("Imagine") for text in said)


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("translating a love song from French", "help me translate a love song from French"),
        ("debugging the race condition", "help me debug the race condition"),
        ("renting a flat in English", "help me with renting a flat in English"),
        ("reading a model's price page", "help me with reading a model's price page"),
        ("wedding planning", "help me with wedding planning"),
        ("reading list for a course", "write a reading list for a course"),
    ],
)
def test_doing_something_to_a_thing_is_no_thing(topic: str, said: str) -> None:
    assert wanted(topic, parse(topic))[1] == [said]


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("a recipe for pancakes", "write a recipe for pancakes"),
        ("essay on climate change", "write an essay on climate change"),
        ("5 ideas for a birthday party", "give 5 ideas for a birthday party"),
        ("wedding vows", "write wedding vows"),
        ("itinerary for 3 days in Rome", "plan an itinerary for 3 days in Rome"),
        ("I'm looking for names for a cat", "suggest names for a cat"),
        # What is there already is not made.
        ("my essay on climate change", "help me with my essay on climate change"),
        ("the plot of a thriller", "help me with the plot of a thriller"),
        ("my mum's recipe", "help me with my mum's recipe"),
        ("no idea what to cook", "help me with no idea what to cook"),
        # Another thing.
        ("essay feedback", "give essay feedback"),
        ("plot twist", "help me with plot twist"),
    ],
)
def test_what_is_not_there_yet_is_made(topic: str, said: str) -> None:
    topic = plainly(topic)
    assert wanted(topic, parse(topic))[1] == [said]
