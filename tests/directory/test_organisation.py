"""Loading an organisation: the shipped ones load, twice the same, and faults are named all at once."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.directory.models import Agency, Area, ClosureDay, JobRole
from surveyapp.directory.organisation import SHIPPED, OrganisationFileRefused, load_organisation, read_organisation
from tests.conftest import TESTER


def test_the_demo_organisation_has_two_agencies_and_its_areas(session: Session, organisation: str) -> None:
    assert session.scalars(select(Agency.code).order_by(Agency.code)).all() == ["css", "ncs"]
    of_ncs = select(func.count()).select_from(Area).where(Area.agency == organisation)
    assert session.scalar(of_ncs.where(~Area.is_division)) == 14
    assert session.scalar(of_ncs.where(Area.is_division)) == 6
    assert session.scalar(select(func.count()).select_from(JobRole).where(JobRole.agency == organisation)) == 12


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_loading_a_shipped_organisation_twice_changes_nothing(session: Session, name: str) -> None:
    rows = read_organisation(SHIPPED[name])
    load_organisation(session, rows, TESTER)
    before = session.scalar(select(func.count()).select_from(Area))
    load_organisation(session, rows, TESTER)
    assert session.scalar(select(func.count()).select_from(Area)) == before


def test_every_fault_of_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "organisation.csv"
    file.write_text("kind,code,name,parent,nation,group\nagency,a,A,,ENG,\nplanet,x,X,,,\narea,b,B,a,FRA,\n")
    with pytest.raises(OrganisationFileRefused) as refused:
        read_organisation(file)
    assert [(fault.line, fault.column) for fault in refused.value.faults] == [(3, "kind"), (4, "nation")]


HEADING = "kind,code,name,parent,nation,group\n"
AGENCY = "agency,a,Agency A,,ENG,\narea,n,North,a,,\n"


def loaded(session: Session, tmp_path: Path, rows: str) -> None:
    file = tmp_path / "organisation.csv"
    file.write_text(HEADING + rows)
    load_organisation(session, read_organisation(file), TESTER)
    session.flush()


def test_a_closure_day_is_of_the_area_or_agency_it_names_by_code_or_by_name(session: Session, tmp_path: Path) -> None:
    days = "closure_day,2026-12-24,Eve,North,,\nclosure_day,2026-12-28,Day,n,,\nclosure_day,2026-12-29,All,Agency A,,\n"
    loaded(session, tmp_path, AGENCY + days)
    found = session.execute(select(ClosureDay.day, ClosureDay.area).order_by(ClosureDay.day)).all()
    assert [(day.day, area) for day, area in found] == [(24, "n"), (28, "n"), (29, None)]


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ("closure_day,2026-12-24,Eve,Nroth,,\ngrade,g,G,Nroth,,\n", [(4, "area"), (5, "agency")]),
        ("agency,b,B,,ENG,\ngrade,g,G,,,\n", [(5, "agency")]),
        ("agency,b,B,,ENG,\narea,n,North,b,,\nclosure_day,2026-12-24,Eve,North,,\n", [(6, "area")]),
    ],
)
def test_a_parent_that_is_not_there_or_not_clear_is_refused_not_guessed(
    session: Session, tmp_path: Path, rows: str, faults: list[tuple[int, str]]
) -> None:
    with pytest.raises(OrganisationFileRefused) as refused:
        loaded(session, tmp_path, AGENCY + rows)
    assert [(fault.line, fault.values["kind"]) for fault in refused.value.faults] == faults


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (b"agency,a,Caf\xe9,,ENG,\n", "file"),
        (b"agency,a,A,,ENG,,more\n", "group"),
        (b"agency," + b"a" * 41 + b",A,,ENG,\n", "code"),
    ],
)
def test_a_file_that_cannot_be_taken_as_it_is_says_so(tmp_path: Path, content: bytes, column: str) -> None:
    file = tmp_path / "organisation.csv"
    file.write_bytes(HEADING.encode() + content)
    with pytest.raises(OrganisationFileRefused) as refused:
        read_organisation(file)
    assert [fault.column for fault in refused.value.faults] == [column]
