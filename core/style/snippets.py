"""A text in snippets: whole sentences, a few of them at a time."""

from __future__ import annotations

from promptstyle.core.generation.sentences import split

# What the paper takes; about two sentences of a prompt.
CHARACTERS = 250


def snippets(text: str, characters: int = CHARACTERS) -> list[str]:
    """`text` in order as runs of whole sentences of up to `characters` each.

    As in section 4.2 of Li et al. 2023, "Teach LLMs to Personalize" (arXiv 2308.07968). Lines and
    list items are sentences here; one that is longer is a snippet by itself. Nothing is lost but
    blanks between snippets.
    """
    spans: list[tuple[int, int]] = []
    for sentence in split(text):
        if spans and sentence.end - spans[-1][0] <= characters:
            spans[-1] = (spans[-1][0], sentence.end)
        else:
            spans.append((sentence.start, sentence.end))
    return [text[start:end] for start, end in spans]


def beginning(text: str, characters: int) -> str:
    """As many whole sentences of the beginning of `text` as fit into `characters`.

    If not even the first does, its whole words that do; and if not even one word does, as many
    characters.
    """
    text = text.strip()
    fits = [sentence.end for sentence in split(text) if sentence.end <= characters]
    if fits:
        return text[: fits[-1]].strip()
    cut = text[:characters]
    whole = cut if text[characters : characters + 1].isspace() else cut.rpartition(" ")[0]
    return (whole.strip() or cut).strip()
