"""Names and sizes: every module says what lives in it, no junk drawers, modules and functions of a readable size."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JUNK = {"utils", "util", "helpers", "helper", "common", "core", "misc", "manager", "admin"}
MODULE_LINES = 300
FUNCTION_LINES = 45

FILES = sorted((ROOT / "surveyapp").rglob("*.py")) + sorted((ROOT / "analytics").rglob("*.py"))
FILES = [path for path in FILES if "migrations/versions" not in path.as_posix()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_lives_in_it_and_stays_readable(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the module does not open with a sentence"
    assert path.stem not in JUNK and path.parent.name not in JUNK, "a junk-drawer name; whose room is it?"
    assert text.count("\n") <= MODULE_LINES, "split the module where its subjects part"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= FUNCTION_LINES, f"{node.name} is too long"
        if isinstance(node, ast.ExceptHandler):
            assert not (len(node.body) == 1 and isinstance(node.body[0], ast.Pass)), "an exception is swallowed"
