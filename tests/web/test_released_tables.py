"""Typed tables on a page: only typed ones, numbers aligned, masks in words, hidden cells explained."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g

from analytics.tables import Column, OperationalTable
from surveyapp.web.released_tables import TableNotTyped, show_table, written
from tests.web.gallery import TABLE, make_app


@pytest.fixture(autouse=True)
def app() -> Iterator[Flask]:
    made = make_app()
    with made.test_request_context("/"):
        yield made


@pytest.mark.parametrize("other", [[{"n": 1}], {"title": "x"}, "text", object()])
def test_anything_but_a_typed_table_is_refused(other: Any) -> None:
    with pytest.raises(TableNotTyped):
        show_table(other)


def test_a_look_alike_is_refused() -> None:
    class ReleasedTable:
        title, columns, rows, notes = "Small counts", (Column("n", "n"),), (("1",),), ()

    with pytest.raises(TableNotTyped):
        show_table(ReleasedTable())


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (46, "percent", "46%"),
        (1204, "people", "1,204"),
        (2.5, "days", "2.5"),
        ("<3", "people", "fewer than 3"),
        (">=38", "people", "38 or more"),
        (0, "people", "0"),
        (None, "people", ""),
    ],
)
def test_cells_are_written_as_people_read_them(value: Any, unit: str, said: str) -> None:
    assert written(value, unit) == said


def test_masks_and_hidden_cells_speak_welsh() -> None:
    g.language = "cy"
    assert written("<3", "people") == "llai na 3"
    assert "wedi’i guddio" in written("[c]", "people", "/why")


def test_a_hidden_cell_links_to_the_reason() -> None:
    shown = show_table(TABLE, hidden_link="/themes/hidden?area=<b>")
    assert (
        '<a class="govuk-link govuk-link--no-underline app-hidden-cell" href="/themes/hidden?area=&lt;b&gt;">[c]'
        in shown
    )


def test_figures_are_marked_as_numbers_and_shares_are_shaded_in_five_steps() -> None:
    shown = show_table(TABLE, shaded=("percent",))
    assert '<td class="govuk-table__cell app-number app-shade-5" data-sort="45">45%</td>' in shown
    assert '<td class="govuk-table__cell app-number app-shade-1" data-sort="5">5%</td>' in shown
    assert '<th scope="col" class="govuk-table__header app-number"' in shown


def test_names_from_data_are_escaped() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    table = OperationalTable(title=hostile, columns=(Column("a", hostile),), rows=((hostile,),), notes=(hostile,))
    assert "<img" not in show_table(table, links={hostile: hostile})


def test_no_shade_is_given_where_every_share_is_nothing() -> None:
    table = OperationalTable(title="t", columns=(Column("a", "A"), Column("p", "P", "percent")), rows=(("x", 0),))
    assert "app-shade-" not in show_table(table, shaded=("p",))
