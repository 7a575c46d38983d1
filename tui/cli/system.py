"""`profiles` and `doctor`: whose styles there are, and what is wrong here."""

from __future__ import annotations

from promptstyle.core.errors import PromptstyleError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.documents import profile_document
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import count, one_line


@command("profiles", short_help="List whose styles there are.", example="promptstyle profiles")
def profiles(state: State) -> None:
    """List the profiles: how many liked prompts, which base model, which active run."""
    with state.library() as library:
        found = library.profiles()
    for profile in found:
        if state.json:
            output.row(profile_document(profile))
            continue
        likes = count(profile.likes, "liked prompt")
        run = profile.active_run or "not trained"
        output.text(f"{profile.name}: {likes} ({profile.held} held out), {profile.base}, {run}")
    if not found and not state.json:
        output.note("no profile yet: the first import or add makes one")


@command("doctor", short_help="Check this installation.", example="promptstyle doctor")
def doctor(state: State) -> None:
    """Check Python, disk, database, base model, active model and the parts that run them."""
    from promptstyle.tui.cli import checks

    found = checks.run_all(state.profile)
    if state.json:
        output.row({"checks": [check.document() for check in found]})
    else:
        width = max(len(check.name) for check in found)
        for check in found:
            mark = "ok " if check.ok else "BAD"
            output.text(f"{mark}  {check.name.ljust(width)}  {one_line(check.detail)}")
    bad = [check.name for check in found if not check.ok]
    if bad:
        raise PromptstyleError(
            f"{count(len(bad), 'check')} failed: {', '.join(bad)}",
            "each failed check's detail says what to do",
            code="unhealthy",
        )


COMMANDS = {"profiles": profiles, "doctor": doctor}
