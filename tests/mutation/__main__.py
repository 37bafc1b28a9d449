"""`python -m tests.mutation [PART ...] [--count]`: change the guards a thousand ways and count which changes tests see.

Cosmic Ray makes the changes, in a copy of the project; the score and every surviving change are printed. The bar is
90% (TRUST 25). `--count` only says how many changes there are. Cosmic Ray comes with `pip install --group mutation`.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BAR = 90
OPERATORS = """
[cosmic-ray.filters.operators-filter]
exclude-operators = [
    "core/ReplaceBinaryOperator_BitOr_.*",
    "core/RemoveDecorator",
    "core/ReplaceComparisonOperator_Is_Eq",
    "core/ReplaceComparisonOperator_IsNot_NotEq",
]
"""
"""`|` stands in annotations, where changing it changes nothing; a decorator taken away fails on import; an enumeration
is equal to what it is."""


@dataclass(frozen=True)
class Part:
    """Modules to change and the tests that must notice."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    chosen: str = ""
    seconds: int = 120


PARTS = {
    "masks": Part(("analytics/masks.py",), ("tests/analytics/test_masks.py", "tests/analytics/test_tables.py")),
    "disclosure": Part(
        ("analytics/disclosure.py", "analytics/rules.py", "analytics/unsafe.py"),
        ("tests/analytics/test_disclosure.py", "tests/attacks/test_broken_rules.py"),
    ),
    "access": Part(
        ("surveyapp/access/scope.py", "surveyapp/access/viewer.py", "surveyapp/access/guards.py"),
        ("tests/directory/test_accounts.py", "tests/access/test_every_route.py", "tests/access/test_every_record.py"),
        "not postgresql",
        240,
    ),
    "ballots": Part(
        ("surveyapp/responses/ballot_box.py", "surveyapp/responses/ballots.py", "surveyapp/encryption/sealed_box.py"),
        ("tests/encryption", "tests/responses/test_ballot_box.py", "tests/responses/test_sending.py"),
        "not postgresql",
    ),
}


def settings_of(part: Part) -> str:
    """Cosmic Ray's own settings for one part."""
    chosen = f" -k '{part.chosen}'" if part.chosen else ""
    command = f"{sys.executable} -m pytest -x -q -p no:cacheprovider -m 'not drill'{chosen} {' '.join(part.tests)}"
    modules = ", ".join(f'"{one}"' for one in part.modules)
    return f"""[cosmic-ray]
module-path = [{modules}]
timeout = {part.seconds}.0
excluded-modules = []
test-command = "{command}"

[cosmic-ray.distributor]
name = "local"
{OPERATORS}"""


def run(name: str, *, is_count: bool) -> bool:
    """Change one part's modules in a copy; whether the score reaches the bar."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        left_out = shutil.ignore_patterns(".git", ".venv", ".tools", "instance", "node_modules", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=left_out)
        (copy / "mutation.toml").write_text(settings_of(PARTS[name]), encoding="utf-8")
        tool(copy, "cosmic-ray", "init", "mutation.toml", "session.sqlite")
        tool(copy, "cr-filter-operators", "session.sqlite", "mutation.toml")
        if is_count:
            print(name, tool(copy, "cr-report", "session.sqlite").splitlines()[-3:])
            return True
        tool(copy, "cosmic-ray", "baseline", "mutation.toml")
        tool(copy, "cosmic-ray", "exec", "mutation.toml", "session.sqlite")
        print(tool(copy, "cr-report", "--surviving-only", "--show-diff", "session.sqlite"))
        outcomes = Counter(outcomes_in(tool(copy, "cosmic-ray", "dump", "session.sqlite")))
    n, seen = sum(outcomes.values()), sum(outcomes.values()) - outcomes["survived"]
    minutes = (time.monotonic() - began) / 60
    print(f"{name}: {seen} of {n} changes were seen, {100 * seen / n:.1f}%, in {minutes:.0f} minutes; {dict(outcomes)}")
    return 100 * seen >= BAR * n


def outcomes_in(dump: str) -> Iterator[str]:
    """How each change that was really made ended; `cr-rate` would count those left out as seen."""
    for line in dump.splitlines():
        _change, result = json.loads(line)
        if result is not None and result["worker_outcome"] == "normal":
            yield result["test_outcome"]


def tool(copy: Path, name: str, *arguments: str) -> str:
    """One of Cosmic Ray's programs, run in the copy; what it prints."""
    program = Path(sys.executable).parent / name
    if not program.exists():
        sys.exit("Cosmic Ray is not here. Install it beside the tests: .venv/bin/pip install --group mutation")
    done = subprocess.run([program, *arguments], cwd=copy, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    wanted = [one for one in sys.argv[1:] if one in PARTS] or list(PARTS)
    reached = [run(one, is_count="--count" in sys.argv) for one in wanted]
    sys.exit(0 if all(reached) else 1)
