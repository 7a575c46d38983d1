"""Sentences that fit any topic, found among prompts on very many of them.

`python -m promptstyle.core.pretraining.general` writes `written/general.tsv`, which ships with the
program and is read by `style/general.py`: whether it closed the prompt, and the sentence. What the
judges of `written/judged.tsv` found to be of no use alone is not among them; what they have not
seen is.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from promptstyle.core.atomic import write_text
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.pretraining.judged import read_judged, unfit
from promptstyle.core.style.collection import read
from promptstyle.core.style.general import General, to_tsv
from promptstyle.core.style.slots import Slot, slots, telegraphic
from promptstyle.core.style.words import terms, topic_terms
from promptstyle.core.training.template import Pair

# What a word says of the topic, in nats: "exactly" 0, "step" 0.17, "euro" 0.3, "recipe" over 1.
MOST_TOLD = 0.2
# Of a word in fewer prompts, and of a term in fewer topics, too little is known.
PROMPTS, TOPICS = 150, 60
SHORTEST, LONGEST = 3, 40
# What speaks of somebody, leads up to a list, is a mark out of ten or has marks of few people.
_PARTICULAR = re.compile(
    r"\b(?:he|she|him|her|his|hers)\b|\bout of \d+|:$|[\[\]{}<>|#=_]|[^\x00-\u024f\u2010-\u201f]",
    re.IGNORECASE,
)
_DOTS = re.compile(r"(?:\.\.+|\u2026)$")


def main(argv: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=Path, default=FOLDER / "plain.jsonl")
    parser.add_argument("--out", type=Path, default=FOLDER / "general.tsv")
    parser.add_argument("--judged", type=Path, default=FOLDER / "judged.tsv")
    given = parser.parse_args(argv)
    found = list(general(list(read(given.prompts)), unfit(read_judged(given.judged))))
    write_text(given.out, to_tsv(found))
    print(f"{len(found)} sentences in {given.out}")


def general(pairs: Sequence[Pair], unfit: frozenset[str] = frozenset()) -> Iterator[General]:
    """The sentences of the prompts, but for first ones, all of whose words fit any topic.

    Those that were judged `unfit` are left out: "Keep them so." says nothing alone.
    """
    fitting = {term for term, told in telling(pairs).items() if told <= MOST_TOLD}
    known: set[str] = set()
    for _, prompt in pairs:
        made = sentences(prompt)
        for place, each in enumerate(made[1:], start=2):
            text = _DOTS.sub(".", " ".join(each.text.replace("**", "").split()))
            said = terms(text)
            if (
                SHORTEST <= len(text.split()) <= LONGEST
                and said
                and not _PARTICULAR.search(text)
                and fitting.issuperset(said)
                and text not in known
                and text not in unfit
            ):
                known.add(text)
                yield General(text, last=place == len(made))


def sentences(prompt: str) -> list[Slot]:
    """The sentences of a prompt; one with semicolons is made of what stands between them."""
    return slots(prompt, fragments=telegraphic(prompt))


def telling(pairs: Iterable[Pair]) -> dict[str, float]:
    """How much it says of a prompt's topic that a term stands in the prompt, in nats.

    The Kullback-Leibler divergence of the terms of those topics from the terms of all topics, less
    what chance makes of it (Miller 1955, "Note on the bias of information estimates"). Terms in
    fewer than PROMPTS are left out.
    """
    held = [(frozenset(topic_terms(topic)), frozenset(terms(prompt))) for topic, prompt in pairs]
    common = Counter(term for _, said in held for term in said)
    every = Counter(term for about, _ in held for term in about)
    every = Counter({term: count for term, count in every.items() if count >= TOPICS})
    total = every.total()
    by_term: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for about, said in held:
        counted = [term for term in about if term in every]
        for term in said:
            if common[term] >= PROMPTS:
                by_term[term].update(counted)
    found: dict[str, float] = {}
    for term, topics in by_term.items():
        count = topics.total()
        if count:
            divergence = sum(
                n / count * math.log(n / count * total / every[about])
                for about, n in topics.items()
            )
            found[term] = divergence - (len(every) - 1) / (2 * count)
    return found


if __name__ == "__main__":
    main()
