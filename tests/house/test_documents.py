"""The README tells the truth: every setting, every command, every slice, and nothing of anybody's machine."""

import re
from pathlib import Path

from surveyapp.cli import COMMANDS
from tests.house.settings_table import README, settings_table, written_table

ROOT = Path(__file__).parents[2]


def test_the_table_of_settings_is_complete_and_current() -> None:
    """Renew it with `python -m tests.house.settings_table`."""
    assert written_table(README.read_text()) == settings_table()


def test_every_command_is_named() -> None:
    text = README.read_text()
    missing = [name for name in COMMANDS if not re.search(rf"\b{re.escape(name)}\b", text)]
    assert not missing


def test_every_folder_that_the_map_names_is_there() -> None:
    named = set(re.findall(r"`((?:surveyapp|analytics|questionnaires|tests)/[\w/.-]*)`", README.read_text()))
    assert not [path for path in named if not (ROOT / path).exists()]


def test_every_picture_is_there_and_light() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README.read_text())
    assert pictures
    for picture in pictures:
        path = ROOT / picture
        assert path.exists(), f"{picture} is missing"
        assert path.stat().st_size < 400_000, f"{picture} is heavy"


def test_locks_name_no_host() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()
