"""Improving what was picked: sentences of others where they say it better (`borrower.py`)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.generation.borrower import Borrower
from promptstyle.core.generation.client import Done
from promptstyle.core.generation.picker import FEWEST, lone_words
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.modes import Mode
from promptstyle.core.style.borrowing import LEAST_LIKE, PROMPTS, Offers
from promptstyle.core.style.collection import LOOKED_AT, Collection
from promptstyle.core.style.general import general_sentences, manner_sentences
from promptstyle.core.style.passed import Passed
from promptstyle.core.style.plainly import plainly
from promptstyle.core.style.request import parse
from promptstyle.core.style.roles import ROLE_LIKE, roles
from promptstyle.core.style.slots import slots
from promptstyle.core.style.swapping import fits, swapped
from promptstyle.core.style.tails import shipped_tails
from promptstyle.core.style.wanted import in_letters
from promptstyle.core.style.words import (
    NEAR_DUPLICATE,
    bare_topic,
    resemblance,
    shingles,
    terms,
    topic_terms,
)
from promptstyle.core.training.recipes import SMALL_BASE
from promptstyle.core.training.template import Segment

# So many likes are asked how a prompt on this topic could begin.
FIRSTS = 8


def borrows(mode: Mode, pool: int, parameters: int) -> bool:
    """Whether sentences of others may stand in what is given of a `pool` of candidates.

    A base of many `parameters` makes sense by itself; a pool of 1 is what the model says.
    """
    return pool > 1 and (mode.tuned or mode.shows) and 0 < parameters < SMALL_BASE


def improvable(prompter: Prompter, topic: str, drafts: Sequence[str]) -> bool:
    """Whether `improved` may change anything: where likes and topic say enough, in English."""
    composer = prompter.composer
    if len(composer.index) < FEWEST or not drafts or not composer.manner.english:
        return False
    # Sentences in English would push aside a topic in other letters.
    return in_letters(bare_topic(topic))


def _alike(topic: str, liked: str) -> bool:
    """Whether `topic` can stand where a prompt says what was `liked`.

    "A plan to sleep better" is no plan to a letter, "20 min of guitar a day" none of insurance:
    what a thing is asked for with says what it is.
    """
    does = bool(parse(topic).verb)
    if does != bool(parse(liked).verb):
        return False
    return does or not set(topic_terms(topic)).isdisjoint(topic_terms(liked))


def improved(
    prompter: Prompter,
    collection: Collection,
    topic: str,
    mode: Mode,
    sampling: Sampling,
    given: Sequence[Done],
    drafts: Sequence[str],
    passed: Passed | None = None,
    stopped: Callable[[], bool] = lambda: False,
    *,
    scorer: Prompter | None = None,
) -> list[Done]:
    """Those of the candidates `given` with sentences of others where these say it better.

    `drafts` are all that the model wrote for `topic`; a like with the topic swapped in may be among
    the given ones, too. `passed` is what the person has struck out before. A candidate stays as it
    is where the likes are too few to say a manner or not in English, the topic in other letters,
    where it was stopped halfway, or where it would be what another one is already.

    A `scorer` says how likely sentences are in place of the model that wrote, which it always shows
    likes; tokens and log-probability of what is changed are then by its model (`measured`). Raises
    what `Engine.following` raises, but for a text that has no room; Cancelled too once `stopped`
    says so.
    """
    from promptstyle.core.style.doing import doing
    from promptstyle.core.style.meanings import meanings
    from promptstyle.core.style.relevance import relevance
    from promptstyle.core.style.sense import sense

    if not improvable(prompter, topic, drafts):
        return list(given)
    composer = prompter.composer
    likes = [composer.index[key] for key in composer.index]
    typed, topic = topic, plainly(topic)
    found_near = collection.near(topic, LOOKED_AT, least=ROLE_LIKE)
    near = [each for each in found_near if each.similarity >= LEAST_LIKE][:PROMPTS]
    offers = Offers(
        topic,
        composer.manner,
        near,
        general_sentences(),
        meanings(),
        relevance(),
        sense(),
        manner_sentences(),
        doing(),
    )
    strange = lone_words([prompt for _, prompt in likes]).difference(topic_terms(topic))
    firsts = []
    for like in composer.retained(topic, count=FIRSTS):
        pair = (like.topic, like.text)
        if _alike(topic, like.topic) and fits(topic, pair):
            made = slots(swapped(topic, pair), fragments=composer.manner.fragments)
            if made and strange.isdisjoint(terms(made[0].text)):
                firsts.append(made[0].text)
    borrower = Borrower(
        topic,
        composer.manner,
        offers,
        drafts,
        firsts,
        strange,
        roles(topic, found_near, meanings()),
        passed,
        composer.fewest_words,
        shipped_tails(),
    )
    asked = scorer or prompter
    shows = mode.shows or scorer is not None
    segments = asked.segments(typed, shows=shows, max_tokens=sampling.max_tokens)

    def following(said: str, options: Sequence[str]) -> list[float]:
        # What is cancelled between two requests reaches no request.
        if stopped():
            raise Cancelled()
        return asked.engine.following(segments, said, options)

    found = []
    for done in given:
        begin = time.monotonic()
        if done.logprob is None and not done.swapped:
            found.append(done)
            continue
        try:
            once = (*sampling.once, *sampling.last)
            better = borrower.improve(done.text, following, once=once)
            if better.text != done.text and _again(better.text, found):
                # What makes the best of one plan often makes it of another too.
                told = frozenset(sentence for each in found for sentence in each.borrowed)
                better = borrower.improve(done.text, following, once=once, apart=told)
            if better.text == done.text:
                found.append(replace(done, passages=better.passages))
                continue
            if not better.text or _again(better.text, found):
                found.append(done)
                continue
            if stopped():
                raise Cancelled()
            whole = measured(asked, typed, sampling, replace(done, text=better.text), shows=shows)
        except PromptstyleError as error:
            if error.code != "too_long":
                raise
            found.append(done)
            continue
        found.append(
            replace(
                whole,
                # Sentence by sentence it is whole, be the draft cut or not.
                finish="stop",
                seconds=done.seconds + time.monotonic() - begin,
                borrowed=better.sentences,
                passages=better.passages,
            )
        )
    return found


def measured(
    prompter: Prompter, topic: str, sampling: Sampling, done: Done, *, shows: bool
) -> Done:
    """`done` with the tokens and the log-probability of its text by the prompter's model.

    Raises what `Engine.following` raises.
    """
    segments = prompter.segments(topic, shows=shows, max_tokens=sampling.max_tokens)
    (logprob,) = prompter.engine.following(segments, "", [done.text])
    tokens = prompter.engine.count([Segment(done.text, end=True)])
    return replace(done, tokens=tokens, logprob=logprob)


def _again(text: str, found: Sequence[Done]) -> bool:
    mine = shingles(text)
    return any(resemblance(mine, shingles(each.text)) >= NEAR_DUPLICATE for each in found)
