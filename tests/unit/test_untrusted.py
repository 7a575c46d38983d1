"""Text that others wrote: what may be copied, what is shown, and what a real app draws of it."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import ClassVar

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Offset
from textual.strip import Strip
from textual.widgets import Static

from promptstyle.tui import untrusted
from promptstyle.tui.invisible import scan
from promptstyle.tui.untrusted import clean, hidden, reveal, reveal_line

CLICK = "[@click=app.quit]x[/]"
# Text -> what may be copied of it, and how it is shown.
ATTACKS = {
    "markup": (CLICK, CLICK, CLICK),
    "rich": ("[bold red]x[/] [link=https://a.b]y", "[bold red]x[/] [link=https://a.b]y", None),
    "osc 52": ("a\x1b]52;c;ZXZpbA==\x07b", "a]52;c;ZXZpbA==b", "a␛]52;c;ZXZpbA==␇b"),
    "osc 8": (
        "\x1b]8;;https://a.b\x1b\\bank\x1b]8;;\x1b\\",
        "]8;;https://a.b\\bank]8;;\\",
        "␛]8;;https://a.b␛\\bank␛]8;;␛\\",
    ),
    "c1": ("\x9b2J\x9d52;c;eA==\x9c", "2J52;c;eA==", "<U+009B>2J<U+009D>52;c;eA==<U+009C>"),
    "cursor": ("rm\x1b[2D\x1b[Kls", "rm[2D[Kls", "rm␛[2D␛[Kls"),
    "backspace": ("rm\b\bls\x7f", "rmls", "rm␈␈ls␡"),
    "return": ("rm -rf\rls", "rm -rf\nls", "rm -rf\nls"),
    "nul": ("a\0b", "ab", "a␀b"),
    "right to left": ("exe.\u202egpj", "exe.gpj", "exe.<U+202E>gpj"),
    "isolates": ("a\u2066b\u2069\u200f\u061c", "ab", "a<U+2066>b<U+2069><U+200F><U+061C>"),
    "zero width": ("pa\u200by\u2060p\ufeffal\xad", "paypal", None),
    "joiner": ("pay\u200dpal pay\u200cpal", "paypal paypal", "pay<U+200D>pal pay<U+200C>pal"),
    "joiner at an end": ("می\u200c, می\u200dx", "می, میx", "می<U+200C>, می<U+200D>x"),
    "tags": (
        "hi" + "".join(chr(0xE0000 + ord(c)) for c in "obey"),
        "hi",
        "hi<U+E006F><U+E0062><U+E0065><U+E0079>",
    ),
    "tags behind a flag": (
        "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in "obey") + "\U000e007f",
        "\U0001f3f4",
        None,
    ),
    "selectors": ("😀\ufe0f\U000e0150\U000e0151", "😀\ufe0f", "😀\ufe0f<U+E0150><U+E0151>"),
    "selector of a letter": ("a\ufe0f1\ufe0f", "a1", "a<U+FE0F>1<U+FE0F>"),
    "fillers": ("\u3164\u115f\uffa0", "", "<U+3164><U+115F><U+FFA0>"),
    "separators": ("a\u2028b\u2029c\r\nd\n", "a\nb\nc\nd\n", "a\nb\nc\nd\n"),
    "surrogate": ("a\ud83dz", "az", "a<U+D83D>z"),
    "joined twice": ("👩\u200d\u200d🚀", "👩🚀", "👩<U+200D><U+200D>🚀"),
}
HONEST = {
    "plain": "\tWrite 3 sentences.\n\nShow only the list: a\u2013b, “c” [d] {e} \\f …",
    "accents": "Grüße, żółć, e\u0301, tiếng Việt, naïve\xa0café",
    "family": "👩‍👩‍👧‍👦 👩🏽‍🚀 🧑🏻‍❤️‍💋‍🧑🏿 🏳️‍🌈 🏴‍☠️ ❤️‍🔥 🕵🏻‍♂️ 🏳️‍⚧️",
    "text and picture": "☎︎ ☎️ ©️ ↔️ ▶︎",
    "keycaps": "1️⃣ #️⃣ *️⃣",
    "flags": "🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "persian": "می‌خواهم نامه‌ای بنویسم",
    "arabic": "السلام عليكم ۝ ؀",
    "hebrew": "שָׁלוֹם",
    "hindi": "क्‍ष क्‌ष नमस्ते",
    "bengali": "র‍্যাব",
    "sinhala": "ශ්‍රී ලංකා",
    "malayalam": "അവന്‍",
    "japanese": "葛\U000e0100城 で、書いて",
    "korean": "한국어로 써 줘",
    "thai": "เขียนสรุป",
    "mathematics": "a ∩︀ b ≨︀ c",
}
BAD = regex.compile(
    r"[\p{Cc}--[\n\t]]|\p{Cs}|\p{Bidi_Control}"
    r"|[\p{Default_Ignorable_Code_Point}--[\u200c\u200d\p{Variation_Selector}\U000E0020-\U000E007F]]",
    regex.V1,
)
# Texts in which what is dangerous is frequent and stands beside what gives it a reason.
PIECES = (
    *("\0", "\t", "\n", "\r", "\x1b", "\x9b", "\u200b", "\u200c", "\u200d", "\u200e", "\u202e"),
    *("\u2028", "\u2066", "\ufeff", "\ufe0e", "\ufe0f", "\u20e3", "\u180b", "\ud800", "\u094d"),
    *("\U000e0067", "\U000e007f", "\U000e0100", "\u1820", "1", "a", " ", "[", "]", "می", "क"),
    *("葛", "👩", "🏽", "❤", "🏴", "∩", CLICK, "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👩‍🚀"),
)
nasty = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
texts = nasty | st.text()


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks(name: str) -> None:
    text, copied, shown = ATTACKS[name]
    assert clean(text) == copied
    if shown is not None:
        assert reveal(text).plain == shown
    lines = re.sub("\r\n?|[\u2028\u2029]", "\n", text)
    assert hidden(text) == len(lines) - len(copied)


@pytest.mark.parametrize("name", HONEST)
def test_honest_text_is_left_alone(name: str) -> None:
    text = HONEST[name]
    assert clean(text) == text
    assert reveal(text).plain == text
    assert not reveal(text).spans
    assert hidden(text) == 0


@given(text=texts)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert hidden(once) == 0
    assert reveal(once).plain == once


@given(text=texts)
def test_what_is_left_and_what_is_shown_can_be_seen(text: str) -> None:
    for safe in (clean(text), reveal(text).plain, reveal_line(text).plain):
        assert BAD.search(safe) is None
        # A joiner, a selector or a tag is never first, nor behind a blank or a Latin letter.
        assert (
            regex.search(
                r"(?:^|[\sA-Za-z])[\u200c\u200d\p{Variation_Selector}\U000E0020-\U000E007F]", safe
            )
            is None
        )
    assert "\n" not in reveal_line(text).plain and "\t" not in reveal_line(text).plain


@given(text=texts)
def test_only_what_is_hidden_is_marked(text: str) -> None:
    content = reveal(text)
    signs = "".join(content.plain[span.start : span.end] for span in content.spans)
    sign = r"(?:[\u2400-\u2421]|<U\+[0-9A-F]{4,5}>)"
    assert re.fullmatch(f"{sign}*", signs)
    assert len(re.findall(sign, signs)) == hidden(text)
    assert len(content.plain) - len(signs) == len(clean(text))


def test_every_character_that_unicode_calls_invisible_is_known() -> None:
    """Of this Python's Unicode and of the `regex` module's, whichever is newer."""
    ignorable = regex.compile(r"\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}")
    # Signs that stand before numbers, with a shape and a width.
    seen = regex.compile(r"\p{Prepended_Concatenation_Mark}")
    for number in range(0x110000):
        character = chr(number)
        category = unicodedata.category(character)
        expected = bool(
            (category in ("Cc", "Cs") and character not in "\n\t")
            or (category == "Cf" and not seen.match(character))
            or ignorable.match(character)
        )
        found = [is_hidden for _, _, is_hidden in scan(character)] == [True]
        assert found == expected or (found and category == "Cn"), f"U+{number:04X} {category}"


def test_a_long_text_is_cut_and_says_so() -> None:
    content = reveal("word " * 20_000)
    assert content.plain == "word " * 4_000 + "… 80,000 more characters"
    assert reveal("abc", 2).plain == "ab… 1 more character"
    assert reveal("abc", 3).plain == "abc"
    assert reveal("a\x1bb\x1bc", 4).plain == "a␛b␛… 1 more character"
    assert reveal("", 0).plain == ""


def test_a_cut_does_not_go_through_an_emoji() -> None:
    assert reveal("ab👩‍🚀", 3).plain == "ab… 3 more characters"
    assert reveal("ab👩‍🚀", 5).plain == "ab👩‍🚀"
    # What belongs together is bounded: else one endless sequence would leave nothing to show.
    endless = "👩\u200d" * 10_000
    assert len(reveal(endless, 1_000).plain) > 980
    assert hidden(endless) > 1_000


@pytest.mark.parametrize(
    "piece", ["a", "\u202e", "a\0", "👩\u200d", "می\u200cم", "[@click=x]", "\n"]
)
def test_what_is_built_does_not_grow_with_the_text(piece: str) -> None:
    small, large = (reveal((piece * size)[:size]) for size in (30_000, 100_000))
    assert abs(len(small.plain) - len(large.plain)) < 10
    assert len(small.spans) == len(large.spans)
    # A mark has at most nine characters, and no two spans touch.
    assert len(large.plain) <= 9 * untrusted.SHOWN + 40
    assert len(large.spans) <= untrusted.SHOWN // 2 + 1
    line = reveal_line((piece * 100_000)[:100_000])
    assert len(line.plain) <= 9 * untrusted.SHOWN_ON_A_LINE + 1


def test_the_work_grows_with_the_text_and_not_with_its_square() -> None:
    """The longest line is one where everything is looked at: each character once."""
    for piece in ("\u202e", "👩\u200d", "a\u200c", "क\u094d\u200d"):
        looked = [
            sum(end - start for start, end, _ in scan((piece * size)[:size]))
            for size in (10_000, 100_000)
        ]
        assert looked[0] <= 10_000 and looked[1] <= 100_000
        assert abs(looked[1] - 10 * looked[0]) <= 10


def test_on_one_line() -> None:
    content = reveal_line("a\r\n\tb\u2029\x1bc")
    assert content.plain == "a⏎ b⏎␛c"
    assert reveal_line("abc", 2).plain == "ab…"
    assert reveal_line("abc", 3).plain == "abc"
    # A newline is marked: the sign itself may be in the text too.
    assert [content.plain[s.start : s.end] for s in content.spans] == ["⏎", "⏎␛"]
    assert not reveal_line("a⏎b").spans


class Recorder(HeadlessDriver):
    """A terminal of which all that it is sent is kept."""

    sent: ClassVar[list[str]] = []

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.sent.append(data)


class Shown(App[str]):
    """Shows what it is given, as the real app does."""

    def __init__(self, *contents: object) -> None:
        super().__init__(driver_class=Recorder)
        self.contents = contents

    def compose(self) -> ComposeResult:
        for content in self.contents:
            yield Static(content)  # type: ignore[arg-type]

    def action_quit(self) -> None:  # type: ignore[override]
        self.exit("the text has quit the app")

    def strips(self) -> list[Strip]:
        return [
            widget.render_line(y)
            for widget in self.query(Static)
            for y in range(widget.size.height)
        ]


def drawn(*contents: object, click: Offset) -> tuple[str | None, list[Strip], str]:
    """Draw `contents` in a real app and click; what it returned, its strips, all that was sent."""

    async def run() -> tuple[list[Strip], Shown]:
        app = Shown(*contents)
        async with app.run_test(headless=False, size=(120, 60)) as pilot:
            await pilot.pause()
            strips = app.strips()
            await pilot.click(offset=click)
            await pilot.pause()
        return strips, app

    Recorder.sent.clear()
    strips, app = asyncio.run(run())
    return app.return_value, strips, "".join(Recorder.sent)


# Only what Textual needs to draw: colours, the cursor, modes, its title and questions.
FROM_TEXT = re.compile(
    r"\x1b\]52|\x1b\]8;|\x9b|\x9d|\x1b\[2D|\x1b\[K|\0|\x08|[\u202a-\u202e\u2066-\u2069]"
)


def test_markup_of_the_text_is_no_link_and_its_escapes_are_not_sent() -> None:
    every = [text for text, _, _ in ATTACKS.values()]
    contents = [reveal(CLICK), *map(reveal, every), *map(reveal_line, every)]
    end, strips, sent = drawn(*contents, click=Offset(CLICK.index("x"), 0))
    assert end is None
    assert strips[0].text.rstrip() == CLICK
    for strip in strips:
        assert not any("@click" in (segment.style.meta or {}) for segment in strip if segment.style)
        assert not any(segment.style.link for segment in strip if segment.style)
        assert not any(unicodedata.category(c) == "Cc" for c in strip.text)
        assert FROM_TEXT.search(strip.text) is None
    assert CLICK in re.sub(r"\x1b\[[0-9;]*m", "", sent), "nothing was drawn"
    assert FROM_TEXT.search(sent) is None


def test_the_same_text_as_a_string_would_have_quit_the_app() -> None:
    """So that the test above can fail."""
    end, strips, _ = drawn(CLICK, click=Offset(0, 0))
    assert end == "the text has quit the app"
    assert strips[0].text.rstrip() == "x"
    _, _, sent = drawn("a\x1b]52;c;ZXZpbA==\x07b\x9b2J", click=Offset(0, 0))
    assert FROM_TEXT.search(sent)
