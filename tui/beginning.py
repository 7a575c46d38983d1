"""The ways in from the welcome screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptstyle.core.failures import describe
from promptstyle.core.library.importing import import_likes
from promptstyle.core.library.starter import starter_likes
from promptstyle.tui.changes import Change

if TYPE_CHECKING:
    from promptstyle.tui.app import PromptstyleApp


def begin(app: PromptstyleApp, way: str | None) -> None:
    """Go the way that was chosen; None means that the user will see."""
    if way == "starter":
        app.run_worker(
            lambda: _import_starter(app), thread=True, group="begin", exit_on_error=False
        )
    elif way == "import":
        app.action_go("library")
        app.call_later(app.import_likes)


def _import_starter(app: PromptstyleApp) -> None:
    """Import the starter likes, in a thread; then retrain, and write a first prompt."""
    session = app.session
    try:
        path = starter_likes()
        import_likes(session.background, session.profile, path.read_bytes(), name=path.name)
    # Whatever it is, the screen says it; a thread has nobody else to tell.
    except Exception as error:
        app.call_from_thread(app.fail, describe(error))
        return
    app.call_from_thread(_learn, app)


def _learn(app: PromptstyleApp) -> None:
    app.changes.publish(Change.LIKES)
    app.after_retrain = lambda: _first_prompt(app)
    if app.retrain():
        app.action_go("retrain")


def _first_prompt(app: PromptstyleApp) -> None:
    from promptstyle.tui.screens.welcome import FIRST_TOPIC
    from promptstyle.tui.screens.write import WriteScreen

    app.action_go("write")

    def write() -> None:
        if isinstance(app.screen, WriteScreen):
            app.screen.write_for(FIRST_TOPIC)

    app.call_later(write)
