"""Synthetic authors: habits drawn at random, then kept through all prompts of one author.

A habit is a probability or a small choice of phrases, never one skeleton: two prompts of an
author resemble each other as those of a person do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from promptstyle.core.pretraining import lexicon, phrases
from promptstyle.core.pretraining.lexicon import Thing, Verb, is_plural, with_article
from promptstyle.core.pretraining.tasks import (
    KIND_WEIGHTS,
    OPEN,
    Task,
    TaskMaker,
    capital,
    request,
)

MANNERS = {
    "imperative": 34, "role": 12, "telegraphic": 11, "courteous": 10, "sections": 11,
    "chatty": 9, "question": 4, "checklist": 9,
}  # fmt: skip
OPENINGS = {
    "imperative": phrases.PLAIN_OPENINGS, "role": phrases.ROLE_OPENINGS,
    "courteous": phrases.COURTEOUS_OPENINGS, "chatty": phrases.CHATTY_OPENINGS,
    "question": phrases.QUESTION_OPENINGS, "sections": phrases.PLAIN_OPENINGS,
    "checklist": phrases.PLAIN_OPENINGS, "telegraphic": ("{Task}.",),
}  # fmt: skip
WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
UNITS = {
    "sentences": (1, 2, 3, 4, 5, 6, 7, 8, 10), "words": (20, 30, 50, 60, 75, 80, 100, 120, 150,
    200, 250, 300, 400, 500), "paragraphs": (1, 2, 3, 4, 5), "bullet points": (3, 4, 5, 6, 7, 8),
    "lines": (1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 30), "points": (2, 3, 4, 5, 6, 7, 8, 10),
    "items": (3, 4, 5, 6, 7, 8, 10, 12, 15, 20), "steps": (3, 4, 5, 6, 7, 8, 10),
    "characters": (80, 100, 140, 160, 200, 280),
}  # fmt: skip
UNITS_OF_KIND = {
    "read": ("sentences", "sentences", "words", "bullet points", "paragraphs", "points"),
    "write": ("words", "sentences", "lines", "paragraphs", "words", "characters"),
    "code": ("lines", "lines", "words", "sentences", "steps"),
    "learn": ("sentences", "words", "paragraphs", "steps", "points"),
    "list": ("items", "items", "words", "points"),
    "plan": ("steps", "bullet points", "items", "sentences"),
    "open": ("sentences", "words", "paragraphs", "bullet points", "steps", "lines"),
}
DETERMINERS = ("the", "the", "a", "this", "my", "the following", "the {} below")
SHORTHAND = (("please", "pls"), ("with", "w/"), ("and", "&"), ("without", "w/o"), ("you", "u"),
             ("because", "bc"), ("about", "abt"), ("information", "info"))  # fmt: skip


@dataclass(frozen=True)
class Habits:
    """What one author does; shares are probabilities, tuples are what the author chooses from."""

    manner: str
    kinds: dict[str, int]
    openings: tuple[str, ...]
    determiner: tuple[str, ...]
    families: tuple[tuple[str, tuple[str, ...]], ...]
    constraints: tuple[int, int]
    closings: tuple[str, ...]
    closing_share: float
    length_in_task: str
    units: dict[str, str]
    numbers_as_words: bool
    favourite: tuple[int, ...]
    tones: tuple[str, ...]
    avoided: tuple[str, ...]
    audiences: tuple[str, ...]
    formats: tuple[str, ...]
    items: tuple[str, ...]
    done: tuple[str, ...]
    role_share: float
    joiner: str
    mark: str
    sections: tuple[str, str, str]
    section_form: str
    material: str
    material_share: float
    lower: bool
    no_full_stop: bool
    exclaims: bool
    shorthand: tuple[tuple[str, str], ...]
    shuffles: bool
    separate_tail: bool
    open_share: float


def draw_habits(rng: Random) -> Habits:
    """A new author."""
    some = rng.sample
    manner = rng.choices(list(MANNERS), list(MANNERS.values()))[0]
    openings = OPENINGS[manner]
    names = some(sorted(phrases.FAMILIES), rng.randint(2, 5))
    families = tuple(
        (name, tuple(some(phrases.FAMILIES[name], rng.choice((1, 1, 2, 3))))) for name in names
    )
    low = rng.choice((0, 1, 1, 1, 2, 2, 3))
    kinds = KIND_WEIGHTS
    if rng.random() < 0.25:
        kinds = {kind: KIND_WEIGHTS[kind] for kind in some(sorted(KIND_WEIGHTS), rng.randint(1, 3))}
    joiners = [" ", " ", " ", " ", "\n", "\n\n"]
    return Habits(
        manner=manner,
        kinds=kinds,
        openings=tuple(some(openings, min(len(openings), rng.choice((1, 1, 2, 3))))),
        determiner=tuple(some(DETERMINERS, rng.choice((1, 1, 2)))),
        families=families,
        constraints=(low, low + rng.choice((0, 1, 1, 2, 3))),
        closings=tuple(some(phrases.CLOSE, rng.choice((1, 1, 2, 3)))),
        closing_share=rng.choice((0.0, 0.0, 0.5, 0.8, 1.0)),
        length_in_task=rng.choice(
            ("", "", " in {n} {unit}", " in exactly {n} {unit}", " in under {n} {unit}",
             " using {n} {unit}", " in no more than {n} {unit}", " ({n} {unit})")
        ),
        units={kind: rng.choice(units) for kind, units in UNITS_OF_KIND.items()},
        numbers_as_words=rng.random() < 0.35,
        favourite=tuple(some(range(1, 13), rng.choice((2, 3, 12)))),
        tones=tuple(some(lexicon.TONES, rng.choice((2, 3, 6)))),
        avoided=tuple(some(lexicon.AVOIDED, rng.choice((2, 4, 10)))),
        audiences=tuple(some(lexicon.AUDIENCES, rng.choice((1, 3, 8)))),
        items=tuple(some(phrases.ITEMS, rng.choice((2, 4, 8)))),
        formats=tuple(some(lexicon.FORMATS, rng.choice((1, 2, 4)))),
        done=tuple(some(phrases.DONE, rng.choice((1, 2, 4)))),
        role_share=rng.choice((0.5, 0.9, 1.0)),
        joiner=rng.choice(joiners),
        mark=rng.choice(phrases.LIST_MARKS),
        sections=rng.choice(phrases.SECTION_NAMES),
        section_form=rng.choice(phrases.SECTION_FORMS),
        material=rng.choice(phrases.MATERIAL),
        material_share=rng.choice((0.0, 0.0, 0.0, 0.4, 0.9)),
        lower=rng.random() < (0.35 if manner in ("telegraphic", "chatty") else 0.03),
        no_full_stop=rng.random() < (0.6 if manner == "telegraphic" else 0.06),
        exclaims=rng.random() < 0.06,
        shorthand=tuple(some(SHORTHAND, 3)) if rng.random() < 0.06 else (),
        shuffles=rng.random() < 0.5,
        separate_tail=rng.random() < 0.12,
        open_share=rng.choice((0.0, 0.3, 0.5, 0.8)),
    )  # fmt: skip


class Author:
    """Writes prompts in one set of habits."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits

    def pair(self, maker: TaskMaker, rng: Random) -> tuple[str, str]:
        """A request and this author's prompt for it."""
        is_open = bool(maker.imperatives) and rng.random() < self.habits.open_share
        task = maker.draw_open(rng) if is_open else maker.draw(rng, self.habits.kinds)
        return request(task, rng), self.write(task, rng)

    def number(self, unit: str, rng: Random) -> str:
        """A count in this author's figures."""
        choices = UNITS[unit]
        favourites = [n for n in choices if n in self.habits.favourite] or list(choices)
        value = rng.choice(favourites)
        if self.habits.numbers_as_words and value <= 12:
            return WORDS[value]
        return str(value)

    def values(self, task: Task, rng: Random) -> dict[str, str]:
        """What the slots of a phrase are filled with, for one sentence about `task`."""
        habits = self.habits
        unit = habits.units[task.kind]
        number = self.number(unit, rng)
        aspects = rng.sample(task.thing.aspects, 2)
        avoided = rng.sample(habits.avoided, 2)
        tones = rng.sample(habits.tones, 2)
        audience = rng.choice(habits.audiences)
        small = rng.choice((1, 1, 2, 2, 3, 3, 4, 5))
        few = WORDS[small] if habits.numbers_as_words else str(small)
        item = rng.choice(habits.items)
        reader_is = "the readers are" if is_plural(audience) else "the reader is"
        return {
            "n": number,
            "unit": unit[:-1] if number in ("1", "one") else unit,
            "aspect": aspects[0],
            "aspect2": aspects[1],
            "is": "are" if is_plural(aspects[0]) else "is",
            "has": "have" if is_plural(aspects[0]) else "has",
            "thing": task.short_name,
            "Thing": capital(task.short_name),
            "result": task.result,
            "avoid": avoided[0],
            "avoid2": avoided[1],
            "audience": audience,
            "reader_is": reader_is,
            "Reader_is": capital(reader_is),
            "tone": tones[0],
            "tone2": tones[1],
            "format": rng.choice(habits.formats),
            "done": rng.choice(habits.done),
            "m": few,
            "item": item if few in ("1", "one") else f"{item}s",
            "are_m": "is" if few in ("1", "one") else "are",
            "it": "them" if is_plural(aspects[0]) else "it",
        }

    def task_sentence(self, task: Task, rng: Random) -> tuple[str, bool]:
        """The sentence that says what to do; whether it states the length."""
        habits = self.habits
        values = self.values(task, rng)
        length = habits.length_in_task.format(**values) if rng.random() < 0.8 else ""
        if habits.families and any(name == "length" for name, _ in habits.families):
            length = ""
        determiner = rng.choice(habits.determiner)
        if task.kind in ("write", "plan", "code") and task.verb.base in ("write", *_MAKING):
            determiner = "a"
        apart = habits.separate_tail and task.tail.startswith(" about")
        tail = "" if apart else task.tail
        text = f"{task.object(determiner)}{tail}{length}"
        role = rng.choice(lexicon.ROLES[task.kind])
        template = rng.choice(habits.openings)
        if habits.manner == "role" and rng.random() > habits.role_share:
            template = "{Task}."
        filled = template.format(
            task=f"{task.verb.base} {text}",
            Task=capital(f"{task.verb.base} {text}"),
            gerund=f"{task.verb.gerund} {text}",
            role=role,
            a_role=f"{with_article(role)} {role}",
        )
        if not tail and task.tail:
            filled += f" It should be{task.tail}."
        return filled, bool(length)

    def sentences(self, task: Task, rng: Random, *, with_length: bool) -> list[str]:
        """The constraints of one prompt."""
        habits = self.habits
        count = rng.randint(*habits.constraints)
        families = [pair for pair in habits.families if with_length or pair[0] != "length"]
        if habits.shuffles:
            rng.shuffle(families)
        found: list[str] = []
        for index in range(count):
            if not families:
                break
            name, variants = families[index % len(families)]
            if index >= len(families) and name in ("length", "audience"):
                continue
            text = capital(rng.choice(variants).format(**self.values(task, rng)))
            if text not in found:
                found.append(text)
        return found

    def write(self, task: Task, rng: Random) -> str:
        """This author's prompt for `task`."""
        habits = self.habits
        if habits.manner == "telegraphic":
            return self.finish(self.telegram(task, rng))
        opening, has_length = self.task_sentence(task, rng)
        rules = self.sentences(task, rng, with_length=not has_length)
        closing = ""
        if rng.random() < habits.closing_share:
            closing = capital(rng.choice(habits.closings).format(**self.values(task, rng)))
        material = ""
        if task.kind == "read" and rng.random() < habits.material_share:
            material = habits.material.format(**self.values(task, rng))
        if habits.manner == "sections":
            text = self.in_sections(opening, rules, closing)
        elif habits.manner == "checklist":
            listed = "\n".join(self.marked(rules))
            text = "\n".join(part for part in (opening, listed, closing) if part)
        else:
            text = habits.joiner.join(part for part in (opening, *rules, closing) if part)
        if material:
            text += ("\n\n" if "\n" in material or habits.joiner != " " else " ") + material
        return self.finish(text)

    def telegram(self, task: Task, rng: Random) -> str:
        """Fragments instead of sentences: "podcast episode summary, 5 sentences, friendly"."""
        habits = self.habits
        values = self.values(task, rng)
        heads = {
            0: f"{task.verb.base} {task.object(habits.determiner[0])}{task.tail}",
            1: f"{task.verb.base} {task.name}{task.tail}",
            2: f"{task.name}{task.tail}" if task.kind == "write" else
               f"{task.verb.result} of {task.object('the')}{task.tail}",
        }  # fmt: skip
        choice = len(habits.openings[0] + habits.mark + habits.material) % 3
        parts = [heads[0 if task.kind == OPEN else choice]]
        pool = {
            "length": "{n} {unit}", "ensure": "include {aspect}", "order": "{aspect} first",
            "exclude": "no {avoid}", "format": "{format}", "style": "{tone} tone",
            "audience": "for {audience}", "counted": "{m} {item}",
            "cases": "{aspect} only if known",
        }  # fmt: skip
        names = [name for name, _ in habits.families]
        if habits.shuffles:
            rng.shuffle(names)
        parts += [
            pool[name].format(**values)
            for name in names[: max(1, rng.randint(*habits.constraints))]
        ]
        if rng.random() < habits.closing_share:
            parts.append(f"only the {values['result']}")
        separator = {" ": ", ", "\n": "\n", "\n\n": ". "}[habits.joiner]
        text = separator.join(capital(part) if separator != ", " else part for part in parts)
        return capital(text) + "."

    def wrap(self, prompt: str, rng: Random) -> str:
        """A real prompt in this author's envelope: own rules and closing around its words."""
        habits = self.habits
        task = Task("read", _ANSWER, _ANYTHING, "", "")
        rules = self.sentences(task, rng, with_length=True)
        closing = ""
        if rng.random() < habits.closing_share:
            closing = capital(rng.choice(habits.closings).format(**self.values(task, rng)))
        if habits.manner == "sections":
            return self.finish(self.in_sections(prompt, rules, closing))
        if habits.manner == "checklist":
            rules = self.marked(rules)
            return self.finish("\n".join(part for part in (prompt, *rules, closing) if part))
        return self.finish(habits.joiner.join(part for part in (prompt, *rules, closing) if part))

    def marked(self, rules: list[str]) -> list[str]:
        """`rules` with this author's list marks."""
        if self.habits.mark[0] == "1":
            return [f"{at}{self.habits.mark[1:]}{rule}" for at, rule in enumerate(rules, 1)]
        return [f"{self.habits.mark}{rule}" for rule in rules]

    def in_sections(self, opening: str, rules: list[str], closing: str) -> str:
        """The prompt under headings."""
        habits = self.habits
        bodies = (opening, "\n".join(self.marked(rules)), closing)
        parts = []
        for name, body in zip(habits.sections, bodies, strict=True):
            if body:
                head = habits.section_form.format(name=name)
                # A list does not begin on the line of its heading.
                if not head.endswith("\n") and "\n" in body:
                    head = head.rstrip(" -") + "\n"
                parts.append(head + body)
        return ("\n\n" if habits.joiner != "\n" else "\n").join(parts)

    def finish(self, text: str) -> str:
        """Casing, punctuation and shorthand."""
        habits = self.habits
        for word, short in habits.shorthand:
            text = text.replace(f" {word} ", f" {short} ")
        text = _WRONG_ARTICLE.sub(r"\1n ", text)
        if habits.exclaims and text.endswith("."):
            text = text[:-1] + "!"
        if habits.no_full_stop:
            text = text.replace(".\n", "\n").removesuffix(".")
        return text.lower() if habits.lower else text


_WRONG_ARTICLE = re.compile(r"\b([Aa]) (?=(?:academic|enthusiastic|encouraging|optimistic|"
                            r"objective|inspiring|honest))")  # fmt: skip
_ANSWER = Verb("answer", "answers", "answering", "answer")
_ANYTHING = Thing("text", "a", ("main point", "example", "reason", "result", "key terms", "source"))
_MAKING = (
    "draft", "create", "compose", "generate", "prepare", "produce", "make", "design", "develop",
    "build", "plan", "organize", "schedule", "budget", "set up", "map out",
)  # fmt: skip
