"""The house's walls: the import contracts of pyproject.toml hold, and below the route nothing knows the web."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BELOW_THE_ROUTE = {"models.py", "service.py", "queries.py", "emails.py", "jobs.py"}
OF_THE_WEB = ("flask", "wtforms", "flask_wtf", "surveyapp.web")
MAY_IMPORT_ANALYTICS = {"compliance", "coding", "reports", "actions", "demo", "cli", "outside"}
MAY_READ_RESPONSES = {"responses", "reports", "coding", "disposal"}
MAY_READ_NAMED_ANSWERS = MAY_READ_RESPONSES | {"interviews", "case_page"}
MAKES_RESPONSES_UP = {"demo"}
HOLD_ANSWERS = {"answering", "ballot_box", "ballots", "contents", "drafts", "models", "service"}


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def product_files() -> list[Path]:
    return sorted((ROOT / "surveyapp").rglob("*.py"))


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.parametrize("path", [p for p in product_files() if p.name in BELOW_THE_ROUTE], ids=str)
def test_below_the_route_nothing_imports_the_web(path: Path) -> None:
    bad = {name for name in imports_of(path) if name.startswith(OF_THE_WEB)}
    assert not bad, f"{path} imports {bad}"


def test_only_named_slices_import_analytics() -> None:
    for path in product_files():
        room = path.relative_to(ROOT / "surveyapp").parts[0]
        if any(name == "analytics" or name.startswith("analytics.") for name in imports_of(path)):
            assert room in MAY_IMPORT_ANALYTICS, f"{path} imports analytics"


def test_only_named_slices_read_responses() -> None:
    """The cut, coding and disposal; named answers also the case's page and interviews, through one logged query."""
    for path in product_files():
        room = path.relative_to(ROOT / "surveyapp").parts[0]
        for name in imports_of(path) if room != "tables.py" else ():
            part = name.removeprefix("surveyapp.responses.").split(".")[0] if "surveyapp.responses." in name else ""
            if part in HOLD_ANSWERS:
                assert room in MAY_READ_RESPONSES | MAKES_RESPONSES_UP, f"{path} reads responses: {name}"
            if part == "queries":
                assert room in MAY_READ_NAMED_ANSWERS, f"{path} reads named answers: {name}"


def test_no_import_hides_in_a_function_or_crosses_into_anothers_pages() -> None:
    for path in product_files():
        room = path.relative_to(ROOT / "surveyapp").parts[0]
        for name in imports_of(path):
            parts = name.split(".")
            if parts[0] == "surveyapp" and len(parts) > 2 and parts[2] in ("forms", "leaver_routes", "staff_routes"):
                assert parts[1] in (room, "web", "engine") or path.name == "app.py", f"{path} reaches into {name}"
