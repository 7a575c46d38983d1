"""The corpus is a program: the same from the same seed, in the one layout, on the topic."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from random import Random

import pytest
from written_few import few_are_written

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.pretraining import imitating, imperatives, lexicon, sources, tokenizer
from promptstyle.core.pretraining.authors import Author, draw_habits
from promptstyle.core.pretraining.corpus import LONG_MIX, SHORT_MIX, Corpus
from promptstyle.core.pretraining.sources import content_words, overlap
from promptstyle.core.pretraining.tasks import TaskMaker
from promptstyle.core.training.template import IGNORED, instruction

ROOT = Path(__file__).parents[2]
SENTENCES = (
    "The river rises in the hills and flows to the sea through three old towns.",
    "Bakers get up early, since bread takes hours to rise and minutes to burn.",
    "A loan is money that you borrow now and pay back later with interest.",
)


def write_xz(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    data = tmp_path_factory.mktemp("data")
    pairs = [
        {"source": "s", "style_group": f"g{at % 12}", "request": f"Make a prompt about town {at}",
         "prompt": f"Write about town {at} in two sentences.", "lead": at == 5}
        for at in range(60)
    ]  # fmt: skip
    write_xz(data / "prompts" / "pairs_editor.jsonl.xz", pairs)
    write_xz(data / "prompts" / "topics_corpora.jsonl.xz",
             [{"category": "foods/fruits", "text": "kumquats"}])  # fmt: skip
    texts = [{"source": "s", "text": " ".join(SENTENCES) + "\n" + text * 9} for text in SENTENCES]
    write_xz(data / "prose" / "text_tldr.jsonl.xz", texts)
    with pytest.MonkeyPatch.context() as patch:
        few_are_written(patch)
        found = sources.load(data)
    tokenizer.train(found, data / "t.model", vocabulary=700, characters=300_000, seed=1)
    return Corpus(found, tokenizer.load(data / "t.model"), seed=1)


def test_rows_depend_on_seed_and_number_alone(corpus: Corpus) -> None:
    again = Corpus(corpus.sources, corpus.tokenizer, seed=1)
    other = Corpus(corpus.sources, corpus.tokenizer, seed=2)
    for at in (7, 3):
        assert corpus.row(at, 1024, LONG_MIX) == again.row(at, 1024, LONG_MIX)
        assert corpus.row(at, 1024, LONG_MIX) != other.row(at, 1024, LONG_MIX)


def test_rows_are_full_and_learn_only_their_own_tokens(corpus: Corpus) -> None:
    for at in range(6):
        for length, mix in ((1024, LONG_MIX), (512, SHORT_MIX)):
            row = corpus.row(at, length, mix)
            assert len(row.ids) == len(row.labels) == len(row.documents) == length
            assert all(label in (IGNORED, token) for token, label in zip(row.ids, row.labels,
                                                                         strict=True))  # fmt: skip
            assert row.documents == sorted(row.documents)
            # A document's first token has nothing before it to be foretold from.
            starts = [
                n for n in range(length) if n == 0 or row.documents[n] != row.documents[n - 1]
            ]
            assert all(row.labels[n] == IGNORED for n in starts)


def test_sequences_have_the_layout_of_training_and_use(corpus: Corpus) -> None:
    pairs = [("first topic", "First prompt."), ("second topic", "Second prompt.")]
    encoded = corpus.encode(imitating.sequence(pairs, imitating.Shape(count=1)))
    expected: list[int] = [tokenizer.BEGIN]
    for topic, prompt in pairs:
        expected += corpus.tokenize(instruction(topic))
        expected += [*corpus.tokenize(prompt), tokenizer.END]
    assert encoded.ids == expected
    learnt = [label for label in encoded.labels if label != IGNORED]
    assert learnt == [token for _, prompt in pairs
                      for token in (*corpus.tokenize(prompt), tokenizer.END)]  # fmt: skip


def test_copying_rows_learn_only_what_stood_before(corpus: Corpus) -> None:
    for seed in range(20):
        found = corpus.copying(Random(seed))
        for at, label in enumerate(found.labels):
            if label != IGNORED:
                pair = found.ids[at - 1 : at + 1]
                earlier = [found.ids[n : n + 2] for n in range(at - 1)]
                assert pair in earlier


def test_the_tokenizer_is_set_up_as_llamas(corpus: Corpus) -> None:
    model = corpus.tokenizer
    assert [model.id_to_piece(at) for at in range(4)] == ["<unk>", "<s>", "</s>", "<0x00>"]
    assert model.get_piece_size() == 700
    assert model.is_byte(model.piece_to_id("<0x0A>"))
    text = "12  spaces\n\nand a line, \u00e9\u4e16\U0001f600"
    assert model.decode(model.encode(text)) == text
    digits = [piece for piece in model.encode("2026", out_type=str) if piece.strip("\u2581")]
    assert digits == ["2", "0", "2", "6"]


def test_held_out_groups_and_leads_are_not_trained_on(corpus: Corpus) -> None:
    found = corpus.sources
    assert not set(found.groups) & set(found.held_groups)
    prompts = {pair.prompt for group in found.groups.values() for pair in group}
    assert "Write about town 5 in two sentences." not in prompts


def test_a_prompt_takes_up_what_its_request_says() -> None:
    maker = TaskMaker(["kumquats", "garden gnomes"])
    shares = []
    for seed in range(150):
        rng = Random(seed)
        author = Author(draw_habits(rng))
        for _ in range(3):
            request, prompt = author.pair(maker, rng)
            assert "{" not in request + prompt
            assert "  " not in prompt
            shares.append(overlap(request, prompt))
    assert sum(shares) / len(shares) > 0.85


def test_an_author_keeps_the_same_habits_and_authors_differ() -> None:
    def words(seed: int, turn: int) -> set[str]:
        rng = Random(seed)
        author = Author(draw_habits(rng))
        own = Random(1000 * seed + turn)
        text = " ".join(author.pair(TaskMaker([]), own)[1] for _ in range(8))
        return content_words(text)

    def likeness(one: set[str], two: set[str]) -> float:
        return len(one & two) / len(one | two)

    same = [likeness(words(seed, 1), words(seed, 2)) for seed in range(40)]
    different = [likeness(words(seed, 1), words(seed + 1, 2)) for seed in range(40)]
    assert sum(same) > 1.3 * sum(different)


@pytest.mark.parametrize(
    ("name", "article"),
    [("email thread", "an"), ("user story", "a"), ("SQL query", "an"), ("REST API", "a"),
     ("unit test", "a"), ("hour", "an"), ("poem", "a"), ("HTML page", "an"), ("FAQ page", "an")],
)  # fmt: skip
def test_articles(name: str, article: str) -> None:
    assert lexicon.with_article(name) == article


def test_every_thing_has_aspects_enough_for_a_sentence_on_two() -> None:
    for name in ("READ", "WRITE", "CODE", "LEARN", "LIST", "PLAN"):
        for thing in getattr(lexicon, f"{name}_THINGS"):
            assert len(set(thing.aspects)) >= 4, thing.name


def test_starter_likes_are_not_in_the_lexicon() -> None:
    path = ROOT / "assets" / "starter_likes.jsonl"
    if not path.exists():
        pytest.skip("no starter likes yet")
    likes = [json.loads(line)["output"] for line in path.read_text("utf-8").splitlines()]
    for module in ("lexicon", "phrases", "authors", "tasks"):
        text = (ROOT / "core" / "pretraining" / f"{module}.py").read_text("utf-8")
        assert not [like for like in likes if like in text]


@pytest.mark.parametrize(
    ("sentence", "request_form"),
    [("Describe the role of water in the cell.", "describes the role of water in the cell"),
     ("Classify rocks by their origin", "classifies rocks by their origin"),
     ("The cell needs water to live.", None), ("Describe it.", None),
     ("List all [names] in a file", None)],
)  # fmt: skip
def test_imperatives_are_told_from_other_sentences(sentence: str, request_form: str | None) -> None:
    found = imperatives.parse(sentence)
    assert (found and f"{found[0].third} {found[1].name}") == request_form


@pytest.mark.parametrize(
    ("base", "gerund"),
    [("describe", "describing"), ("plan", "planning"), ("agree", "agreeing"), ("find", "finding")],
)
def test_gerunds_follow_the_spelling_rules(base: str, gerund: str) -> None:
    assert imperatives.gerund(base) == gerund


def test_rules_of_an_open_task_speak_of_its_topic() -> None:
    found = imperatives.parse("Explain how antibodies protect newborn children")
    assert found
    assert {"antibodies", "children"} <= set(found[1].aspects)
    assert len(found[1].aspects) >= 4


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptstyleError, match="no pretraining data"):
        sources.load(tmp_path)


def test_the_recover_task_learns_the_prompt_alone(corpus: Corpus) -> None:
    seen = set()
    for seed in range(40):
        found = corpus.recover(Random(seed))
        learnt = [label for label in found.labels if label != IGNORED]
        text = corpus.tokenizer.decode(found.ids)
        answer = corpus.tokenizer.decode(learnt[:-1])
        assert learnt[-1] == tokenizer.END
        assert "Which prompt was it?" in text and text.endswith(answer)
        seen.add(answer)
    assert len(seen) > 10
