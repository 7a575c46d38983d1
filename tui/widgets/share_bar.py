"""How much of something is done, as a bar that can be read without colours."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class ShareBar(Widget):
    """`████████░░░░░░  57%`, as wide as there is room; `share` is from 0 to 1."""

    DEFAULT_CSS = """
    ShareBar { height: 1; width: 1fr; }
    """

    share: reactive[float] = reactive(0.0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def validate_share(self, share: float) -> float:
        return min(max(share, 0.0), 1.0)

    def render(self) -> Content:
        # 99.6 % is not the end.
        percent = f"{min(round(100 * self.share), 100 if self.share == 1 else 99):4d}%"
        room = max(self.size.width - len(percent), 1)
        filled = int(room * self.share)
        return Content.assemble(
            ("█" * filled, "$primary"), ("░" * (room - filled), "$foreground 40%"), percent
        )
