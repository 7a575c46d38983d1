"""The entry point of `promptstyle-tui`."""

from __future__ import annotations

import argparse
import sys


def main() -> None:
    """Start the app on this terminal and exit with its code."""
    try:
        sys.exit(_run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)


def _run(words: list[str]) -> int:
    options = argparse.ArgumentParser(
        prog="promptstyle-tui",
        description="Write prompts in your own style, like them, retrain, see the scores.",
        epilog="Every file of the program is under PROMPTSTYLE_HOME, where that is set. "
        "`promptstyle --help` lists the commands for scripts.",
    )
    options.add_argument("--profile", metavar="NAME", help="whose style (made if it is new)")
    options.add_argument("--version", action="store_true", help="print the version and leave")
    given = options.parse_args(words)
    if given.version:
        from importlib.metadata import version

        print(f"promptstyle {version('promptstyle')}")
        return 0
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _end("promptstyle-tui needs a terminal", "for scripts there is `promptstyle`", 1)
    from promptstyle.core.paths import Home
    from promptstyle.tui.services import Services
    from promptstyle.tui.session import Session

    try:
        session = Session(Services(Home.locate()), given.profile)
    except OSError as error:
        from promptstyle.core.failures import describe

        told = describe(error)
        return _end(told.message, told.hint, told.exit_code)
    from promptstyle.tui.app import PromptstyleApp

    try:
        app = PromptstyleApp(session)
        code = app.run() or app.return_code or 0
    finally:
        session.close()
    if app.failure is not None:
        return _end(app.failure.message, app.failure.hint, app.failure.exit_code)
    return code


def _end(message: str, hint: str, code: int) -> int:
    """Say on stderr why there is no app."""
    print(f"error: {message}\nhint: {hint}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
