"""The sheets of an XLSForm workbook as plain rows, every cell as text, every row with its number."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from surveyapp.engine.faults import DefinitionFaulty, Fault

_MOST_ROWS = 5000
_TRANSLATED = re.compile(r"(label|hint)(?:::(.+))?")
_LANGUAGES = {"en": "en", "english": "en", "cy": "cy", "welsh": "cy", "cymraeg": "cy"}


@dataclass(frozen=True)
class SheetRow:
    """One row: plain columns by heading, and label and hint by language."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    label: Mapping[str, str] = field(default_factory=dict)
    hint: Mapping[str, str] = field(default_factory=dict)

    def cell(self, heading: str) -> str:
        return self.cells.get(heading, "")

    def fault(self, what: str, remedy: str) -> Fault:
        return Fault(self.sheet, self.number, what, remedy)


@dataclass(frozen=True)
class Workbook:
    """The three sheets that matter; `faults` tells headings in languages the product does not speak."""

    survey: tuple[SheetRow, ...]
    choices: tuple[SheetRow, ...]
    settings: Mapping[str, str]
    faults: tuple[Fault, ...]


def read_workbook(data: bytes) -> Workbook:
    """The workbook; raises `DefinitionFaulty` when it is no XLSX file or has no survey sheet."""
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise DefinitionFaulty([Fault("workbook", 1, "This is not an XLSX workbook.", "Save it as .xlsx.")]) from error
    if "survey" not in book.sheetnames:
        raise DefinitionFaulty(
            [Fault("workbook", 1, "The workbook has no sheet `survey`.", "Name the sheet of questions `survey`.")]
        )
    settings = next(iter(_cells(book, "settings")), (0, {}))[1]
    default = _language(settings.get("default_language", "en")) or "en"
    faults: list[Fault] = []
    survey = tuple(_row("survey", number, cells, default, faults) for number, cells in _cells(book, "survey"))
    choices = tuple(_row("choices", number, cells, default, faults) for number, cells in _cells(book, "choices"))
    return Workbook(survey, choices, settings, tuple(sorted(set(faults))))


def _cells(book: Any, sheet: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Row number and cells by heading; empty rows are left out."""
    if sheet not in book.sheetnames:
        return
    headings: list[str] = []
    for number, row in enumerate(book[sheet].iter_rows(values_only=True), start=1):
        if number > _MOST_ROWS:
            raise DefinitionFaulty([Fault(sheet, number, "The sheet has too many rows.", "Split the form.")])
        values = [_text(value) for value in row]
        if not headings:
            headings = [re.sub(r"\s*::\s*", "::", value.lower()) for value in values] if any(values) else []
            continue
        cells = {heading: value for heading, value in zip(headings, values, strict=False) if heading and value}
        if cells:
            yield number, cells


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _row(sheet: str, number: int, cells: dict[str, str], default: str, faults: list[Fault]) -> SheetRow:
    words: dict[str, dict[str, str]] = {"label": {}, "hint": {}}
    plain: dict[str, str] = {}
    for heading, value in cells.items():
        match = _TRANSLATED.fullmatch(heading)
        if match is None:
            plain[heading] = value
            continue
        language = _language(match[2]) if match[2] else default
        if language is None:
            faults.append(Fault(sheet, 1, f"`{heading}` is in another language.", "Keep English (en) and Welsh (cy)."))
        else:
            words[match[1]][language] = value
    return SheetRow(sheet, number, plain, words["label"], words["hint"])


def _language(written: str) -> str | None:
    """`English (en)`, `en` or `Welsh` as a language code."""
    bracketed = re.search(r"\(([a-z]{2,3})\)", written.lower())
    return _LANGUAGES.get(bracketed[1] if bracketed else written.lower().strip())
