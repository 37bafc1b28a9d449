"""The worked import: the TAFE exit survey, read as it is, has exactly the counts of its truth tables."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit import Actor, ActorKind
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.outside.interpreting import SurveyRead
from surveyapp.outside.mapping import read_mapping
from surveyapp.outside.mappings import SHIPPED
from surveyapp.outside.models import ImportedRow, ImportedSurvey
from surveyapp.outside.report import Outcome
from surveyapp.outside.service import OutsideFile, import_survey, read_survey
from surveyapp.reports import cutting
from surveyapp.reports.frames import LEAVER, LEAVER_MAIN

pytestmark = pytest.mark.real_data
TESTER = Actor(ActorKind.COMMAND, "tester")
TAFE = read_mapping(SHIPPED["tafe"].read_text(encoding="utf-8"))
VARIANT = "variants/tafe_survey__cp1252_nbsp_excel_dates.csv"
SCOPES = {"all leavers": ("resignation", "other"), "resignations only": ("resignation",)}


def tafe_file(real_data: Path, name: str = "tafe_survey.csv") -> OutsideFile:
    return OutsideFile((real_data / "qld_tafe" / name).read_bytes(), ".csv")


def truth(real_data: Path, name: str) -> list[dict[str, str]]:
    with (real_data / "qld_tafe" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


Count = tuple[str, str, str, str, int, int, int]


def counts_of(read: SurveyRead) -> set[Count]:
    """(scope, dimension, level, reason, n, everybody, answered), as the truth table has them."""
    names = {reason.code: reason.name for reason in read.reasons}
    found: set[Count] = set()
    for scope, kinds in SCOPES.items():
        people = [one for _, one in read.respondents if one.leaving_type in kinds]
        groups = {("overall", "All"): people}
        for one in people:
            role = read.roles[one.role].replace("Not stated", "(blank)")
            groups.setdefault(("Institute", read.areas[one.area]), []).append(one)
            groups.setdefault(("Classification", role), []).append(one)
        for (dimension, level), group in groups.items():
            answered = sum(one.answered for one in group)
            n = Counter(names[code] for one in group for code in one.reasons)
            found |= {(scope, dimension, level, name, n[name], len(group), answered) for name in names.values()}
    return found


def truth_counts(rows: Iterable[dict[str, str]]) -> set[Count]:
    return {
        (r["scope"], r["dimension"], r["level"], r["reason"], int(r["n"]), int(r["base_all"]), int(r["base_ans"]))
        for r in rows
        if r["dimension"] in ("overall", "Institute", "Classification")
    }


@pytest.mark.parametrize("name", ["tafe_survey.csv", VARIANT])
def test_counts_equal_the_truth_overall_by_institute_and_by_classification(real_data: Path, name: str) -> None:
    read = read_survey(tafe_file(real_data, name), TAFE)
    wanted = truth_counts(truth(real_data, "truth_tafe_long.csv"))
    assert len(wanted) > 400
    assert counts_of(read) == wanted
    assert (len(read.respondents), read.people, read.answered, read.undated) == (702, 702, 437, 7)
    resignations = [one for _, one in read.respondents if one.leaving_type == "resignation"]
    assert (len(resignations), sum(one.answered for one in resignations)) == (340, 332)


def test_main_factors_equal_the_truth_and_never_add_to_the_ticks(real_data: Path) -> None:
    read = read_survey(tafe_file(real_data), TAFE)
    names = {reason.code: reason.name for reason in read.reasons}
    mains = Counter(names[one.main] if one.main else "(blank)" for _, one in read.respondents)
    wanted = Counter[str]()
    for row in truth(real_data, "truth_tafe_main_factor.csv"):
        wanted["Dissatisfaction" if "%" in row["main_factor"] else row["main_factor"]] += int(row["n"])
    assert mains == wanted
    assert any("Q25LBL" in str(warning) for warning in read.warnings)


def test_frozen_counts_equal_the_truth_and_the_same_file_changes_nothing(
    session: Session, real_data: Path, release_key: ReleasePrivateKey
) -> None:
    file = tafe_file(real_data)
    first = import_survey(session, file, TAFE, release_key.public, frozen=(), actor=TESTER)
    session.commit()
    again = import_survey(session, file, TAFE, release_key.public, frozen=(), actor=TESTER)
    assert (first.outcome, again.outcome) == (Outcome.IMPORTED, Outcome.UNCHANGED)
    assert session.scalar(select(func.count()).select_from(ImportedRow)) == 702
    assert session.scalar(select(func.count()).select_from(ImportedSurvey)) == 1
    made = cutting.cut_due_releases(session, release_key, "tafe", clock.today(), TESTER, lambda step: None)
    assert len(made) == 1
    batches = cutting.frozen_batches(session, release_key, "tafe", LEAVER)
    assert [batch.period for batch in batches] == ["2009", "2010", "2011", "2012", "2013", "undated"]
    rows = [(atom, batch.reasons) for batch in batches for atom in batch.atoms]
    assert sum(atom.base for atom, _ in rows) == 437
    assert sum(atom.base for atom, _ in rows if atom.leaving_type == "resignation") == 332
    ticked = Counter[str]()
    for atom, reasons in rows:
        ticked.update(dict(zip(reasons, atom.counts, strict=True)))
    assert (ticked["dissatisfaction"], ticked["career_move_private_sector"]) == (66, 101)
    main = cutting.frozen_batches(session, release_key, "tafe", LEAVER_MAIN)
    assert sum(atom.base for batch in main for atom in batch.atoms) == 702 - 589
