"""Where the real leaver data lies; a test without it is skipped, and says so aloud."""

import os
import warnings
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("SURVEYAPP_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))


def real_path(*parts: str) -> Path:
    """A file of the real data, or its folder; skips the test, with a warning in the summary, when it is absent."""
    path = FOLDER.joinpath(*parts)
    if not path.exists():
        absent = f"REAL DATA ABSENT: {path} is not there; set SURVEYAPP_REAL_DATA to run this test"
        warnings.warn(absent, stacklevel=2)
        pytest.skip(absent)
    return path
