"""`style`: what the liked prompts have in common, in a page."""

from __future__ import annotations

from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.state import State


@command(
    "style",
    short_help="Show your style in a page.",
    example="""
    promptstyle style
    promptstyle --profile work style --json
    """,
)
def style(state: State) -> None:
    """Show what the liked prompts have in common: length, openings, phrases, limits, layout.

    It is measured from the likes alone, beside ordinary prompts; no model is asked.
    """
    from promptstyle.core.style.page import style_page

    with state.own_library() as library:
        prompts = [like.output for like in library.likes(state.profile)]
    page = style_page(prompts)
    if state.json:
        output.row({"profile": state.profile, **page.to_json()})
    else:
        output.text(page.text())


COMMANDS = {"style": style}
