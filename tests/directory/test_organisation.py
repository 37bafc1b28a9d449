"""Loading an organisation: the shipped ones load, twice the same, and faults are named all at once."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.directory.models import Agency, Area, JobRole
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
