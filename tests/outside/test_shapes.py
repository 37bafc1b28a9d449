"""Each shape of outside file on a small fixture of its own: what is read, and what is refused with row and column."""

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from surveyapp.languages import ENGLISH
from surveyapp.outside.dates import date_order
from surveyapp.outside.faults import Fault, FileRefused, MappingFaulty
from surveyapp.outside.interpreting import SurveyRead
from surveyapp.outside.mapping import Mapping, read_mapping
from surveyapp.outside.mappings import SHIPPED
from surveyapp.outside.reading import fold, fold_band, read_table
from surveyapp.outside.service import OutsideFile, read_survey

FIXTURES = Path(__file__).parents[1] / "fixtures" / "outside"


def shipped(name: str) -> Mapping:
    return read_mapping(SHIPPED[name].read_text(encoding="utf-8"))


def read(name: str, mapping: Mapping | None = None) -> SurveyRead:
    file = OutsideFile((FIXTURES / f"{name}.csv").read_bytes(), ".csv")
    return read_survey(file, mapping or shipped(name))


def faults_in(content: str | bytes, mapping: Mapping, suffix: str = ".csv") -> list[Fault]:
    encoded = content.encode() if isinstance(content, str) else content
    with pytest.raises(FileRefused) as refused:
        read_survey(OutsideFile(encoded, suffix), mapping)
    return refused.value.faults


def ticks(found: SurveyRead) -> Counter[str]:
    counted = Counter[str]()
    for _, one in found.respondents:
        counted.update(dict.fromkeys(one.reasons, one.count))
    return counted


SIMPLE = """
agency: simple
source: Simple
fields:
  area: Area
  role: {value: Everyone}
  leaving_type: {value: resignation}
  date: {column: Left, precision: year}
reasons: {tick_columns: [Pay, Study], ticked: [x], not_ticked: ["-"], skipped: [""]}
"""


def simple(**more: str) -> Mapping:
    text = SIMPLE + "".join(f"{key}: {value}\n" for key, value in more.items())
    return read_mapping(text)


def test_yes_or_blank_with_spellings_months_and_tenure_bands() -> None:
    found = read("ticked_yes")
    assert set(found.areas) == {"north", "south"}
    assert Counter(one.area for _, one in found.respondents) == {"north": 4, "south": 1}
    assert [period for period, _ in found.respondents] == ["2024Q2", "2024Q2", "2024Q3", "2024Q3", "2024Q4"]
    assert [one.tenure for _, one in found.respondents] == ["lt2", "10plus", "2to4", "5to9", "not_known"]
    assert [one.leaving_type for _, one in found.respondents].count("resignation") == 3
    assert ticks(found) == {"pay": 2, "workload": 2, "bullying": 1, "career": 1}
    assert found.answered == 5
    assert [reason.code for reason in found.reasons if reason.sensitive] == ["bullying"]


def test_true_false_blank_is_skipped_and_counts_in_no_base() -> None:
    found = read("ticked_true")
    assert (found.people, found.answered, found.undated) == (4, 3, 1)
    assert ticks(found) == {"pay": 1, "workload": 1, "health": 1}
    assert [one.main for _, one in found.respondents] == ["pay", None, None, "workload"]
    assert found.roles["lead_senior"] == "Lead, senior"


def test_one_cell_with_many_reasons_knows_none_of_these_from_blank() -> None:
    found = read("one_cell")
    assert (found.people, found.answered) == (4, 3)
    assert ticks(found) == {"pay": 1, "workload": 2}
    assert "case_officer" in found.roles
    assert found.respondents[0][1].main == "workload"


def test_option_labels_and_dashes_as_in_the_worked_mapping() -> None:
    text = SHIPPED["tafe"].read_text(encoding="utf-8")
    start, end = text.index("  tick_columns:"), text.index("  ticked:")
    columns = "  tick_columns: [{column: Contributing Factors. Pay, name: Pay},"
    columns += " {column: Contributing Factors. Study, name: Study}]\n"
    mapping = read_mapping(text[:start] + columns + text[end : text.index("main_reason:")])
    found = read("labels", mapping)
    assert set(found.areas.values()) == {"Hill Institute", "Lake Institute"}
    assert (found.answered, found.undated, ticks(found)) == (3, 1, {"pay": 1, "study": 1})
    assert "Not stated" in found.roles.values()


