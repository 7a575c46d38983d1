"""Text without its topic: what is left of a prompt when the words that say what it is about go."""

from __future__ import annotations

import re

from promptstyle.core.style.words import STOP_WORDS

# What prompts on any topic are made of: asking, limits, form, courtesy, chat. Chosen by hand and
# not counted in anybody's likes, so that no user's favourite topic slips in. No verb that is a
# task of its own ("summarize", "translate"): on six authors these tell topics, not people.
_GENRE = frozenset(
    """
    absent accurate afterwards agree allow allowed always answer anyone anything apologies
    appreciate appreciated ask asked asking assume avoid away awesome back basic begin best
    better bracket brackets brief briefly bring bullet bullets clear clearly close closing
    column columns come common concise constraints create dear define detail detailed details
    different either end ending enough ensure especially essential etc everyone everything
    exact exactly example examples exceed exclude finally finished first five following formal
    format four full generate give given go going good grateful great header headers heading
    headings hello help helpful hey hi hint hints include included includes including indeed
    inline input instead instruction instructions intro introduction item items json keep kind
    kindly know last later least leave left length less likely limit line lines list listed
    little long longer lot lots make making many markdown max maximum maybe mean meaning
    mention might min mind minimum missing name named need needed needs never new next nice
    nope note nothing now number numbered numbers obvious often ok okay omit one open optional
    order others otherwise output outputs paragraph paragraphs part parts perfect perhaps
    phrase phrases plain pls plus point points polite politely possible prefer preferably
    pretend pretty prompt provide provided put question questions ready really regards
    requirement requirements respond response right row rows rule rules say section sections
    see seem sentence sentences separate separated set seven several short shorten show shown
    similar simple simply six skip something soon sorry specific specifically specify start
    starting stay stays step steps still straight strict strictly suggest suitable super sure
    table take taking tell ten text thank thanks thing things third three tip top topic try
    twice two uncertain unless unsure use used useful using usual valid want wanted way welcome
    well whatever whether willing word wording words write yeah yes yet yourself
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
KEPT = STOP_WORDS | _GENRE
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


def masked(text: str) -> str:
    """`text` with every word that may be its topic as `x`, `Xx` or `X`, and each number as `#`.

    Kept are function words, the common words of prompts, punctuation, the case of the first
    letters and the layout: text distortion (Stamatatos 2017, "Authorship attribution using text
    distortion", variant DV-SA, here with the case). Made for English; of another language the
    punctuation, the case and the layout stay.
    """
    return _TOKEN.sub(_mask, text)


def _mask(found: re.Match[str]) -> str:
    word = found.group()
    if word.isdecimal():
        return "#"
    if word.lower() in KEPT:
        return word
    if word.isupper():
        return "X"
    return "Xx" if word[0].isupper() else "x"
