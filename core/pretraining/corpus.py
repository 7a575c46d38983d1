"""The training mix as rows of tokens, each a function of the seed, its number and the texts.

Nothing is stored and nothing has a state: a run that resumes asks for the next row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from promptstyle.core.idea_store import notes_file
from promptstyle.core.pretraining import imitating
from promptstyle.core.pretraining.authors import Author, draw_habits
from promptstyle.core.pretraining.rewrites import passage, rewrite
from promptstyle.core.pretraining.sources import RealPair, Sources
from promptstyle.core.pretraining.tasks import TaskMaker
from promptstyle.core.pretraining.tokenizer import BEGIN, END, FIRST_PIECE
from promptstyle.core.pretraining.typos import hurried
from promptstyle.core.style.ideas import Ideas, read
from promptstyle.core.style.parts import SHOWN
from promptstyle.core.training.template import (
    IGNORED,
    Encoded,
    Pair,
    Segment,
    encode,
    recovery,
)

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

# Kinds of document and their shares, by row length: short rows hold the prose, since attention
# costs a CPU more than all the matrices do and prose gains little from a longer view.
SHORT_MIX = {
    "prose": 42, "copying": 8, "real": 12, "synthetic": 3, "written": 27, "told": 5, "recover": 3,
}  # fmt: skip
LONG_MIX = {"real": 18, "synthetic": 7, "written": 75}
MOST_SHOWN = 8
# So many sequences of written authors have ideas before their queries.
INSPIRED = 0.8
# So many requests of written and synthetic authors are typed in a hurry.
HURRIED = 0.05
# Lists and tables have no sentences; a text that has is soon found.
TRIES = 20


@dataclass(frozen=True)
class Row:
    """Documents packed to one length; `documents` numbers them."""

    ids: list[int]
    labels: list[int]
    documents: list[int]


class Corpus:
    """Draws documents and packs them."""

    def __init__(self, sources: Sources, tokenizer: SentencePieceProcessor, seed: int) -> None:
        self.sources, self.tokenizer, self.seed = sources, tokenizer, seed
        self.maker = TaskMaker(sources.subjects, sources.imperatives)
        self.prose_names = list(sources.prose_weights)
        self.prose_shares = [sources.prose_weights[name] for name in self.prose_names]
        self.short_prompts = sources.short_prompts()
        self.groups = list(sources.groups.values())
        # A large group is many authors' worth of text, but only one manner.
        self.group_weights = [
            sum(pair.weight for pair in pairs) / len(pairs) * min(len(pairs), 60) ** 0.7
            for pairs in self.groups
        ]
        self.loose = [pair for pairs in sources.loose.values() for pair in pairs]
        self.loose_weights = [pair.weight for pair in self.loose]
        self.written = list(sources.written.authors.values())
        self.written_names = list(sources.written.authors)
        self.written_weights = list(sources.written.weights.values())
        self.memory = imitating.Memory(Ideas.memory(read(notes_file())), sources.written.ideas())

    def tokenize(self, text: str) -> list[int]:
        """Plain text to token ids."""
        ids: list[int] = self.tokenizer.encode(text)
        return ids

    def encode(self, segments: Sequence[Segment]) -> Encoded:
        """In the layout that every part of the program uses."""
        return encode(segments, self.tokenize, bos=BEGIN, eos=END)

    def row(self, index: int, length: int, mix: dict[str, int]) -> Row:
        """Row `index` of the rows of that length, filled with documents of `mix`."""
        rng = Random(f"{self.seed}:{length}:{index}")
        ids: list[int] = []
        labels: list[int] = []
        documents: list[int] = []
        number = 0
        while len(ids) < length:
            kind = rng.choices(list(mix), list(mix.values()))[0]
            found = self.document(kind, rng, length)
            ids += found.ids
            labels += found.labels
            documents += [number] * len(found.ids)
            number += 1
        return Row(ids[:length], labels[:length], documents[:length])

    def document(self, kind: str, rng: Random, length: int) -> Encoded:
        """One document of `kind`."""
        if kind == "prose":
            return self.prose(rng, length)
        if kind == "copying":
            return self.copying(rng)
        if kind == "recover":
            return self.recover(rng)
        if kind in ("written", "told") and not self.written:
            kind = "real"
        if kind == "told":
            mine, others = rng.sample(self.written, 2)
            return self.encode(imitating.told_apart(mine, others, rng))
        author = ""
        if kind == "written":
            author, pairs = self.one_written(rng)
        else:
            pairs = self.real(rng) if kind == "real" else self.synthetic(rng)
        if kind != "real":
            pairs = [
                (hurried(topic, rng) if rng.random() < HURRIED else topic, prompt)
                for topic, prompt in pairs
            ]
        most = MOST_SHOWN if length > 512 else rng.choice((0, 0, 1, 2))
        shape = imitating.Shape.draw(min(most, len(pairs) - 1), rng)
        if author and rng.random() < INSPIRED:
            # More than four are not shown in use, and ideas want the room.
            shape = replace(shape, count=min(shape.count, SHOWN))
            return self.encode(imitating.inspired(author, pairs, shape, self.memory, rng))
        return self.encode(imitating.sequence(pairs, shape))

    def prose(self, rng: Random, length: int) -> Encoded:
        """A stretch of plain text, from the beginning of a line; learnt throughout."""
        text = rng.choice(self.sources.prose[rng.choices(self.prose_names, self.prose_shares)[0]])
        limit = length * 5
        start = 0
        if len(text) > limit:
            start = text.rfind("\n", 0, rng.randrange(len(text) - limit // 2)) + 1
        ids = [BEGIN, *self.tokenize(text[start : start + limit])]
        if start + limit >= len(text):
            ids.append(END)
        return Encoded(ids, [IGNORED, *ids[1:]])

    def recover(self, rng: Random) -> Encoded:
        """A passage, the same rewritten, and the prompt that asked for it."""
        for _ in range(TRIES):
            text = rng.choice(self.sources.prose[rng.choice(self.prose_names)])
            at = rng.randrange(max(1, len(text) - 2000))
            if sentences := passage(text[at : at + 2000], rng):
                rewritten, prompt = rewrite(sentences, rng)
                return self.encode(recovery(" ".join(sentences), rewritten, prompt))
        return self.prose(rng, 512)

    def copying(self, rng: Random) -> Encoded:
        """Spans that come again, of any tokens or of text: only the repeats are learnt."""
        vocabulary = self.tokenizer.get_piece_size()
        ids, labels = [BEGIN], [IGNORED]
        seen: list[list[int]] = []
        for _ in range(rng.randint(3, 8)):
            # Not the last one: that would teach to say everything twice.
            if len(seen) > 1 and rng.random() < 0.6:
                span = rng.choice(seen[:-1])
                ids += span
                # The first token of a repeat cannot be foreseen.
                labels += [IGNORED, *span[1:]]
                continue
            size = rng.randint(6, 48)
            if rng.random() < 0.6:
                span = [rng.randrange(FIRST_PIECE, vocabulary) for _ in range(size)]
            else:
                text = rng.choice(self.sources.prose[rng.choice(self.prose_names)])
                at = rng.randrange(max(1, len(text) - 300))
                span = self.tokenize(text[at : at + 300])[1 : 1 + size]
            seen.append(span)
            ids += span
            labels += [IGNORED] * len(span)
        return Encoded(ids, labels)

    def real(self, rng: Random) -> list[Pair]:
        """Some prompts of one real author, or a few loose ones."""
        if rng.random() < 0.15 and self.loose:
            chosen = rng.choices(self.loose, self.loose_weights, k=rng.choice((1, 1, 2)))
        else:
            group = rng.choices(self.groups, self.group_weights)[0]
            chosen = weighted_sample(group, rng.randint(2, MOST_SHOWN + 1), rng)
        return [(pair.request, pair.prompt) for pair in chosen]

    def one_written(self, rng: Random) -> tuple[str, list[Pair]]:
        """A hand-written author and their prompts, in any order."""
        at = rng.choices(range(len(self.written)), self.written_weights)[0]
        pairs = self.written[at]
        return self.written_names[at], rng.sample(pairs, len(pairs))

    def synthetic(self, rng: Random) -> list[Pair]:
        """Some prompts of one new synthetic author."""
        author = Author(draw_habits(rng))
        wraps = rng.random() < 0.2 and bool(self.short_prompts)
        pairs = []
        for _ in range(rng.randint(2, MOST_SHOWN + 1)):
            if wraps and rng.random() < 0.7:
                real = rng.choice(self.short_prompts)
                pairs.append((real.request, author.wrap(real.prompt, rng)))
            else:
                pairs.append(author.pair(self.maker, rng))
        return pairs

    def batches(
        self, start: int, *, long_rows: int, short_rows: int
    ) -> Iterator[tuple[list[Row], list[Row]]]:
        """Step after step from number `start`: rows of 1,024 tokens and rows of 512."""
        step = start
        while True:
            yield (
                [self.row(step * long_rows + at, 1024, LONG_MIX) for at in range(long_rows)],
                [self.row(step * short_rows + at, 512, SHORT_MIX) for at in range(short_rows)],
            )
            step += 1


def weighted_sample(pairs: Sequence[RealPair], count: int, rng: Random) -> list[RealPair]:
    """Up to `count` different pairs, drawn by weight (Efraimidis and Spirakis 2006)."""
    keyed = sorted(((rng.random() ** (1.0 / pair.weight), at) for at, pair in enumerate(pairs)))
    return [pairs[at] for _, at in keyed[::-1][:count]]
