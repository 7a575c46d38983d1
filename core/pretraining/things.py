"""What people want done with a thing, from the topics of very many prompts.

`python -m promptstyle.core.pretraining.things` writes `written/things.tsv`, which ships with the
program and is read by `style/things.py`: a noun, the verb it is usually the object of where
something is to be made ("tell" for a story), and whether it takes an article. Of nouns that few
topics are about only the article is known, by the prompts.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from promptstyle.core.atomic import write_text
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.style.collection import read
from promptstyle.core.style.request import head, parse
from promptstyle.core.style.things import Thing, to_tsv

# Verbs that bring a thing about; who names only a complaint wants it written, not answered.
MAKING = frozenset(
    """
    bake brew build choose cook create design draft draw find give invent make organise organize
    pick plan play script set sketch suggest tell write
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# What somebody does with another thing, and does not make: "resume review".
DONE = frozenset({"analysis", "check", "comparison", "interview", "review", "test", "translation"})
# Of a noun in fewer topics too little is known; of fewer with the verb, or a smaller share, of it.
TOPICS, WITH_VERB, SHARE = 12, 6, 0.2
# A noun with so many articles in the prompts, so many times as often as without, takes one.
ARTICLES, TIMES = 10, 2
# The noun ends what it stands in: "a glossary for", but not "a glossary entry".
_NOUN = re.compile(
    r"\b(an?|about|and|for|from|give|in|make|no|of|on|or|use|with|without|write) ([a-z]{3,})\b"
    r"(?= ?(?:[.,;:!?)]|$|(?:about|and|as|at|by|for|from|in|of|on|or|that|to|which|with)\b))"
)


def main(argv: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=Path, default=FOLDER / "plain.jsonl")
    parser.add_argument("--out", type=Path, default=FOLDER / "things.tsv")
    given = parser.parse_args(argv)
    pairs = list(read(given.prompts))
    found = things(topic for topic, _ in pairs)
    found |= {
        noun: Thing("", counted=True, usual=False)
        for noun in counted(f"{topic}. {prompt}" for topic, prompt in pairs)
        if noun not in found
    }
    write_text(given.out, to_tsv(dict(sorted(found.items()))))
    print(f"{len(found)} nouns in {given.out}")


def things(topics: Iterable[str]) -> dict[str, Thing]:
    """What is known of each noun, in the order of the alphabet."""
    verbs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    articles: Counter[str] = Counter()
    for topic in topics:
        asked = parse(topic)
        if asked.verb and not asked.asks and (noun := head(asked.rest).lower()):
            verbs[noun][asked.verb] += 1
            articles[noun] += asked.rest.lower().startswith(("a ", "an "))
    found: dict[str, Thing] = {}
    for noun, counts in sorted(verbs.items()):
        total = counts.total()
        if total < TOPICS or not noun.isalpha():
            continue
        verb, count = max(
            ((verb, counts[verb]) for verb in sorted(MAKING)), key=lambda each: each[1]
        )
        usual = count >= max(WITH_VERB, SHARE * total) and noun not in DONE
        found[noun] = Thing(verb if usual else "", counted=2 * articles[noun] > total)
    return found


def counted(texts: Iterable[str]) -> list[str]:
    """The nouns that take an article, by how they stand in `texts`, in order."""
    articles: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for text in texts:
        for before, noun in _NOUN.findall(text):
            (articles if before in ("a", "an") else others)[noun] += 1
    return sorted(
        noun
        for noun, count in articles.items()
        if count >= max(ARTICLES, TIMES * others[noun]) and not noun.endswith("s")
    )


if __name__ == "__main__":
    main()
