"""Only analytics/disclosure.py can make a ReleasedTable: nobody else names the seal it takes."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {"analytics/tables.py", "analytics/disclosure.py"}


def test_only_disclosure_names_the_seal_of_released_tables() -> None:
    modules = [path for folder in ("analytics", "surveyapp") for path in (ROOT / folder).rglob("*.py")]
    naming = {p.relative_to(ROOT).as_posix() for p in modules if "_DISCLOSURE_SEAL" in p.read_text(encoding="utf-8")}
    assert naming <= ALLOWED
    assert "analytics/tables.py" in naming
