"""The five lines of analytics/README.md work as they stand there."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

README = Path(__file__).resolve().parents[2] / "analytics" / "README.md"


def test_the_notebook_example_runs_on_a_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    leavers = pd.DataFrame(
        {
            "role": random.choice(["clerk", "lawyer"], 800),
            "area": random.choice(["north", "south"], 800),
            "leaving_type": random.choice(["resignation", "other"], 800),
            "period": random.choice(["2025Q2", "2025Q3", "2025Q4", "2026Q1"], 800),
            "reason_pay": random.random(800) < 0.4,
            "reason_workload": random.random(800) < 0.3,
        }
    )
    leavers.to_csv(tmp_path / "leavers.csv", index=False)
    monkeypatch.chdir(tmp_path)
    example = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    *lines, last = example[1].strip().splitlines()
    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    rows = eval(last, names)
    assert ("12m", "all", "*", "*", "pay") in {row[:5] for row in rows}
