"""Coded rows survive being stored."""

import numpy as np
import pandas as pd
import pytest

from analytics.cube import count_cube, encode_rows
from analytics.snapshots import SnapshotNotUnderstood, from_bytes, to_bytes

FRAME = pd.DataFrame(
    {"role": ["clerk", "lawyer", "clerk"], "reason_pay": [True, False, True], "count": [1, 4, 2]}, index=[5, 6, 7]
)


@pytest.mark.parametrize("count", [None, "count"])
def test_rows_read_back_count_the_same(count: str | None) -> None:
    rows = encode_rows(FRAME, ["role"], {"pay": "reason_pay"}, count=count)
    again = from_bytes(to_bytes(rows))
    assert np.array_equal(count_cube(again, ["role"]).counts, count_cube(rows, ["role"]).counts)
    assert again.levels == rows.levels


@pytest.mark.parametrize("stored", [b"", b"PK not a snapshot", to_bytes(encode_rows(FRAME, [], {}))[:-40]])
def test_bytes_that_are_no_snapshot_are_refused(stored: bytes) -> None:
    with pytest.raises(SnapshotNotUnderstood):
        from_bytes(stored)
