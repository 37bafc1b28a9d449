"""The example of analytics/README.md, run as it stands there on a file made here."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.columns import RespondentColumns
from analytics.disclosure import cut_due_releases
from analytics.finding_sentences import sentence
from analytics.freezing import freeze_periods
from analytics.lattice import OrganisationShape
from analytics.release_findings import findings_of_release
from analytics.releases import DisclosureSettings, ReleaseHistory, newest_groups
from analytics.tables import Selection

README = Path(__file__).parents[2] / "analytics" / "README.md"
NAMES = (
    RespondentColumns,
    cut_due_releases,
    freeze_periods,
    OrganisationShape,
    findings_of_release,
    DisclosureSettings,
    ReleaseHistory,
    newest_groups,
    Selection,
)


def _write_leavers(path: Path) -> None:
    rng = np.random.default_rng(5)
    size = 1200
    area = rng.choice(["gwent", "powys", "dyfed", "gwynedd"], size)
    frame = pd.DataFrame(
        {
            "period": rng.choice(["2025Q2", "2025Q3", "2025Q4", "2026Q1"], size),
            "role": rng.choice(["prosecutor", "paralegal", "casework"], size),
            "area": area,
            "leaving_type": rng.choice(["resignation", "other"], size, p=[0.7, 0.3]),
            "reason_pay": rng.random(size) < 0.3,
            "reason_workload": rng.random(size) < np.where(area == "gwent", 0.6, 0.2),
        }
    )
    frame.to_csv(path, index=False)


def test_the_example_finds_what_was_planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write_leavers(tmp_path / "leavers.csv")
    monkeypatch.chdir(tmp_path)
    [example] = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.S)
    known = {"pd": pd} | {name.__name__: name for name in NAMES}
    exec(example, known)
    found = known["found"]
    assert ("gwent", "workload") in {(finding.key.area, finding.reason) for finding in found}
    assert "leavers gave workload; from the roles in this Area about" in sentence(found[0], "workload")
