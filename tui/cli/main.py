"""The entry point of `promptstyle`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line on `sys.argv` and exit."""
    try:
        # Imported here, so that Ctrl+C while Python still loads ends as any other.
        from promptstyle.tui.cli.root import root
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\nhint: nothing was changed; run it again\n")
        sys.exit(130)
    root.main(prog_name="promptstyle")


if __name__ == "__main__":
    main()
