"""The table types: who may make them and what shape they hold."""

from dataclasses import replace

import pytest

from analytics.tables import _DISCLOSURE_SEAL as SEAL
from analytics.tables import Column, NotReleased, OperationalTable, ReferenceTable, ReleasedTable, TableShapeWrong

COLUMNS = (Column("area", "Area"), Column("n", "Leavers", "people"))


def test_a_released_table_cannot_be_made_outside_disclosure() -> None:
    with pytest.raises(NotReleased):
        ReleasedTable("Reasons", COLUMNS, (("north", 12),))


def test_a_released_table_cannot_be_copied_with_other_rows() -> None:
    table = ReleasedTable("Reasons", COLUMNS, (("north", 12),), seal=SEAL)
    with pytest.raises((NotReleased, ValueError, TypeError)):
        replace(table, rows=(("north", 1),))


def test_operational_and_reference_tables_are_made_by_anyone() -> None:
    for kind in (OperationalTable, ReferenceTable):
        table = kind("Leavers", COLUMNS, (("north", 12),))
        assert list(table.records()) == [{"area": "north", "n": 12}]


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(TableShapeWrong, match="row 1 has 1 cells for 2 columns"):
        OperationalTable("Leavers", COLUMNS, (("north",),))
