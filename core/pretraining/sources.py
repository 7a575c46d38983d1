"""The real text that the base learns from: prose, pairs and topics of the shared data folder."""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.pretraining import handwritten, imperatives
from promptstyle.core.pretraining.lexicon import Thing, Verb

LONGEST_PROMPT = 1200
# Prompts of people, short and about everyday things, are what users write like.
CLOSE_IN_MANNER = (
    "yokoffing", "taksec", "kevinamiri", "arena", "ifeval", "induction", "self_instruct",
    "promptschat",
)  # fmt: skip
PAIR_WEIGHTS = {
    "yokoffing": 5.0, "taksec": 5.0, "kevinamiri": 2.5, "arena": 3.0, "ifeval": 0.8,
    "induction": 3.0, "self_instruct": 3.0, "promptschat": 1.5, "editor": 3.0, "followbench": 1.5,
    "roles": 2.0, "niv2": 0.5, "p3": 0.4, "flan": 0.4, "atlas": 1.0, "promptbench": 0.5,
    "lmeval": 0.4, "bigbench": 1.0, "helm": 0.6, "courtneyr": 0.5, "wphelpers": 0.2, "qa": 0.6,
    "awesome_copilot": 0.1, "cursorrules": 0.1, "agency": 0.15, "wshobson": 0.15,
    "davepoon": 0.15, "0xfurai": 0.1, "lst97": 0.1, "vijay": 0.1, "rshah": 0.1, "mohit": 0.1,
    "undeadlist": 0.1, "instructa": 0.1, "continue": 0.15, "swarms": 0.2, "metagpt": 0.3,
    "chatdev": 0.4, "rebelopsio": 0.1, "spryker": 0.1, "sentry": 0.1, "superpowers": 0.1,
    "steipete": 0.2,
}  # fmt: skip
# Shares of prose by file; what is not named shares `OTHER_PROSE` by size.
PROSE_WEIGHTS = {
    "text_openstax_ccby_current": 0.17, "text_openstax_ccby_earlier": 0.20,
    "text_us_government": 0.12, "text_uk_public_services": 0.05, "text_standard_ebooks": 0.09,
    "text_classic_books": 0.06, "text_gitenberg_howto": 0.06, "text_sourcegraph_handbook": 0.05,
    "text_microsoft_docs": 0.03, "text_tech_guides": 0.05, "text_tldr": 0.03,
    "text_factbook": 0.01, "text_promptguides": 0.02, "text_promptschat_long": 0.02,
    "text_lobe_long": 0.01,
}  # fmt: skip
OTHER_PROSE = 0.03
STOPWORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "for",
        "with",
        "that",
        "this",
        "is",
        "are",
        "be",
        "by",
        "as",
        "at",
        "it",
        "its",
        "from",
        "i",
        "you",
        "your",
        "me",
        "my",
        "we",
        "our",
        "can",
        "could",
        "would",
        "should",
        "make",
        "write",
        "create",
        "need",
        "give",
        "want",
        "prompt",
        "prompts",
        "help",
        "how",
        "what",
        "which",
        "do",
        "does",
        "please",
        "good",
    ]
)
_GERMAN = re.compile(r"\b(und|nicht|werden|eine|diese|auch|wird|durch)\b")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class RealPair:
    """A request and the prompt that a person or a data set has for it."""

    source: str
    group: str
    request: str
    prompt: str
    weight: float


@dataclass(frozen=True)
class Sources:
    """Everything read: prose by file, pairs by author, found or hand-written, and subjects."""

    prose: dict[str, list[str]]
    prose_weights: dict[str, float]
    groups: dict[str, list[RealPair]]
    held_groups: dict[str, list[RealPair]]
    loose: dict[str, list[RealPair]]
    subjects: list[str]
    imperatives: tuple[tuple[Verb, Thing], ...]
    written: handwritten.Written = field(default_factory=handwritten.Written)

    def short_prompts(self) -> list[RealPair]:
        """Prompts that fit in a synthetic author's envelope: one request of a sentence or two."""
        fitting = []
        for pairs in (*self.groups.values(), *self.loose.values()):
            for pair in pairs:
                text = pair.prompt
                if pair.source in CLOSE_IN_MANNER and 20 < len(text) < 220 and "\n" not in text:
                    fitting.append(pair)
        return fitting


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of an xz file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def content_words(text: str) -> set[str]:
    """Lower-case words that carry content, cut to six letters so that inflections meet."""
    return {word[:6] for word in _WORD.findall(text.lower()) if word not in STOPWORDS}


