"""Prints how fast 15 reasons x 12 roles x 16 Areas are counted, beside pandas, DuckDB and SQL on the same rows.

    python -m tests.benchmarks.cube_counts [ROWS ...]

Wanted on 2 cores once loaded: 1,000,000 rows under 40 ms, 10,000,000 under 300 ms, under 100 bytes a row, a snapshot
of 1,000,000 read in under 0.5 s. Also prints the time to open sealed answers, which a cut does once for each.
"""

import sqlite3
import sys
import time
from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd

from analytics.cube import CodedRows, count_cube
from analytics.snapshots import from_bytes, to_bytes
from surveyapp.encryption.sealed_box import ReleasePrivateKey

N_REASONS, N_ROLES, N_AREAS = 15, 12, 16
SQL_ROWS_AT_MOST = 1_000_000
SEALED = 20_000
REPEATS = 5


def simulate_rows(n: int) -> CodedRows:
    """Leavers with a role, an Area and any of 15 reasons."""
    random = np.random.default_rng(1)
    levels = {"role": tuple(f"role{i}" for i in range(N_ROLES)), "area": tuple(f"area{i}" for i in range(N_AREAS))}
    codes = {
        "role": random.integers(0, N_ROLES, n).astype(np.uint8),
        "area": random.integers(0, N_AREAS, n).astype(np.uint8),
    }
    bits = np.zeros(n, dtype=np.uint16)
    for reason, share in enumerate(np.linspace(0.45, 0.03, N_REASONS)):
        bits |= (random.random(n) < share).astype(np.uint16) << np.uint16(reason)
    return CodedRows(levels, codes, tuple(f"reason{i}" for i in range(N_REASONS)), (bits,))


def wide_frame(rows: CodedRows) -> pd.DataFrame:
    """The same rows as anyone would hold them in pandas: two categories and a boolean a reason."""
    columns = {name: pd.Categorical.from_codes(codes, rows.levels[name]) for name, codes in rows.codes.items()}
    reasons = {name: (rows.words[0] >> np.uint16(at)) & np.uint16(1) == 1 for at, name in enumerate(rows.reasons)}
    return pd.DataFrame({**columns, **reasons})


def best_ms(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The quickest of some runs, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def compare(n: int) -> None:
    """Times the cube and its rivals on n rows, and checks that they count the same."""
    rows = simulate_rows(n)
    cube = count_cube(rows, ["role", "area"])
    stored = to_bytes(rows)
    print(f"{n:,} leavers: {rows.bytes_held / n:.0f} bytes a leaver held, {len(stored) / n:.0f} in a snapshot")
    for workers in (1, 2):
        took = best_ms(lambda workers=workers: count_cube(rows, ["role", "area"], workers))  # type: ignore[misc]
        print(f"  cube, {workers} thread{'s' * (workers > 1)}: {took:8.1f} ms")
    print(f"  snapshot read:   {best_ms(lambda: from_bytes(stored), 3):8.1f} ms")
    frame = wide_frame(rows)
    grouped = frame.groupby(["role", "area"], observed=False)
    print(f"  pandas groupby:  {best_ms(lambda: grouped.sum(), 2):8.1f} ms")
    sums = ", ".join(f"sum({name}::int) as {name}" for name in rows.reasons)
    base = duckdb.connect()
    base.register("frame", frame)
    base.execute("create table leavers as select * from frame")
    asked = f"select role, area, count(*) as base, {sums} from leavers group by role, area"
    print(f"  DuckDB:          {best_ms(lambda: base.execute(asked).fetchall(), 3):8.1f} ms")
    total = base.execute(f"select {', '.join(f'sum({name}::int)' for name in rows.reasons)} from leavers").fetchone()
    assert total is not None and list(total) == cube.counts.sum(axis=(0, 1)).tolist(), "DuckDB counts otherwise"
    if n <= SQL_ROWS_AT_MOST:
        _compare_sql(frame, rows)


def _compare_sql(frame: pd.DataFrame, rows: CodedRows) -> None:
    with sqlite3.connect(":memory:") as base:
        frame.astype({"role": str, "area": str}).to_sql("leavers", base, index=False)
        sums = ", ".join(f"sum({name})" for name in rows.reasons)
        asked = f"select role, area, count(*), {sums} from leavers group by role, area"
        print(f"  SQL (SQLite):    {best_ms(lambda: base.execute(asked).fetchall(), 1):8.1f} ms")


def open_sealed() -> None:
    """How long opening sealed answers takes, which is by far the longest part of a large cut."""
    key = ReleasePrivateKey.generate()
    box = key.public.seal(b"x" * 600, "ballot")
    took = best_ms(lambda: [key.open(box, "ballot") for _ in range(SEALED)], 1) / 1000
    print(
        f"sealed answers: {SEALED:,} opened in {took:.1f} s, so 1,000,000 in about {took * 1e6 / SEALED / 60:.1f} min"
    )


def main() -> None:
    """Prints all figures."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or [1_000_000, 10_000_000]
    for n in sizes:
        compare(n)
    open_sealed()


if __name__ == "__main__":
    main()
