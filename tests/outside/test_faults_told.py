"""Everything that can be wrong with an outside survey is told in English and in Welsh, from marked texts."""

from functools import cache

import pytest

from surveyapp.languages import ENGLISH, WELSH
from surveyapp.languages.catalogue import extracted
from surveyapp.outside import fault_texts as t
from surveyapp.outside.faults import Fault, MappingFaulty, Warned
from surveyapp.outside.mapping import read_mapping
from surveyapp.outside.service import OutsideFile, read_survey
from tests.outside.test_shapes import REFUSED, SIMPLE, faults_in, simple

FAULTY_MAPPINGS = {
    "no YAML": "agency: [a\n",
    "no keys": "- a\n",
    "twice": "agency: b\n" + SIMPLE,
    "unknown key": SIMPLE + "colour: red\n",
    "no number": SIMPLE + "header_row: first\n",
    "too small": SIMPLE + "header_row: 0\n",
    "too large": SIMPLE + "header_row: 51\n",
    "none of the choices": SIMPLE + "encoding: ebcdic\n",
    "a list for one value": SIMPLE + "count_column: [N]\n",
    "one value for a list": SIMPLE + "sensitive: Health\n",
    "one value for keys": SIMPLE + "recode: Health\n",
    "one value for a part": SIMPLE + "checks: [Age]\n",
    "an odd code": SIMPLE.replace("agency: simple", "agency: Not A Code"),
    "a long code": SIMPLE.replace("agency: simple", f"agency: {'a' * 41}"),
    "an empty source": SIMPLE.replace("source: Simple", "source: ''"),
    "column and value": SIMPLE.replace("{value: Everyone}", "{column: Role, value: Everyone}"),
    "no resignation": SIMPLE.replace("{value: resignation}", "{column: Kind}"),
    "two ways of reasons": SIMPLE.replace("tick_columns: [Pay, Study]", "tick_columns: [Pay], multi_column: [Why]"),
    "nothing ticked": SIMPLE.replace("ticked: [x], ", "", 1),
    "a name column too many": SIMPLE.replace("tick_columns: [Pay, Study]", "multi_column: [A], name_columns: [B, C]"),
    "in two lists": SIMPLE.replace('skipped: [""]', "skipped: [x]"),
}


@cache
def marked() -> set[object]:
    """Every text of the slice that the catalogue knows."""
    return set(extracted("outside")["outside"])


def told_in_both(found: Fault | Warned) -> tuple[str, str]:
    """English and Welsh; every text of it is in the catalogue, and no value was left out."""
    texts = (found.wanted, found.remedy) if isinstance(found, Fault) else (found.text,)
    assert {text for text in texts if text} <= marked()
    said = found.wanted_in if isinstance(found, Fault) else found.said_in
    english, welsh = said(ENGLISH), said(WELSH)
    assert "None" not in english and "%(" not in english + welsh
    assert english != welsh
    return english, welsh


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_with_a_file_is_told_in_both_languages(case: str) -> None:
    for fault in faults_in(REFUSED[case][0], simple()):
        told_in_both(fault)


def test_a_column_without_a_heading_is_named_in_the_readers_language() -> None:
    fault = faults_in(REFUSED["merged headings"][0], simple())[0]
    assert (fault.column_in(ENGLISH), fault.column_in(WELSH)) == ("column 4", "colofn 4")
    assert str(fault).startswith("row 1, column 4: This heading is empty")


def test_a_fault_of_a_cell_keeps_its_values_in_both_languages() -> None:
    order = faults_in(REFUSED["both orders"][0], simple())[0]
    assert order.values == {"day_first": 1, "month_first": 1, "either": 0}
    assert "1 dates can only be day/month" in order.wanted_in(ENGLISH)
    assert "Mae trefn y diwrnod a'r mis yn gymysg" in order.wanted_in(WELSH)
    other = faults_in("Area,Left,Pay,Study,Main\nNorth,2012,-,-,x\n", simple(main_reason="Main"))[0]
    told_in_both(other)


@pytest.mark.parametrize("case", FAULTY_MAPPINGS)
def test_what_is_wrong_with_a_mapping_is_told_in_both_languages(case: str) -> None:
    with pytest.raises(MappingFaulty) as faulty:
        read_mapping(FAULTY_MAPPINGS[case])
    for fault in faulty.value.faults:
        english, _welsh = told_in_both(fault)
        assert fault.wanted != t.DOES_NOT_FIT, english


CHECKED = "checks: [{column: Grade, least: 1, most: 9}]\n"
ODD = "Id,Area,Left,Pay,Study,Age,Grade\n6.34E+17,North,2012,x,-,02-Apr,high\n6.34E+17,,,-,-,5-9,2\n"
BY_KIND = SIMPLE.replace("{value: resignation}", "{column: Pay, resignation: [x]}")
UNFILLED = "Area,Left,Pay,Study,Main\nNorth,2012,x,-,%[Unit]Q1%\n"


def test_what_there_is_to_know_is_told_in_both_languages() -> None:
    read = [
        read_survey(OutsideFile(ODD.encode("cp1252"), ".csv"), read_mapping(BY_KIND + CHECKED)),
        read_survey(
            OutsideFile(ODD.replace("North", "N\xe9").encode("cp1252"), ".csv"),
            read_mapping(BY_KIND.replace("  date: {column: Left, precision: year}\n", "")),
        ),
    ]
    with_main = read_mapping(SIMPLE + "main_reason: Main\nrecode: {main_reason: {Pay: ['%[Unit]Q1%']}}\n")
    read.append(read_survey(OutsideFile(UNFILLED.encode(), ".csv"), with_main))
    warnings = [one for survey in read for one in survey.warnings]
    told = {one.text: told_in_both(one)[0] for one in warnings}
    assert set(told) == {
        t.DATES_MADE,
        t.NUMBERS_ROUNDED,
        t.NOT_BETWEEN,
        t.UNDATED,
        t.NO_DATES,
        t.KEPT_AS_BLANK,
        t.OTHER_LEAVING,
        t.READ_AS_CP1252,
        t.PLACEHOLDER_KEPT,
    }
    assert told[t.NOT_BETWEEN] == "Grade: Row 2 holds “high”. A whole number from 1 to 9 is wanted."