def overlap(request: str, prompt: str) -> float:
    """The share of the request's content words that the prompt takes up, 0 to 1."""
    wanted = content_words(request)
    return len(wanted & content_words(prompt)) / len(wanted) if wanted else 0.0


def load(data: Path) -> Sources:
    """Read the folder. Raises PromptstyleError if it is not the pretraining data."""
    files = sorted(data.glob("*/pairs_*.jsonl.xz"))
    if not files:
        raise PromptstyleError(
            f"no pretraining data in {data}",
            "give the folder that holds prompts/, more-prompts/ and prose/ with --data",
            code="no_data",
        )
    groups, held, loose = _pairs(files)
    prose, weights = _prose(sorted(data.glob("*/text_*.jsonl.xz")))
    prompts = [pair.prompt for pairs in (*groups.values(), *loose.values()) for pair in pairs]
    return Sources(
        prose,
        weights,
        groups,
        held,
        loose,
        _subjects(data),
        imperatives.collect(prose, prompts),
        handwritten.load(),
    )


def _held_out(group: str) -> bool:
    return hashlib.sha256(group.encode()).digest()[0] < 16


def _pairs(
    files: list[Path],
) -> tuple[dict[str, list[RealPair]], dict[str, list[RealPair]], dict[str, list[RealPair]]]:
    """Author groups of three prompts or more, those held out (one in 16), the loose rest."""
    by_group: dict[str, list[RealPair]] = defaultdict(list)
    for path in files:
        source = path.name.removeprefix("pairs_").removesuffix(".jsonl.xz")
        for row in read_lines(path):
            prompt, request = row["prompt"].strip(), row["request"].strip()
            # A lead ends in the middle of a thought: it would teach to stop there.
            if row.get("lead") or not 8 <= len(prompt) <= LONGEST_PROMPT or not request:
                continue
            shared = overlap(request, prompt)
            weight = PAIR_WEIGHTS.get(source, 0.4) * (0.15 + shared * shared)
            group = f"{source}/{row['style_group']}"
            by_group[group].append(RealPair(source, group, request[:300], prompt, weight))
    groups, held, loose = {}, {}, defaultdict(list)
    for group, pairs in sorted(by_group.items()):
        if len(pairs) >= 5 and _held_out(group):
            held[group] = pairs
        elif len(pairs) >= 3:
            groups[group] = pairs
        else:
            loose[pairs[0].source].extend(pairs)
    return groups, held, dict(loose)


def _prose(files: list[Path]) -> tuple[dict[str, list[str]], dict[str, float]]:
    """Texts by file, and each file's share."""
    prose: dict[str, list[str]] = {}
    for path in files:
        name = path.name.removesuffix(".jsonl.xz")
        texts = [row["text"].strip() for row in read_lines(path)]
        texts = [text for text in texts if len(text) > 80 and len(_GERMAN.findall(text)) < 8]
        if texts:
            prose[name] = texts
    other = {
        name: sum(map(len, texts)) for name, texts in prose.items() if name not in PROSE_WEIGHTS
    }
    weights = {name: PROSE_WEIGHTS[name] for name in prose if name in PROSE_WEIGHTS}
    weights |= {name: OTHER_PROSE * size / sum(other.values()) for name, size in other.items()}
    return prose, weights


_COUNTABLE = ("objects/", "architecture/rooms", "humans/occupations", "animals/dogs")
_LEFT_OUT = ("psychology/", "words/", "humans/moods", "humans/descriptions", "medicine/")


def _subjects(data: Path) -> list[str]:
    """What a prompt can be about: noun phrases of the topic corpora, and rare pairings of words.

    The pairings make no sense on purpose: their words can only come from the request.
    """
    subjects: list[str] = []
    nouns: list[str] = []
    adjectives: list[str] = []
    for path in sorted(data.glob("*/topics_*.jsonl.xz")):
        for row in read_lines(path):
            text, category = row["text"].strip(), row["category"]
            if category == "words/nouns":
                nouns.append(text.lower())
            elif category == "words/adjs":
                adjectives.append(text.lower())
            elif category.startswith(_LEFT_OUT) or len(text.split()) > 4 or not text.isascii():
                continue
            elif category.startswith(_COUNTABLE):
                subjects.append(f"{'an' if text[:1].lower() in 'aeiou' else 'a'} {text}")
            else:
                subjects.append(text)
    for index, noun in enumerate(nouns):
        if adjectives:
            subjects.append(f"{adjectives[index * 7 % len(adjectives)]} {noun}")
            subjects.append(f"{noun} and {nouns[(index * 31 + 5) % len(nouns)]}")
    return sorted(set(subjects))
