"""The one text layout that training, inference, evaluation and export share.

A sequence is a list of segments. Each segment is tokenised by itself, so that the boundary
between what is given and what is learnt falls on the same token in training and in use,
whichever tokeniser does it. What is known of the person's style comes first, in the order of
"Teach LLMs to Personalize" (Li et al. 2023, arXiv 2308.07968): the topic, a summary, key words, and
zero or more liked pairs, each response closed by the end token; then a draft, ideas and the query.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

INSTRUCTION = "### Instruction:\n{input}\n\n### Response:\n"
# A model that goes on after its answer starts the next turn with this.
STOP = "### Instruction"
# torch's cross entropy skips this label.
IGNORED = -100

TEMPLATE_VERSION = "instruction-2"

TOPIC_PART = "### Topic:\n{}\n\n"
SUMMARY_PART = "### Style:\n{}\n\n"
KEYWORDS_PART = "### Words:\n{}\n\n"
DRAFT_PART = "### Draft:\n{}\n\n"
IDEAS_PART = "### Ideas:\n{}\n\n"
# The second task: did one person write both prompts?
DISTINCTION = "One author or two?\n\n{}\n\n---\n\n{}"
ANSWERS: dict[bool, str] = {True: "true", False: "false"}
# The third: which prompt turned the first text into the second?
RECOVERY = "Which prompt was it?\n\n{}\n\n---\n\n{}"

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


@dataclass(frozen=True)
class Style:
    """What is known of a person's style for one topic; an empty part is left out.

    `lead` says the topic before the likes too, so that they are read with it in mind. `shown`
    are liked (topic, prompt) pairs, the one that matters most last, where it counts most. `draft`
    is a rough prompt for the topic, to be made right (retrieve and edit: Hashimoto et al. 2018,
    arXiv 1812.01194). `ideas` are what others asked for on near topics, the best one last.
    """

    lead: bool = False
    summary: str = ""
    keywords: tuple[str, ...] = ()
    shown: tuple[Pair, ...] = ()
    draft: str = ""
    ideas: tuple[str, ...] = ()


def instruction(topic: str) -> str:
    """The text that asks for `topic`."""
    # str.format would trip over braces in the topic.
    return INSTRUCTION.replace("{input}", topic.strip())


def layout(
    topic: str,
    response: str | None = None,
    shown: Sequence[Pair] = (),
    *,
    style: Style | None = None,
    learn_shown: bool = False,
) -> list[Segment]:
    """The segments of a sequence: what is known of the style, then the query.

    `shown` alone is short for a style that only shows these pairs. With `response` the sequence
    is for training and its last segment is learnt, end token included; without, it ends where
    the model goes on. `learn_shown` learns the shown responses too.
    """
    style = style or Style(shown=tuple(shown))
    segments: list[Segment] = []
    if style.lead:
        segments.append(Segment(TOPIC_PART.format(topic.strip())))
    if style.summary:
        segments.append(Segment(SUMMARY_PART.format(style.summary.strip())))
    if style.keywords:
        segments.append(Segment(KEYWORDS_PART.format(", ".join(style.keywords))))
    for shown_topic, shown_prompt in style.shown:
        segments.append(Segment(instruction(shown_topic)))
        segments.append(Segment(shown_prompt.strip(), learn=learn_shown, end=True))
    if style.draft:
        segments.append(Segment(DRAFT_PART.format(style.draft.strip())))
    if style.ideas:
        segments.append(Segment(IDEAS_PART.format("\n".join(f"- {one}" for one in style.ideas))))
    segments.append(Segment(instruction(topic)))
    if response is not None:
        segments.append(Segment(response.strip(), learn=True, end=True))
    return segments


def distinction(one: str, other: str, same: bool | None = None) -> list[Segment]:
    """The segments that ask whether one person wrote both prompts; with `same`, the answer too.

    The author distinction of arXiv 2308.07968, section 4.6: the answer is text, `true` or `false`
    (ANSWERS).
    """
    segments = [Segment(instruction(DISTINCTION.format(one.strip(), other.strip())))]
    if same is not None:
        segments.append(Segment(ANSWERS[same], learn=True, end=True))
    return segments


def recovery(original: str, rewritten: str, prompt: str | None = None) -> list[Segment]:
    """The segments that ask for the prompt behind a rewrite; with `prompt`, the answer too."""
    segments = [Segment(instruction(RECOVERY.format(original.strip(), rewritten.strip())))]
    if prompt is not None:
        segments.append(Segment(prompt.strip(), learn=True, end=True))
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
