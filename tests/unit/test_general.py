"""Sentences that fit any topic, and what people want done with things: found, shipped, read."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from promptstyle.core.pretraining import general as finding
from promptstyle.core.pretraining import things as thinking
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.pretraining.judged import read_judged, unfit
from promptstyle.core.style.general import (
    General,
    from_tsv,
    general_sentences,
    general_terms,
    to_tsv,
)
from promptstyle.core.style.things import Thing, things
from promptstyle.core.style.things import from_tsv as things_from
from promptstyle.core.style.things import to_tsv as things_to
from promptstyle.core.style.words import terms, topic_terms


def pairs(count: int) -> list[tuple[str, str]]:
    """Prompts on 10 topics, in which "salt" belongs to one of them and "brief" to none."""
    chance = Random(3)
    names = ["soup", "tax", "chess", "tides", "poems", "bikes", "bread", "spain", "bees", "mail"]
    found = []
    for _ in range(count):
        name = chance.choice(names)
        end = "Add salt. " if name == "soup" else ""
        found.append((f"explain {name}", f"Explain {name}. {end}Keep {name} brief. Be very brief."))
    return found


def test_a_word_that_comes_under_every_topic_tells_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finding, "TOPICS", 1)
    told = finding.telling(pairs(3000))
    assert told["brief"] == pytest.approx(0, abs=0.02)
    # Half of what is said of the topic is "explain"; the other half is always the same.
    assert told["salt"] == pytest.approx(0.5 * 2.3, abs=0.1)
    assert told["soup"] > 1 and "spain" in told
    assert finding.telling([]) == {}


def test_sentences_of_such_words_alone_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "TOPICS", 1)
    assert list(finding.general(pairs(3000))) == [General("Be very brief.", last=True)]
    odd = [(topic, f"{prompt} He is brief. Rate brief 9 out of 10. Brief brief brief:")
           for topic, prompt in pairs(3000)]  # fmt: skip
    assert [each.text for each in finding.general(odd)] == ["Be very brief."]
    # What judges found to fit nothing is left out.
    assert list(finding.general(pairs(3000), frozenset({"Be very brief."}))) == []


def test_the_command_writes_what_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(finding, "TOPICS", 1)
    prompts = tmp_path / "prompts.jsonl"
    rows = [json.dumps({"input": topic, "output": prompt}) for topic, prompt in pairs(2000)]
    prompts.write_text("\n".join(rows), "utf-8")
    finding.main(["--prompts", str(prompts), "--out", str(tmp_path / "general.tsv")])
    assert (tmp_path / "general.tsv").read_text("utf-8") == "last\tBe very brief.\n"
    assert "1 sentences" in capsys.readouterr().out


def test_what_ships_is_of_the_collection_and_of_no_topic() -> None:
    found = general_sentences()
    assert len(found) > 8_000 and len({each.text for each in found}) == len(found)
    assert from_tsv(to_tsv(found)) == list(found)
    assert unfit(read_judged(FOLDER / "judged.tsv")).isdisjoint(each.text for each in found)
    held = (FOLDER / "plain.jsonl").read_text("utf-8")
    for each in Random(1).sample(found, 200):
        # What ended in dots ends in one; marks of emphasis are gone.
        assert json.dumps(each.text.rstrip("."), ensure_ascii=False)[1:-1][:12] in held
    assert {"exactly", "list", "word"} <= general_terms()
    assert general_terms().isdisjoint({"recip", "invoic", "salt", "poem"})


def test_few_of_them_name_what_a_topic_names() -> None:
    named = [
        term
        for topic in ("plans a weekly menu for a family", "debugs a Python function")
        for term in topic_terms(topic)
    ]
    assert not any(set(terms(each.text)) & set(named) for each in general_sentences())


def test_things_are_told_by_their_verbs() -> None:
    topics = (
        ["tells a story about bees"] * 8
        + ["explains a story about bees"] * 4
        + ["checks a contract"] * 20
        + ["plans meals"] * 12
        + ["writes a song"] * 3
    )
    found = thinking.things(f"Make a prompt that {topic}" for topic in topics)
    assert found == {
        "contract": Thing("", counted=True),
        "meals": Thing("plan", counted=False),
        "story": Thing("tell", counted=True),
    }
    assert things_from(things_to(found)) == found


def test_the_article_of_a_noun_is_told_by_how_it_stands_in_texts() -> None:
    texts = [
        *["Write a glossary, please, with a question for each entry."] * 10,
        *["Add a glossary of it."] * 5,
        # As often without.
        *["Give advice on an advice column.", "Use a plan, or make plan of it."] * 10,
        *["a few, a glass of it"] * 10,
    ]
    # "Question" is not "questi" before "on"; an ending in "s" is a plural, or unclear.
    assert thinking.counted(texts) == ["few", "glossary", "question"]
    assert thinking.counted(texts[:9]) == [] and thinking.counted([]) == []
    kept = {"glossary": Thing("", counted=True, usual=False)}
    assert things_from(things_to(kept)) == kept


def test_the_things_that_ship(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = things()
    assert known["letter"] == Thing("write", counted=True)
    assert known["rules"] == Thing("write", counted=False)
    assert known["story"].verb in ("tell", "write") and known["contract"].verb == ""
    # They are what the command makes of what ships.
    thinking.main(["--out", str(tmp_path / "things.tsv")])
    assert things_from((tmp_path / "things.tsv").read_text("utf-8")) == known
    assert f"{len(known)} nouns" in capsys.readouterr().out
