"""The pictures of the app, copied from the snapshots of its tests: `make pictures`.

`tests/unit/test_pictures.py` compares the two, so that no picture shows what the app no longer is.
"""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
SNAPSHOTS = HERE.parents[1] / "tests" / "tui" / "__snapshots__"
PICTURES = {
    "welcome": "test_write_pictures/test_picture_of_the_welcome[size1]",
    "write": "test_write_pictures/test_picture_of_a_liked_prompt",
    "sentences": "test_sentences_screen/test_picture_of_a_prompt_sentence_by_sentence[size1]",
    "library": "test_library_screen/test_picture_of_the_table[size1]",
    "retrain": "test_retrain_screen/test_picture_of_the_training[colours-(80, 24)]",
    "results": "test_results_screen/test_it_looks_as_it_did[1-(80, 24)]",
    "style": "test_style_screen/test_picture_of_the_page[size1]",
    "settings": "test_settings_screen/test_picture_of_the_settings[size1]",
    "models": "test_models_screen/test_picture_of_the_runs",
}


def snapshot(name: str) -> Path:
    """The stored snapshot that a picture is a copy of."""
    return SNAPSHOTS / f"{PICTURES[name]}.svg"


if __name__ == "__main__":
    for each in PICTURES:
        shutil.copyfile(snapshot(each), HERE / f"{each}.svg")
