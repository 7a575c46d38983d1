"""What is watched while a base trains: authors it never sees, with nothing and some shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from promptstyle.core.pretraining.authors import Author, draw_habits
from promptstyle.core.pretraining.corpus import Corpus
from promptstyle.core.pretraining.handwritten import Authors
from promptstyle.core.pretraining.imitating import Memory
from promptstyle.core.pretraining.tokenizer import FIRST_PIECE
from promptstyle.core.pretraining.wishes import common_terms, notes_for
from promptstyle.core.style.composer import Composer
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.template import Encoded, Pair, Segment, layout

if TYPE_CHECKING:
    from promptstyle.core.pretraining.network import Network

SHOWN = (0, 2, 4)
WRITTEN_SHOWN = (0, 2, 4, 8)
# Queries of each hand-written author that is held out; later authors are left out, so that a run
# whose text grows is measured on the same ones throughout.
QUERIES = 3
AUTHORS = 72
# With so many shown the loss is measured with a draft too.
DRAFTED = 4
HELD_SEED = "held-out authors"


@dataclass(frozen=True)
class Yardstick:
    """Queries of held-out authors by the number of prompts shown, synthetic and real; prose."""

    queries: dict[str, list[Encoded]]
    prose: list[list[int]]


def held_authors(corpus: Corpus, count: int) -> list[list[Pair]]:
    """Synthetic authors of seeds that training never draws, five prompts each."""
    authors = []
    for number in range(count):
        rng = Random(f"{HELD_SEED}:{number}")
        author = Author(draw_habits(rng))
        authors.append([author.pair(corpus.maker, rng) for _ in range(max(SHOWN) + 1)])
    return authors


def build(corpus: Corpus, *, authors: int = 24) -> Yardstick:
    """The yardstick; it depends on sources, notes and tokenizer alone, not on the seed."""
    rng = Random(HELD_SEED)
    real = [
        [(pair.request, pair.prompt) for pair in pairs[: max(SHOWN) + 1]]
        for pairs in corpus.sources.held_groups.values()
    ]
    queries = {}
    for name, people in (("synthetic", held_authors(corpus, authors)), ("real", real[:authors])):
        for shown in SHOWN:
            queries[f"{name}_{shown}"] = [
                corpus.encode(layout(*pairs[-1], pairs[:shown])) for pairs in people
            ]
    queries |= written(corpus.sources.written.held, corpus.encode, corpus.memory)
    queries["recover"] = [
        corpus.recover(Random(f"{HELD_SEED}:recover:{at}")) for at in range(authors)
    ]
    prose = [corpus.prose(rng, 256).ids[:256] for _ in range(24)]
    return Yardstick(queries, prose)


def written(
    held: Authors, encode: Callable[[Sequence[Segment]], Encoded], memory: Memory
) -> dict[str, list[Encoded]]:
    """Queries of hand-written authors with the nearest prompts shown, as in the program."""
    found: dict[str, list[Encoded]] = defaultdict(list)
    for author, pairs in list(held.items())[:AUTHORS]:
        common = common_terms([prompt for _, prompt in pairs])
        for at in range(min(QUERIES, len(pairs))):
            topic, prompt = pairs[at]
            others = Composer.of(pairs[:at] + pairs[at + 1 :], Parts(draft=True))
            for shown in WRITTEN_SHOWN:
                style = others.style(topic, count=shown)
                found[f"written_{shown}"].append(
                    encode(layout(topic, prompt, style=replace(style, draft="")))
                )
                if shown == DRAFTED:
                    found[f"written_{shown}_draft"].append(
                        encode(layout(topic, prompt, style=style))
                    )
                    # Own notes as before there were others, and one line as in the program.
                    near = memory.asked(author, topic)
                    notes = notes_for(topic, prompt, common, near, Random(f"{author}:{at}"))
                    style = replace(style, draft="", ideas=notes)
                    found[f"written_{shown}_ideas"].append(
                        encode(layout(topic, prompt, style=style))
                    )
                    style = replace(style, ideas=memory.found(topic, 1))
                    found[f"written_{shown}_found"].append(
                        encode(layout(topic, prompt, style=style))
                    )
    return dict(found)


def measure(network: Network, yardstick: Yardstick, *, longest: int = 1024) -> dict[str, float]:
    """Mean loss a token (nats) of each set, and accuracy and loss on repeated random tokens."""
    import torch

    from promptstyle.core.pretraining.copy_heads import repeated_accuracy, repeated_rows

    def mean(rows: list[Encoded]) -> float:
        total, count = 0.0, 0
        for row in rows:
            part, learnt = network.loss_sum(
                torch.tensor([row.ids[-longest:]]), torch.tensor([row.labels[-longest:]])
            )
            total, count = total + part.item(), count + learnt
        return total / max(1, count)

    with torch.no_grad():
        found = {name: mean(rows) for name, rows in yardstick.queries.items()}
        found["prose"] = mean([Encoded(ids, ids) for ids in yardstick.prose])
        rows = repeated_rows(8, 100, network.shape.vocabulary, FIRST_PIECE, 12345)
        found["repeated_accuracy"], found["repeated_loss"] = repeated_accuracy(network, rows)
    return {name: round(value, 4) for name, value in found.items()}