def test_rows_that_stand_for_many_people_count_them_all() -> None:
    mapping = read_mapping("""
agency: counted
source: Counted
count_column: N
fields: {area: POST, role: {value: Volunteer}, leaving_type: {column: KIND, resignation: [RESIGNATION]}}
reasons: {multi_column: [CODE1, CODE2], name_columns: [NAME1, NAME2], skipped: [""]}
main_reason: CODE1
sensitive: ["20"]
""")
    found = read("counted", mapping)
    assert (found.people, found.answered, ticks(found)) == (12, 7, {"10": 3, "20": 7})
    assert {reason.code: (reason.name, reason.sensitive) for reason in found.reasons} == {
        "10": ("pay", False),
        "20": ("health", True),
    }
    content = (FIXTURES / "counted.csv").read_text().replace(",5\n", ",5.5\n")
    assert [(fault.row, fault.column) for fault in faults_in(content, mapping)] == [(4, "N")]


def test_a_workbook_reads_like_its_csv() -> None:
    book = Workbook()
    for row in [
        ["Area", "Role", "Year", "Pay", "Workload", "Health", "Main reason"],
        ["East", "Clerk", 2022, True, False, False, "Pay"],
        ["East", "Clerk", 2023, False, False, False, None],
        ["West", "Clerk", None, None, None, None, None],
        ["West", "Lead, senior", 2023, False, True, True, "Workload"],
    ]:
        book.active.append(row)  # type: ignore[union-attr]  # a new book has a sheet
    out = io.BytesIO()
    book.save(out)
    from_book = read_survey(OutsideFile(out.getvalue(), ".xlsx"), shipped("ticked_true"))
    assert from_book.respondents == read("ticked_true").respondents


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("North  office", "North\xa0office").encode("utf-8"),
        lambda text: text.encode("cp1252"),
        lambda text: text.replace("Career move elsewhere", "Career\xa0 move elsewhere ").encode(),
    ],
    ids=["CRLF", "mark", "hard space", "cp1252", "spaces in a heading"],
)
def test_encodings_line_ends_and_blanks_change_nothing(change: Callable[[str], bytes]) -> None:
    content = change((FIXTURES / "ticked_yes.csv").read_text(encoding="utf-8"))
    found = read_survey(OutsideFile(content, ".csv"), shipped("ticked_yes"))
    assert found.respondents == read("ticked_yes").respondents


