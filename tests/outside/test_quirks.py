"""The files of import_quirks.csv, a test a row: each oddity is read rightly, said aloud, or refused with its reason."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from surveyapp.outside.dates import date_order
from surveyapp.outside.faults import FileRefused
from surveyapp.outside.mapping import Check, read_mapping
from surveyapp.outside.mappings import SHIPPED
from surveyapp.outside.oddities import bad_numbers
from surveyapp.outside.reading import Table, fold_band, read_table
from surveyapp.outside.service import OutsideFile, read_survey

pytestmark = pytest.mark.real_data
TAFE = read_mapping(SHIPPED["tafe"].read_text(encoding="utf-8"))
PEACECORPS = read_mapping(SHIPPED["peacecorps"].read_text(encoding="utf-8"))
TAFE_FILE = "qld_tafe/tafe_survey.csv"
VARIANT = "qld_tafe/variants/tafe_survey__cp1252_nbsp_excel_dates.csv"
COUNTS = "peacecorps/peace_corps_resignation_counts__crlf.csv"
SEPARATIONS = "aps2020/Table_71.csv"
AMBULANCE = "nhs_comments/v6_neas.csv"
PHASE_ONE = "nhs_comments/phase1_text_data.csv"
FACTORS = [one.column for one in TAFE.reasons.tick_columns]


def table(real_data: Path, name: str) -> Table:
    return read_table((real_data / name).read_bytes(), ".csv")


def outside_file(real_data: Path, name: str) -> OutsideFile:
    return OutsideFile((real_data / name).read_bytes(), ".csv")


def truth(real_data: Path, name: str, key: str, value: str) -> dict[str, int]:
    with (real_data / "peacecorps" / name).open(encoding="utf-8-sig", newline="") as file:
        return {row[key]: int(row[value]) for row in csv.DictReader(file)}


def test_every_quirk_is_tested_here(real_data: Path) -> None:
    with (real_data / "import_quirks.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {row["id"].lower() for row in csv.DictReader(file)}
    tested = {name.split("_")[1] for name in globals() if name.startswith("test_q")}
    assert listed == tested


def test_q01_blank_is_skipped_and_a_dash_is_answered(real_data: Path) -> None:
    read = read_survey(outside_file(real_data, TAFE_FILE), TAFE)
    private = sum("career_move_private_sector" in one.reasons for _, one in read.respondents)
    assert (read.answered, private, round(100 * private / read.answered, 1)) == (437, 101, 23.1)


def test_q02_a_ticked_cell_may_repeat_its_heading(real_data: Path) -> None:
    read = read_survey(outside_file(real_data, TAFE_FILE), TAFE)
    assert sum("dissatisfaction" in one.reasons for _, one in read.respondents) == 66


def test_q03_an_unfilled_placeholder_is_kept_and_said_aloud(real_data: Path) -> None:
    read = read_survey(outside_file(real_data, TAFE_FILE), TAFE)
    assert sum(one.main == "dissatisfaction" for _, one in read.respondents) == 23
    assert any("placeholder" in str(warning) for warning in read.warnings)


def test_q04_ages_are_one_scale_of_nine_bands(real_data: Path) -> None:
    ages = [fold_band(cell) for cell in table(real_data, TAFE_FILE).column("CurrentAge. Current Age") if cell]
    assert sum("-" in age for age in ages) == 336 + 82
    assert len(set(ages)) == 9


def test_q05_headings_are_matched_after_folding(real_data: Path) -> None:
    found = table(real_data, TAFE_FILE)
    assert len(found.headings) == 72
    assert sum(", good lighting, suitable seating" in heading for heading in found.headings) == 1
    assert all(found.position(column) >= 0 for column in FACTORS)


def test_q06_windows_text_with_hard_spaces_reads_like_the_original(real_data: Path) -> None:
    canonical, variant = table(real_data, TAFE_FILE), table(real_data, VARIANT)
    assert variant.headings == canonical.headings
    age = "CurrentAge. Current Age"
    assert [fold_band(cell) for cell in variant.column(age)] == [fold_band(cell) for cell in canonical.column(age)]
    both = [read_survey(outside_file(real_data, name), TAFE) for name in (TAFE_FILE, VARIANT)]
    assert both[0].respondents == both[1].respondents
    said = " ".join(str(warning) for warning in both[1].warnings)
    assert "cp1252" in said and "into dates" in said and "2 different ones" in said


def test_q22_rows_that_stand_for_many_people_are_weighted(real_data: Path) -> None:
    read = read_survey(outside_file(real_data, COUNTS), PEACECORPS)
    assert (len(read.respondents), read.people) == (6037, 21418)
    posts, primary, mentioned = Counter[str](), Counter[str](), Counter[str]()
    for _, one in read.respondents:
        posts[read.areas[one.area]] += one.count
        primary[one.main or ""] += one.count
        for code in one.reasons:
            mentioned[code] += one.count
    assert posts == truth(real_data, "truth_post.csv", "post", "volunteers")
    assert primary == truth(real_data, "truth_primary_reason.csv", "code", "volunteers")
    wanted = truth(real_data, "truth_any_mention_primary_or_secondary.csv", "code", "volunteers")
    assert mentioned == {code: n for code, n in wanted.items() if code}
    assert read.answered == 21418 - primary[""]


@pytest.mark.parametrize("header_row", [1, 3, 4, 5])
def test_q26_a_printed_table_is_refused_whatever_row_is_called_its_heading(real_data: Path, header_row: int) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table((real_data / SEPARATIONS).read_bytes(), ".csv", header_row=header_row)
    assert any("unpivot it first" in str(fault) for fault in refused.value.faults)


def test_q28_mixed_date_orders_are_refused_and_spellings_folded(real_data: Path) -> None:
    found = table(real_data, AMBULANCE)
    assert len(found.rows) == 5096
    services = Counter(found.column("Service type 1"))
    assert services["PTS - Patient Transport"] == 1941
    assert len(set(found.column("FFT question"))) == 3
    assert max(len(cell) for cell in found.column("FFT answer")) in (1793, 1794)
    order = date_order(found.column("Date"))
    assert (order.day_first, order.month_first, order.either) == (3577, 289, 1230)
    mapping = read_mapping("""
agency: neas
source: Comments
fields:
  area: Service type 1
  role: {value: Everyone}
  leaving_type: {value: other}
  date: {column: Date, precision: month, order: dmy}
reasons: {tick_columns: [Parking], ticked: ["1"], not_ticked: [""]}
""")
    with pytest.raises(FileRefused, match="mixed: 3577 dates can only be day/month, 289 only month/day, 1230 either"):
        read_survey(outside_file(real_data, AMBULANCE), mapping)


def test_q29_answers_that_say_nothing_stay_text(real_data: Path) -> None:
    answers = table(real_data, AMBULANCE).column("FFT answer")
    assert answers.count("Did not answer") == 1189
    assert answers.count("") == 9
    assert sum(answer.lower().strip(".! ") == "nothing" for answer in answers) >= 221


def test_q30_bad_scores_are_named_by_row(real_data: Path) -> None:
    found = table(real_data, PHASE_ONE)
    assert len(found.rows) == 10334
    bad = Counter(fault.read for fault in bad_numbers(found, Check(column="criticality", least=-5, most=5)))
    assert (bad["-o"], bad["-9"]) == (21, 6)
    assert {"NA", "-NA", "cc", "SS", "A"} <= set(bad)
    assert "Medication" in found.column("subcategory") and "Medication " not in found.column("subcategory")
    assert sum(cell in ("NA", "None") for cell in found.column("feedback")) == 31
