"""The one text layout that training, inference, evaluation and export share.

A sequence is a list of segments. Each segment is tokenised by itself, so that the boundary
between what is given and what is learnt falls on the same token in training and in use,
whichever tokeniser does it. Zero or more liked pairs come first, each response closed by the
end token, then the query.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

INSTRUCTION = "### Instruction:\n{input}\n\n### Response:\n"
# A model that goes on after its answer starts the next turn with this.
STOP = "### Instruction"
# torch's cross entropy skips this label.
IGNORED = -100

TEMPLATE_VERSION = "instruction-1"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Segment:
    """A stretch of text tokenised by itself; `end` closes it with the end token."""

    text: str
    learn: bool = False
    end: bool = False


@dataclass(frozen=True)
class Encoded:
    """Token ids and labels of one sequence, equal in length; labels are IGNORED where given."""

    ids: list[int]
    labels: list[int]


def instruction(topic: str) -> str:
    """The text that asks for `topic`."""
    # str.format would trip over braces in the topic.
    return INSTRUCTION.replace("{input}", topic.strip())


def layout(
    topic: str,
    response: str | None = None,
    shown: Sequence[Pair] = (),
    *,
    learn_shown: bool = False,
) -> list[Segment]:
    """The segments of a sequence: `shown` (topic, prompt) pairs, then the query.

    With `response` the sequence is for training and its last segment is learnt, end token
    included; without, it ends where the model goes on. `learn_shown` learns the shown
    responses too (pretraining).
    """
    segments: list[Segment] = []
    for shown_topic, shown_prompt in shown:
        segments.append(Segment(instruction(shown_topic)))
        segments.append(Segment(shown_prompt.strip(), learn=learn_shown, end=True))
    segments.append(Segment(instruction(topic)))
    if response is not None:
        segments.append(Segment(response.strip(), learn=True, end=True))
    return segments


def encode(
    segments: Sequence[Segment],
    tokenize: Callable[[str], list[int]],
    *,
    bos: int | None,
    eos: int,
    max_tokens: int | None = None,
) -> Encoded:
    """Token ids and labels of `segments`, after one beginning token (if the model has one).

    `tokenize` takes plain text and adds no special tokens. A sequence longer than
    `max_tokens` loses its end (the reference project's truncation).
    """
    ids: list[int] = [] if bos is None else [bos]
    labels: list[int] = [IGNORED] * len(ids)
    for segment in segments:
        tokens = tokenize(segment.text)
        if segment.end:
            tokens = [*tokens, eos]
        ids.extend(tokens)
        labels.extend(tokens if segment.learn else [IGNORED] * len(tokens))
    if max_tokens is not None:
        ids, labels = ids[:max_tokens], labels[:max_tokens]
    return Encoded(ids, labels)
