"""A task that a prompt can be about, and the ways to ask for a prompt for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from promptstyle.core.pretraining import lexicon, phrases
from promptstyle.core.pretraining.lexicon import Thing, Verb, with_article

KINDS: dict[str, tuple[tuple[Verb, ...], tuple[Thing, ...]]] = {
    "read": (lexicon.READ_VERBS, lexicon.READ_THINGS),
    "write": (lexicon.WRITE_VERBS, lexicon.WRITE_THINGS),
    "code": (lexicon.CODE_VERBS, lexicon.CODE_THINGS),
    "learn": (lexicon.LEARN_VERBS, lexicon.LEARN_THINGS),
    "list": (lexicon.LIST_VERBS, lexicon.LIST_THINGS),
    "plan": (lexicon.PLAN_VERBS, lexicon.PLAN_THINGS),
}
KIND_WEIGHTS = {"read": 26, "write": 28, "code": 16, "learn": 14, "list": 9, "plan": 7}
# What may follow "about" for a thing of that kind.
ABOUT_SHARE = {"read": 0.35, "write": 0.45, "code": 0.0, "learn": 0.0, "list": 0.2, "plan": 0.0}


def capital(text: str) -> str:
    """`text` with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Task:
    """Verb, object and what qualifies it; `tail` carries its leading space."""

    kind: str
    verb: Verb
    thing: Thing
    qualifier: str
    tail: str

    @property
    def name(self) -> str:
        """The object with its qualifier, without article: "short podcast episode"."""
        return f"{self.qualifier} {self.thing.name}".strip()

    def object(self, determiner: str) -> str:
        """The object after `determiner` ("a" is adapted; things without article take none)."""
        if not self.thing.article:
            return self.name
        if "{}" in determiner:
            return determiner.format(self.name)
        if determiner == "a":
            determiner = with_article(self.name)
        return f"{determiner} {self.name}".strip()

    @property
    def result(self) -> str:
        """What the answer consists of: "summary", or the object itself when it is written."""
        if self.kind == "write":
            return self.thing.name
        return self.verb.result

    @property
    def short_name(self) -> str:
        """The object as a later sentence calls it."""
        return "text" if self.kind == OPEN else self.thing.name


OPEN = "open"


class TaskMaker:
    """Draws tasks.

    `subjects` are noun phrases to be about, from the topic corpora; `imperatives` verbs with
    all that follows them, from real text.
    """

    def __init__(
        self, subjects: Sequence[str], imperatives: Sequence[tuple[Verb, Thing]] = ()
    ) -> None:
        self.subjects, self.imperatives = subjects, imperatives

    def draw_open(self, rng: Random) -> Task:
        """A task in the words of real text."""
        verb, thing = rng.choice(self.imperatives)
        tail = ""
        if len(thing.name) < 60 and rng.random() < 0.15:
            tail = f" for {rng.choice(lexicon.AUDIENCES)}"
        return Task(OPEN, verb, thing, "", tail)

    def draw(self, rng: Random, kinds: dict[str, int] | None = None) -> Task:
        """One task; `kinds` weighs the kinds (an author's field), all by default."""
        weights = kinds or KIND_WEIGHTS
        kind = rng.choices(list(weights), list(weights.values()))[0]
        verbs, things = KINDS[kind]
        verb, thing = rng.choice(verbs), rng.choice(things)
        qualifier = rng.choice(lexicon.QUALIFIERS) if thing.article and rng.random() < 0.2 else ""
        tail = ""
        if rng.random() < ABOUT_SHARE[kind] and self.subjects:
            link = "for" if kind == "write" and rng.random() < 0.3 else "about"
            tail = f" {link} {rng.choice(self.subjects)}"
        elif kind == "learn" and rng.random() < 0.3:
            tail = f" to {rng.choice(lexicon.AUDIENCES)}"
            if verb.base in ("define", "discuss", "illustrate", "clarify", "break down", "teach"):
                tail = tail.replace(" to ", " for ", 1)
        elif rng.random() < 0.2:
            tail = " " + rng.choice(lexicon.MODIFIERS).format(
                audience=rng.choice(lexicon.AUDIENCES), language=rng.choice(lexicon.LANGUAGES)
            )
        if verb.base == "translate":
            tail = f" into {rng.choice(lexicon.LANGUAGES)}"
        return Task(kind, verb, thing, qualifier, tail)


def request(task: Task, rng: Random) -> str:
    """What a person types to get a prompt for `task`."""
    thing = task.object(rng.choice(("a", "a", "the", "my", "this")) if task.thing.article else "")
    values = {
        "task": f"{task.verb.base} {thing}{task.tail}",
        "third": f"{task.verb.third} {thing}{task.tail}",
        "gerund": f"{task.verb.gerund} {thing}{task.tail}",
        "np": f"{task.object('a')}{task.tail}",
    }
    values |= {capital(key): capital(value) for key, value in values.items()}
    bare = rng.random() < 0.15 and task.kind != OPEN
    pool = phrases.REQUESTS_NOUN if bare else phrases.REQUESTS_VERB
    # The first few forms are what this program's own examples show: make them frequent.
    text = (pool[0] if rng.random() < 0.12 else rng.choice(pool)).format(**values)
    return misspell(text, rng) if rng.random() < 0.02 else text


def misspell(text: str, rng: Random) -> str:
    """Swap two neighbouring letters of `text`, once."""
    if len(text) < 6:
        return text
    at = rng.randrange(1, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
