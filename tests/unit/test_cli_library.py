"""The commands on the library: what they do, and the JSON that they write."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from promptstyle.core.bases import registry
from promptstyle.core.library import Library, NewCandidate
from promptstyle.core.paths import Home
from promptstyle.tui.cli import edit, output
from promptstyle.tui.cli.root import root

LIKE_KEYS = ["id", "input", "output", "tags", "source", "created"]


def call(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(root, list(arguments), input=stdin)


def rows(*arguments: str, stdin: bytes | None = None) -> list[dict[str, Any]]:
    result = call(*arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def document(*arguments: str, stdin: bytes | None = None) -> dict[str, Any]:
    (row,) = rows(*arguments, stdin=stdin)
    return row


def test_add_and_likes() -> None:
    added = document("add", "naming a cat", "Make a prompt.", "--tag", "pets", "--tag", "short")
    assert list(added) == LIKE_KEYS
    assert added["tags"] == ["pets", "short"]
    document("add", "naming a dog", "Make another.")
    assert [row["input"] for row in rows("likes")] == ["naming a cat", "naming a dog"]
    assert rows("likes", "naming") == rows("likes")
    assert rows("likes", "CAT naming") == [added]
    assert rows("likes", "pets") == [added]
    assert rows("likes", "elephant") == []


def test_add_twice_is_one_like() -> None:
    first = document("add", "a topic", "a prompt")
    again = call("add", "a topic", " a  prompt\n", "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout) == first
    assert "there already" in again.stderr
    assert rows("likes") == [first]


def test_add_reads_the_prompt_from_stdin() -> None:
    added = document("add", "a topic", "-", stdin="Line one.\nLine “two”.\n".encode())
    assert added["output"] == "Line one.\nLine “two”."


def test_remove_says_how_to_undo_and_restore_does_it() -> None:
    one = document("add", "first topic", "first")
    two = document("add", "second topic", "second")
    result = call("remove", one["id"], two["id"], "--json")
    removed = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in removed] == [one["id"], two["id"]]
    assert all(row["removed"] for row in removed)
    assert f"promptstyle restore {one['id']} {two['id']}" in result.stderr
    assert rows("likes") == []
    (back,) = rows("restore", two["id"])
    assert back == {**two, "removed": None}
    assert rows("likes") == [two]


def test_remove_takes_all_or_none() -> None:
    like = document("add", "a topic", "a prompt")
    result = call("remove", like["id"], "ffffffff")
    assert result.exit_code == 1
    assert rows("likes") == [like]


def test_edit_by_options() -> None:
    like = document("add", "a topic", "a prompt", "--tag", "old")
    edited = document("edit", like["id"], "--output", "a better prompt", "--tag", "new")
    assert edited == {**like, "output": "a better prompt", "tags": ["new"]}
    assert document("edit", like["id"], "--input", "a new topic")["input"] == "a new topic"
    assert document("edit", like["id"], "--tag", "")["tags"] == []
    assert rows("likes") == [{**edited, "input": "a new topic", "tags": []}]


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    monkeypatch.setattr(edit, "is_terminal", lambda _stream: True)
    monkeypatch.setattr(click, "edit", lambda text, **_options: change(text))


def test_edit_in_the_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    like = document("add", "a topic", "a prompt\nof two lines", "--tag", "kept")
    on_a_terminal(monkeypatch, lambda text: text.replace("of two", "of three\n\n"))
    edited = document("edit", like["id"])
    assert edited == {**like, "output": "a prompt\nof three\n\n lines"}


@pytest.mark.parametrize(
    ("change", "code"),
    [(lambda text: text, 0), (lambda text: None, 0), (lambda text: "all gone", 1)],
    ids=["unchanged", "not saved", "marks gone"],
)
def test_an_edit_that_is_none_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, change: Any, code: int
) -> None:
    like = document("add", "a topic", "a prompt")
    on_a_terminal(monkeypatch, change)
    result = call("edit", like["id"])
    assert result.exit_code == code
    assert "changed" in (result.stdout if code == 0 else result.stderr)
    assert rows("likes") == [like]


GOOD = '{"input": "topic %d", "output": "prompt %d"}\n'


def test_import_counts_and_names_bad_lines(tmp_path: Path) -> None:
    file = tmp_path / "likes.jsonl"
    file.write_text(
        GOOD % (1, 1)
        + "not json\n"
        + GOOD % (2, 2)
        + GOOD % (1, 1)
        + '{"input": "", "output": "x"}\n'
        + json.dumps({"input": "x", "output": "y" * 8_001})
        + "\n"
        + json.dumps({"input": "x", "output": "bell \x07"})
        + '\n{"input": 3, "output": "x"}\n'
    )
    result = call("import", str(file), "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert list(report) == ["added", "duplicates", "rejected"]
    assert (report["added"], report["duplicates"]) == (2, 1)
    assert [bad["line"] for bad in report["rejected"]] == [2, 5, 6, 7, 8]
    assert all(bad["reason"] for bad in report["rejected"])
    assert len(result.stderr.splitlines()) == 2
    assert [row["input"] for row in rows("likes")] == ["topic 1", "topic 2"]
    plain = call("import", str(file))
    assert plain.exit_code == 1
    assert "line 5: " in plain.stdout


def test_strict_import_takes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "likes.jsonl"
    file.write_text(GOOD % (1, 1) + "not json\n")
    result = call("import", str(file), "--strict", "--profile", "anna", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["added"] == 0
    assert rows("profiles") == []


def test_import_makes_the_profile() -> None:
    assert document("import", "-", "--profile", "anna", stdin=(GOOD % (1, 1)).encode()) == {
        "added": 1,
        "duplicates": 0,
        "rejected": [],
    }
    assert [row["name"] for row in rows("profiles")] == ["anna"]
    assert len(rows("likes", "--profile", "anna")) == 1
    assert rows("likes") == []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00\x00binary", b"GGUF\x03\x00", b"plain prose"])
def test_import_of_what_holds_no_likes(data: bytes) -> None:
    result = call("import", "-", "--json", stdin=data)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 2


def test_import_of_the_starter_likes() -> None:
    assert document("import", "--starter")["added"] == 61
    (profile,) = rows("profiles")
    assert (profile["likes"], profile["held"]) == (61, 10)
    assert list(profile) == ["name", "base", "created", "likes", "held", "active_run"]
    assert call("import").exit_code == 2
    assert call("import", "x.jsonl", "--starter").exit_code == 2


@pytest.mark.parametrize("name", ["likes.jsonl", "likes.csv", "likes.json"])
def test_what_is_exported_can_be_imported(tmp_path: Path, name: str) -> None:
    document("import", "--starter")
    file = tmp_path / name
    assert document("export-likes", str(file)) == {
        "path": str(file),
        "likes": 61,
        "format": {"likes.jsonl": "jsonl", "likes.csv": "csv", "likes.json": "alpaca"}[name],
    }
    assert document("import", str(file), "--profile", "copy")["added"] == 61
    pairs = [(row["input"], row["output"]) for row in rows("likes")]
    assert [(r["input"], r["output"]) for r in rows("likes", "--profile", "copy")] == pairs


def test_a_name_without_a_known_suffix_is_json_lines(tmp_path: Path) -> None:
    document("add", "a topic", "a prompt")
    assert document("export-likes", str(tmp_path / "likes"))["format"] == "jsonl"
    assert json.loads((tmp_path / "likes").read_text())["input"] == "a topic"


def test_export_follows_a_link_and_refuses_a_device(tmp_path: Path) -> None:
    document("add", "a topic", "a prompt")
    link, file = tmp_path / "link.jsonl", tmp_path / "file.jsonl"
    link.symlink_to(file)
    assert document("export-likes", str(link))["path"] == str(file)
    assert link.is_symlink() and file.read_text()
    assert call("export-likes", "/dev/null").exit_code == 2
    assert Path("/dev/null").is_char_device()


def test_export_does_not_overwrite(tmp_path: Path) -> None:
    file = tmp_path / "likes.jsonl"
    file.touch()
    assert call("export-likes", str(file)).exit_code == 0  # nothing was in it to lose
    file.write_text("mine")
    assert call("export-likes", str(file)).exit_code == 1
    assert file.read_text() == "mine"
    assert document("export-likes", str(file), "--force")["likes"] == 0


def test_export_to_stdout_is_json_lines() -> None:
    document("add", "a topic", "a prompt")
    (row,) = rows("export-likes", "-")
    assert (row["input"], row["output"]) == ("a topic", "a prompt")
    assert call("export-likes", "-", "--as", "csv", "--json").exit_code == 2
    assert call("export-likes", "-", "--as", "csv").stdout.startswith("input,output")


@pytest.fixture
def candidate(home: Home) -> str:
    """The id of a candidate that a model might have written."""
    with Library(home.database) as library:
        new = NewCandidate("naming a cat", "Make a prompt that names a cat.", "embedded")
        return library.add_candidates("default", [new])[0].id


OPINION_KEYS = ["id", "candidate", "kind", "reason", "text", "like_id", "created"]


def test_like_makes_a_like(candidate: str) -> None:
    record = document("like", candidate)
    assert list(record) == OPINION_KEYS
    assert (record["candidate"], record["kind"]) == (candidate, "like")
    (like,) = rows("likes")
    assert like["id"] == record["like_id"]
    assert like["output"] == "Make a prompt that names a cat."


def test_like_with_an_edit_keeps_the_edit(candidate: str) -> None:
    record = document("like", candidate, "--text", "Name my cat.")
    assert record["text"] == "Name my cat."
    assert [like["output"] for like in rows("likes")] == ["Name my cat."]


def test_like_says_of_what_and_whether_it_was_liked_before(candidate: str) -> None:
    first, again = call("like", candidate), call("like", candidate[:4])
    assert first.stdout.startswith("liked: it is now the liked prompt ")
    assert again.stdout.startswith("liked: it was already the liked prompt ")
    assert "its topic: naming a cat" in again.stderr


def test_a_dash_is_standard_input_wherever_a_prompt_is_given(candidate: str) -> None:
    record = document("like", candidate, "--text", "-", stdin=b"Name my cat.\n")
    assert record["text"] == "Name my cat."
    edited = document("edit", record["like_id"], "--output", "-", stdin=b"Name it.\n")
    assert edited["output"] == "Name it."


def test_a_model_does_not_go_to_standard_output() -> None:
    result = call("export", "-")
    assert result.exit_code == 2 and "standard output" in result.stderr


@pytest.mark.parametrize("command", ["export", "export-likes"])
def test_an_empty_path_is_no_path(command: str) -> None:
    document("add", "a topic", "a prompt")
    result = call(command, "")
    assert result.exit_code == 2 and "the path is empty" in result.stderr


@pytest.mark.parametrize(
    "words",
    [["like", "ID"], ["dislike", "ID"], ["sentences", "ID"], ["choose", "--best", "ID"]],
    ids=lambda words: words[0],
)
def test_a_candidate_of_another_profile_is_not_touched(candidate: str, words: list[str]) -> None:
    document("add", "a topic", "a prompt", "--profile", "other")
    words = [candidate if word == "ID" else word for word in words]
    more = ["--worst", candidate] if words[0] == "choose" else []
    result = call(*words, *more, "--profile", "other")
    assert result.exit_code == 1
    assert "is of the profile 'default', not of 'other'" in result.stderr
    assert "--profile default" in result.stderr
    assert rows("likes") == []
    # Without --profile the id says whose it is.
    new = NewCandidate("naming a dog", "Make a prompt that names a dog.", "embedded")
    with Library(Home.locate().database) as library:
        dog = library.add_candidates("other", [new])[0].id
    assert document("like", dog)["candidate"] == dog
    assert [row["input"] for row in rows("likes", "--profile", "other")][1:] == ["naming a dog"]


def test_names_of_profiles_that_differ_in_case_are_one() -> None:
    document("add", "a topic", "a prompt", "--profile", "Default")
    assert [row["input"] for row in rows("likes")] == ["a topic"]
    document("add", "another", "a prompt", "--profile", "DEFAULT")
    assert [row["name"] for row in rows("profiles")] == ["Default"]
    assert document("doctor")["checks"]


def test_what_was_removed_is_found_again() -> None:
    one = document("add", "first topic", "first")
    document("add", "second topic", "second")
    document("remove", one["id"])
    (removed,) = rows("likes", "--removed")
    assert removed["id"] == one["id"] and removed["removed"]
    assert rows("likes", "second", "--removed") == []
    assert "no removed prompt has these words" in call("likes", "second", "--removed").stderr
    edited = call("edit", one["id"], "--output", "other")
    assert f"promptstyle restore {one['id']}" in edited.stderr
    assert "promptstyle likes --removed" in call("restore", "abcdabcd").stderr
    document("restore", one["id"])
    assert rows("likes", "--removed") == []
    assert "no prompt was removed" in call("likes", "--removed").stderr


def test_dislike_is_remembered(candidate: str) -> None:
    record = document("dislike", candidate, "--reason", "too long")
    assert (record["kind"], record["reason"], record["like_id"]) == ("dislike", "too long", None)
    assert rows("likes") == []


def test_runs_activate_delete(home: Home) -> None:
    manifest = {"recipe": "default", "scores": {"rougeL": 0.5}}
    with Library(home.database) as library:
        library.ensure_profile("default")
        for _ in range(2):
            library.add_run(
                library.next_run_id("default"), "default", "embedded", manifest, activate=True
            )
    first, second = rows("runs")
    assert (first["id"], first["active"]) == ("default-1", False)
    assert (second["id"], second["active"]) == ("default-2", True)
    for key in ("profile", "base", "created", "recipe", "train", "held", "seconds", "scores"):
        assert key in first
    assert first["scores"] == {"rougeL": 0.5}
    assert document("activate", "default-1")["active"]
    assert [row["active"] for row in rows("runs")] == [True, False]
    assert call("delete-run", "default-1").exit_code == 1
    assert document("delete-run", "default-2")["deleted"]
    assert [row["id"] for row in rows("runs")] == ["default-1"]
    assert call("activate", "default-2").exit_code == 1


def test_one_run_is_marked_that_writes_and_no_run_of_another_profile_is_touched(
    home: Home,
) -> None:
    with Library(home.database) as library:
        library.ensure_profile("other")
        library.ensure_profile("default")
        library.add_run("default-1", "default", "tiny", {}, activate=True)
        library.add_run("default-2", "default", "embedded", {}, activate=True)
    assert [row["active"] for row in rows("runs")] == [False, True]
    for command in ("activate", "delete-run"):
        result = call(command, "default-1", "--profile", "other")
        assert result.exit_code == 1 and "is of the profile 'default'" in result.stderr
    assert document("delete-run", "default-1")["deleted"]


def test_doctor_looks_at_the_base_in_use(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(registry.embedded_folder(), folder)
    registry.add(home, folder, "mine")
    with Library(home.database) as library:
        library.ensure_profile("default", "mine")

    def base() -> dict[str, Any]:
        checks = document("doctor")["checks"] if call("doctor").exit_code == 0 else None
        if checks is None:
            checks = json.loads(call("doctor", "--json").stdout)["checks"]
        return next(check for check in checks if check["name"] == "base model")

    assert base()["ok"] and "mine is in use" in base()["detail"]
    (folder / "config.json").unlink()
    assert not base()["ok"] and "promptstyle verify mine" in base()["detail"]
    shutil.rmtree(folder)
    assert not base()["ok"] and "missing" in base()["detail"]


def test_doctor_writes_where_logs_go(home: Home) -> None:
    shutil.rmtree(home.logs)
    home.logs.write_text("in the way")
    checks = json.loads(call("doctor", "--json").stdout)["checks"]
    assert not next(check for check in checks if check["name"] == "logs")["ok"]


def test_doctor() -> None:
    result = call("doctor", "--json")
    (report,) = (json.loads(line) for line in result.stdout.splitlines())
    assert list(report) == ["checks"]
    for check in report["checks"]:
        assert list(check) == ["name", "ok", "detail"]
        assert isinstance(check["ok"], bool) and check["detail"]
    names = [check["name"] for check in report["checks"]]
    assert len(set(names)) == len(names)
    assert {"python", "home", "disk", "database", "base model", "active model"} <= set(names)
    bad = [check["name"] for check in report["checks"] if not check["ok"]]
    assert result.exit_code == (1 if bad else 0)
    plain = call("doctor").stdout.splitlines()
    assert [line.split("  ")[0].strip() for line in plain] == [
        "ok" if check["ok"] else "BAD" for check in report["checks"]
    ]


def test_plain_answers_are_for_people(candidate: str) -> None:
    document("add", "a topic", "a prompt\nin two lines", "--tag", "short")
    shown = call("likes").stdout
    assert "a topic  [short]" in shown
    assert "\n    a prompt\n    in two lines\n" in shown
    assert call("like", candidate).stdout.startswith("liked: ")
    assert "2 liked prompts" in call("profiles").stdout
    assert call("runs").stderr.startswith("no model was made yet")


def test_escape_sequences_of_a_model_do_not_reach_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.text("a\x1b[2Jb\x9b2Jc\td\ne")
    assert capsys.readouterr().out == "a[2Jb2Jc\td\ne\n"