HEAD = "Area,Left,Pay,Study\n"
REFUSED = {
    "a lost character": (HEAD + "N\ufffdrth,2012,x,-\n", 2, "Area", "U+FFFD"),
    "a split heading": ('Area,Left,Pay,Study,"of work",more\nNorth,2012,x,-\n', 1, "", "split or shifted"),
    "a longer row": (HEAD + "North,2012,x,-\nNorth, East,2012,x,-\n", 3, "", "quotation marks"),
    "a shorter row": (HEAD + "North,2012,x,-\nNorth,2012\n", 3, "", "quotation marks"),
    "a title row": ("Leavers of 2012,,,\nArea,Left,Pay,Study\nNorth,2012,x,-\n", 1, "", "title"),
    "merged headings": ("Area,Left,Reasons,\nNorth,2012,x,-\n", 1, "column 4", "merged"),
    "a total row": (HEAD + "North,2012,x,-\nTotal,2012,x,-\n", 3, "Area", "total"),
    "an unknown tick": (HEAD + "North,2012,yes,-\n", 2, "Pay", "ticked"),
    "no year": (HEAD + "North,soon,x,-\n", 2, "Left", "year"),
    "a day without an order": (HEAD + "North,03/04/2012,x,-\n", 0, "Left", "order"),
    "both orders": (HEAD + "North,13/04/2012,x,-\nNorth,04/13/2012,x,-\n", 0, "Left", "mixed"),
    "two spellings": (HEAD + "North,2012,x,-\nNORTH,2012,x,-\n", 0, "Area", "recode"),
    "a missing column": ("Area,Left,Pay\nNorth,2012,x\n", 0, "Study", "no such column"),
    "a column twice": ("Area,Left,Pay,Study,Pay \nNorth,2012,x,-,-\n", 0, "Pay", "twice"),
    "other delimiter": (HEAD.replace(",", ";") + "North;2012;x;-\n", 1, "", "delimiter"),
    "open quotes": (HEAD + 'North,2012,"x,-\n', 2, "", "quotation marks"),
    "nothing": ("", 0, "", "no rows"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_row_column_and_reason(case: str) -> None:
    content, row, column, reason = REFUSED[case]
    first = faults_in(content, simple())[0]
    assert (first.row, first.column_in(ENGLISH)) == (row, column)
    assert reason in first.wanted_in(ENGLISH)


def test_no_text_file_is_refused() -> None:
    assert "not a text file" in faults_in(b"PK\x03\x04\x00\x00", simple())[0].wanted_in(ENGLISH)
    assert "cannot be opened" in faults_in(b"PK\x03\x04\x00\x00", simple(), ".xlsx")[0].wanted_in(ENGLISH)
    assert "not utf-8" in faults_in(b"Area,Left,Pay,Study\nN\xe9,2012,x,-\n", simple(encoding="utf-8"))[0].wanted_in(
        ENGLISH
    )


def test_bands_made_into_dates_are_refused_where_used_and_warned_of_elsewhere() -> None:
    text = (FIXTURES / "ticked_yes.csv").read_text(encoding="utf-8").replace("2 – 4", "02-Apr")
    made = faults_in(text, shipped("ticked_yes"))
    assert [(fault.row, fault.column, fault.read) for fault in made] == [(4, "Service", "02-Apr")]
    rows = "Area,Left,Pay,Study,Age\nNorth,2012,x,-,02-Apr\nNorth,2012,x,-,5-9\n"
    found = read_survey(OutsideFile(rows.encode(), ".csv"), simple())
    assert [warning.column for warning in found.warnings if "dates" in str(warning)] == ["Age"]


def test_rounded_numbers_are_warned_of() -> None:
    rows = "Id,Area,Left,Pay,Study\n6.34E+17,North,2012,x,-\n6.34E+17,North,2012,-,-\n"
    found = read_survey(OutsideFile(rows.encode(), ".csv"), simple())
    assert "1 different ones" in next(str(w) for w in found.warnings if w.column == "Id")


def test_a_faulty_mapping_names_line_key_and_remedy() -> None:
    with pytest.raises(MappingFaulty) as faulty:
        read_mapping(SIMPLE + "colour: red\nheader_row: first\n")
    found = {fault.column: fault for fault in faulty.value.faults}
    assert found["colour"].row == 10 and "MAPPINGS.md" in found["colour"].wanted_in(ENGLISH)
    assert found["header_row"].row == 11 and found["header_row"].read == "first"
    with pytest.raises(MappingFaulty, match="line 3, source"):
        read_mapping("agency: a\nfields: {area: A, role: R, leaving_type: {value: other}}\nsource: ''\nreasons: {}")
    with pytest.raises(MappingFaulty, match="stands twice"):
        read_mapping("agency: a\nagency: b\n")
    with pytest.raises(MappingFaulty, match="not YAML"):
        read_mapping("agency: [a\n")


def test_a_reason_that_is_no_reason_is_refused_as_main_or_sensitive() -> None:
    rows = "Area,Left,Pay,Study,Main\nNorth,2012,x,-,Weather\n"
    assert faults_in(rows, simple(main_reason="Main"))[0].column == "Main"
    assert faults_in(rows, simple(sensitive="[Weather]"))[0].column == "sensitive"


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(1, 12)), min_size=1))
def test_dates_of_one_order_are_never_called_mixed(days: list[tuple[int, int]]) -> None:
    assert not date_order(f"{day:02}/{month:02}/2020" for day, month in days).is_mixed
    assert not date_order(f"{month:02}/{day:02}/2020" for day, month in days).is_mixed


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_band(fold_band(text)) == fold_band(text)


@given(st.text(), st.sampled_from([".csv", ".xlsx"]))
def test_any_file_is_read_or_refused(text: str, suffix: str) -> None:
    try:
        read_table(text.encode("utf-8", "surrogatepass"), suffix)
    except FileRefused as refused:
        assert refused.faults
