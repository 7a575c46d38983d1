"""Which characters of a text cannot be seen, or make it look like another one.

Taken out: control characters but newline and tab, lone surrogates, controls of the writing
direction, and what Unicode calls default ignorable (it may be drawn as nothing at all). Three kinds
of these have honest work, and stay where they do it: joiners inside an emoji or a word, variation
selectors behind a character that has variants, and the tags of three flags. The rules look at
neighbours that always stay, so that taking characters out never makes others fit to be taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

# Default_Ignorable_Code_Point (DerivedCoreProperties.txt of Unicode 16) with Cc, Cs, and those of
# Cf that take no room. U+0600 and its like are in Cf too, but are signs with a shape: they stay.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)

# The blocks of Extended_Pictographic (emoji-data.txt), without skin tones and flag letters.
_PICTURE = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa"
    "\U0001f400-\U0001faff]"
)
_ELEMENT = f"{_PICTURE}[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
# UTS #51. The longest recommended sequence has four elements; an endless one hides something.
_EMOJI = f"{_ELEMENT}(?:\u200d{_ELEMENT}){{0,7}}"
_KEYCAP = "[0-9#*]\ufe0f\u20e3"
# England, Scotland, Wales: the only ones that are recommended. Any others may be a message.
_FLAG = "\U0001f3f4(?:{})\U000e007f".format(
    "|".join(
        "".join(chr(0xE0000 + ord(letter)) for letter in region)
        for region in ("gbeng", "gbsct", "gbwls")
    )
)

# StandardizedVariants.txt and the Ideographic Variation Database, by block.
_IDEOGRAPH = (
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
    "[\ufe00-\ufe02\U000e0100-\U000e01ef]"
)
_OTHER_VARIANT = (
    "[\u1000-\u109f\u2200-\u22ff\u2a00-\u2aff]\ufe00"  # Myanmar, mathematics
    "|[\u1820-\u18aa][\u180b-\u180d\u180f]"  # Mongolian
)

# Scripts whose letters join: Arabic and its kin, those of India and of South-East Asia.
_JOINING = (
    "[\u0620-\u06dc\u06de-\u070e\u0710-\u074f\u0750-\u07ff\u0840-\u088f\u08a0-\u0dff\u0f00-\u109f"
    "\u1780-\u17b3\u17b6-\u17ff\u1820-\u18aa\u1a00-\u1bff\ua800-\ua95f\ua980-\uabff\ufb50-\ufdff"
    "\ufe70-\ufefc\U00010a00-\U00010a5f\U00011000-\U00011fff]"
)
# Behind the sign that takes a consonant's vowel, a joiner also ends a word (RFC 5892, A.1, A.2).
_VIRAMA = "[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca]"
_JOINER = f"(?<={_JOINING})[\u200c\u200d](?={_JOINING})|(?<={_VIRAMA})[\u200c\u200d]"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds any character of interest, and what tells them apart; compiled at first need."""
    hidden = f"[{_HIDDEN}]"
    honest = (_FLAG, _EMOJI, _KEYCAP, _IDEOGRAPH, _OTHER_VARIANT, _JOINER)
    return re.compile(hidden), re.compile(f"{'|'.join(honest)}|(?P<hidden>{hidden})")


def scan(text: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, hidden) of what needs a look in `text`, in order; what lies between is plain.

    `hidden` is True for one character that cannot be seen, False for a sequence that belongs
    together and may hold some. Takes time linear in the text.
    """
    # Most texts: nothing to compile for them at the start of the app.
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return
    any_hidden, found_by_kind = _patterns()
    if any_hidden.search(text) is None:
        return
    for found in found_by_kind.finditer(text):
        yield found.start(), found.end(), found.lastgroup == "hidden"
