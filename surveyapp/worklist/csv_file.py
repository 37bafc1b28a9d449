"""Rows as a CSV file that a spreadsheet opens as text: nothing in it is taken for a formula."""

import csv
from collections.abc import Iterable
from io import StringIO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[list[str]]) -> bytes:
    """The file, in UTF-8 with the mark by which spreadsheets know it."""
    stream = StringIO(newline="")
    writer = csv.writer(stream)
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def guarded(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
