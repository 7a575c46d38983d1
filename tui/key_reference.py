"""The table of keys in docs/app.md: `python -m promptstyle.tui.key_reference` prints it."""

from __future__ import annotations

from promptstyle.tui.keys import TABLE


def table() -> str:
    """Every binding as a row of a Markdown table: id, keys, what it does."""
    rows = ["| id | keys | what it does |", "|---|---|---|"]
    for key in TABLE:
        keys = " ".join(f"`{each}`" for each in key.keys.split(","))
        rows.append(f"| `{key.id}` | {keys} | {key.tooltip or key.description} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
