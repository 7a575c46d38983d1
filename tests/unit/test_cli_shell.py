"""What holds for every call: options on both sides, two-line errors, exit codes, pure JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home
from promptstyle.tui.cli import failure, output
from promptstyle.tui.cli.root import MODULES, root
from promptstyle.tui.cli.text import one_line


def call(*arguments: str, stdin: bytes | str | None = None) -> Result:
    return CliRunner().invoke(root, list(arguments), input=stdin)


def assert_two_lines(stderr: str) -> None:
    lines = stderr.splitlines()
    assert len(lines) == 2, stderr
    assert lines[0].startswith("error: ") and len(lines[0]) > len("error: ")
    assert lines[1].startswith("hint: ") and len(lines[1]) > len("hint: ")


WRONG_CALLS: list[Sequence[str]] = [
    ["nonsense"],
    ["choose"],
    ["--json"],
    ["--nonsense"],
    ["likes", "--nonsense"],
    ["generate"],
    ["generate", ""],
    ["generate", " \n\t "],
    ["generate", "a topic", ""],
    ["generate", "a" * 100_000],
    ["generate", "a topic\0with a NUL"],
    ["generate", "not UTF-8: \udcff"],
    ["generate", "-", "-"],
    ["generate", "-", "--from", "-"],
    ["generate", "a topic", "-n", "0"],
    ["generate", "a topic", "-n", "17"],
    ["generate", "a topic", "-n", "two"],
    ["generate", "a topic", "-n"],
    ["generate", "a topic", "--mode", "nonsense"],
    ["generate", "a topic", "--pool", "-1"],
    ["generate", "a topic", "--pool", "65"],
    ["generate", "a topic", "--pool", "2", "-n", "3"],
    ["generate", "a topic", "--seed", "-1"],
    ["like"],
    ["remove"],
    ["remove", ""],
    ["edit", "3fa9"],
    ["choose", "--best", "abcdef12"],
    ["recover", "--original", "/no/such/file"],
    ["recover", "--original", "/dev/null", "--rewritten", "/dev/null"],
    ["add", "a topic"],
    ["add", "", "a prompt"],
    ["add", "a topic", "a" * 8_001],
    ["add", "a topic", "bell \x07"],
    ["likes", "--profile", "../elsewhere"],
    ["likes", "--profile", ""],
    ["evaluate", "--systems", "nonsense"],
    ["evaluate", "--systems", ","],
    ["evaluate", "--folds", "1"],
    ["evaluate", "--folds", "3", "--test", "likes.jsonl"],
    ["retrain", "--recipe", "nonsense"],
    ["export"],
    ["export", "out", "--as", "nonsense"],
    ["export", "out", "--quantize", "q3"],
    ["export", "/"],
    ["export", "out", "--as", "peft", "--quantize", "f16"],
    ["export", "out", "--as", "adapter", "--separate"],
]


@pytest.mark.parametrize("arguments", WRONG_CALLS, ids=lambda a: ascii(" ".join(a))[:40])
@pytest.mark.parametrize("extra", [[], ["--json"]])
def test_a_wrong_call_exits_with_2_and_two_lines(
    arguments: Sequence[str], extra: Sequence[str]
) -> None:
    result = call(*extra, *arguments)
    assert result.exit_code == 2, result.stderr
    assert_two_lines(result.stderr)
    assert result.stdout == ""


IMPOSSIBLE: list[Sequence[str]] = [
    ["like", "abcdef12"],
    ["sentences", "abcdef12"],
    ["dislike", "abcdef12"],
    ["choose", "--best", "abcdef12", "--worst", "abcdef13"],
    ["remove", "abcdef12"],
    ["restore", "abcdef12"],
    ["edit", "abcdef12", "--output", "a prompt"],
    ["activate", "default-1"],
    ["delete-run", "default-1"],
    ["use", "no-such-base"],
    ["verify", "no-such-base"],
    ["add-model", "/no/such/folder"],
    ["import", "/no/such/file"],
    ["generate", "--from", "/no/such/file"],
    ["export", "out", "--as", "adapter"],
    ["export", "out", "--as", "peft"],
    ["export", "out", "--as", "ollama"],
    ["export", "/no/such/folder/out.gguf"],
    ["evaluate", "--test", "/no/such/file"],
    ["recover", "--original", "/no/such/file", "--rewritten", "/no/such/file"],
    *(
        [*command, "--profile", "nobody"]
        for command in (
            ["likes"],
            ["edit", "abcdef12", "--output", "a prompt"],
            ["remove", "abcdef12"],
            ["generate", "a topic"],
            ["retrain"],
            ["evaluate"],
            ["runs"],
            ["export", "out.gguf"],
            ["export-likes", "out.jsonl"],
            ["use", "embedded"],
        )
    ),
]


@pytest.mark.parametrize("arguments", IMPOSSIBLE, ids=" ".join)
def test_what_cannot_be_done_exits_with_1_and_two_lines(arguments: Sequence[str]) -> None:
    result = call(*arguments)
    assert result.exit_code == 1, result.stderr
    assert_two_lines(result.stderr)
    # It was foreseen, not merely caught.
    assert "unexpected" not in result.stderr and "installation" not in result.stderr
    assert result.stdout == ""


def test_a_slip_of_the_fingers_gets_a_suggestion() -> None:
    assert "did you mean `retrain`?" in call("retrian").stderr
    assert "did you mean --json?" in call("likes", "--jsn").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--json", "--profile", "anna", "likes"],
        ["likes", "--json", "--profile", "anna"],
        ["--profile", "anna", "likes", "--json"],
        ["--profile", "nobody", "likes", "--profile", "anna", "--json"],
        ["likes", "wanted", "--json", "--profile=anna"],
        ["likes", "--json", "wanted", "--profile=anna"],
    ],
    ids=" ".join,
)
def test_shared_options_stand_before_or_after_the_command(
    home: Home, arguments: Sequence[str]
) -> None:
    with Library(home.database) as library:
        library.add_likes("anna", [NewLike("a wanted topic", "a prompt")])
    result = call(*arguments)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["input"] == "a wanted topic"


def raising(error: BaseException) -> object:
    def command(*_arguments: object, **_options: object) -> None:
        raise error

    return command


class Odd(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PromptstyleError("it\nbroke \x1b[31m", "mend\u2028it"), 1),
        (Odd("two\nlines"), 1),
        (Odd(), 1),
        (MemoryError(), 1),
        (OSError(28, "No space left on device"), 1),
        (PermissionError(13, "Permission denied", "/some/where"), 1),
        (RecursionError("maximum recursion depth exceeded"), 1),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_exception_ends_as_two_lines(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    monkeypatch.setattr(Library, "profiles", raising(error))
    result = call("profiles", "--json")
    assert result.exit_code == code
    assert_two_lines(result.stderr)
    assert "\x1b" not in result.stderr
    assert result.stdout == ""


def test_debug_shows_where_it_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "profiles", raising(Odd("deep down")))
    for arguments in (["--debug", "profiles"], ["profiles", "--debug"]):
        result = call(*arguments)
        assert result.exit_code == 1
        assert "Traceback (most recent call last)" in result.stderr
        assert_two_lines("\n".join(result.stderr.splitlines()[-2:]))


def test_a_reader_that_went_away_ends_it_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure, "silence", lambda: None)
    monkeypatch.setattr(Library, "profiles", raising(BrokenPipeError(32, "Broken pipe")))
    result = call("profiles")
    assert result.exit_code == failure.BROKEN_PIPE_EXIT
    assert result.stderr == ""


# `serve` waits for requests as long as it is let.
STARTS_MODELS = {
    "doctor", "evaluate", "export", "generate", "import", "recover", "retrain", "serve",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(MODULES) - STARTS_MODELS))
def test_default_is_there_from_the_start(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No command complains that the profile `default` does not exist yet."""
    monkeypatch.chdir(tmp_path)
    result = call(name, "abc", "--profile", "default")
    assert "no profile" not in result.stderr


