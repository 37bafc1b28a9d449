"""A report page as a value: the finding as its heading, sentences, exhibits (picture and table), how to read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.chart_style import Figure
from analytics.tables import AnyTable


@dataclass(frozen=True)
class Exhibit:
    """One typed table, with its picture where there is one. `shaded` names the columns that share a scale of shades;
    `links` gives addresses for texts of the first column; `hidden_link` explains every [c]. `is_quoted`: set as
    quotations (theme, text, language), with `links` to other lists."""

    id: str
    caption: str
    table: AnyTable
    figure: Figure | None = None
    shaded: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    hidden_link: str = ""
    sentences: tuple[str, ...] = ()
    is_open: bool = False
    is_quoted: bool = False


@dataclass(frozen=True)
class FindingLine:
    """A finding as a reader meets it: heading, sentence, how firm it is, where its evidence lies; `alone` says it where
    no heading does; `asked` names it in the words of an address (release, reason, area, role, window, type, source)."""

    heading: str
    sentence: str
    alone: str
    strength: str
    beside: str
    address: str
    asked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FileContent:
    """The rows of the page's CSV file, in their contract's columns."""

    columns: tuple[str, ...]
    records: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Page:
    """Everything a page, its files and its chapter of the report show. `name` is its address below /themes;
    `is_search`: readers type the words (`Reading.words`) that it looks for."""

    name: str
    title: str
    caption: str
    window: str
    base: str
    hidden: str
    content: FileContent
    sentences: tuple[str, ...] = ()
    findings: tuple[FindingLine, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    guide: tuple[str, ...] = ()
    empty: str = ""
    is_search: bool = False

    def exhibit(self, id: str) -> Exhibit | None:
        return next((one for one in self.exhibits if one.id == id), None)


def content_of(table: AnyTable) -> FileContent:
    """A typed table as the rows of a file, by column code."""
    return FileContent(tuple(column.code for column in table.columns), tuple(table.records()))


def contents_of(tables: Sequence[AnyTable]) -> FileContent:
    """Several tables of the same columns under one another."""
    return FileContent(
        tuple(column.code for column in tables[0].columns), tuple(row for table in tables for row in table.records())
    )
