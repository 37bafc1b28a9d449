"""Report pages and files read release rows of signed releases through one door, and never a response."""

import ast
from pathlib import Path

import pytest

REPORTS = Path(__file__).parents[2] / "surveyapp" / "reports"
READING = [
    *(REPORTS / "pages").glob("*.py"),
    *(REPORTS / f"{name}.py" for name in ("asking", "choices", "document", "file_routes", "paper", "staff_routes")),
    *(
        REPORTS / f"{name}.py"
        for name in ("agencies_routes", "for_programs", "meeting", "report_book", "themes", "together", "workbooks")
    ),
]
ROWS = {"ReleaseRow", "ReleaseAtoms", "ReleaseFinding", "ReleaseGroup", "FrozenCounts", "Comment", "ReleasedComment"}
CLOSED = ("surveyapp.responses.ballot_box", "surveyapp.responses.models", "surveyapp.outside", "surveyapp.interviews")


def imported(path: Path) -> set[tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {(node.module or "", name.name) for node in found for name in node.names}


@pytest.mark.parametrize("path", READING, ids=lambda path: path.stem)
def test_what_readers_see_is_asked_of_the_queries_of_signed_releases(path: Path) -> None:
    names = imported(path)
    assert not {name for module, name in names if name in ROWS}, "ask surveyapp.reports.queries instead"
    assert not {module for module, _name in names if module.startswith(CLOSED)}


def test_the_rule_would_see_a_reader_of_rows() -> None:
    assert {name for _module, name in imported(REPORTS / "queries.py")} & ROWS