def test_one_line_knows_every_line_separator() -> None:
    text = "a\nb\rc\x0bd\x0ce\x1cf\x1dg\x1eh\x85i\u2028j\u2029k\x1b[2J\x07l"
    assert one_line(text) == "a b c d e f g h i j k[2Jl"
    assert len(one_line(text).splitlines()) == 1


def test_json_of_a_name_that_is_not_utf8(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    output.row({"path": "/tmp/caf\udce9", "text": "café"})
    assert json.loads(capfdbinary.readouterr().out) == {"path": "/tmp/caf\udce9", "text": "café"}


LIGHT = sorted(set(MODULES) - STARTS_MODELS - {"export-likes"})
words = st.one_of(
    st.sampled_from(
        [*LIGHT, "--json", "--profile", "--tag", "--output", "--text", "-", "--", "-n"]
    ),
    st.text(max_size=8),
    st.text(alphabet="\x00\x1b\n\u2028\ud800-=/", max_size=4),
)


@given(command=st.sampled_from(LIGHT), rest=st.lists(words, max_size=5), stdin=st.binary())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_call_ends_in_a_traceback(
    command: str, rest: list[str], stdin: bytes, tmp_path: Path
) -> None:
    """Any words, any input: an exit code of the contract, and two lines where it is not 0."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMPTSTYLE_HOME", str(tmp_path / "home"))
        result = call(command, *rest, stdin=stdin)
    assert result.exit_code in (0, 1, 2)
    if result.exit_code:
        assert_two_lines("\n".join(result.stderr.splitlines()[-2:]))
        assert "error: unexpected" not in result.stderr
    if "--json" in rest and "--" not in rest and not result.exit_code and "--help" not in rest:
        for line in result.stdout_bytes.splitlines():
            json.loads(line)
