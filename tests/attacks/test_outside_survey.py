"""A real outside survey, imported, cut and signed: an attacker with every published row recovers no small group."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.tables import Selection, Status, WindowCode
from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.directory import accounts
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.outside.mapping import read_mapping
from surveyapp.outside.mappings import SHIPPED
from surveyapp.outside.service import OutsideFile, import_survey
from surveyapp.reports import cutting
from surveyapp.reports.frames import LEAVER
from surveyapp.reports.models import Release, ReleaseRow
from surveyapp.reports.selection import Asked, By
from surveyapp.reports.signing import sign_release
from surveyapp.reports.stored import published_row
from surveyapp.reports.themes import theme_table
from tests.attacks.attacker import Attacker, seen_keys
from tests.conftest import TESTER

pytestmark = [pytest.mark.real_data, pytest.mark.one_backend]


@pytest.fixture
def signed(session: Session, real_data: Path, release_key: ReleasePrivateKey) -> Release:
    """The TAFE survey from file to signed release."""
    file = OutsideFile((real_data / "qld_tafe" / "tafe_survey.csv").read_bytes(), ".csv")
    mapping = read_mapping(SHIPPED["tafe"].read_text(encoding="utf-8"))
    import_survey(session, file, mapping, release_key.public, frozen=(), actor=TESTER)
    accounts.grant_staff_role(session, "signer@tafe.example", StaffRole.RELEASE_SIGNER, "tafe", (), actor=TESTER)
    session.commit()
    (number,) = cutting.cut_due_releases(session, release_key, "tafe", clock.today(), TESTER, lambda step: None)
    release = sign_release(session, number, "signer@tafe.example", needs_two=False, actor=TESTER)
    session.commit()
    return release


def test_nothing_small_follows_from_an_imported_survey(
    app: Flask, session: Session, signed: Release, release_key: ReleasePrivateKey
) -> None:
    batches = cutting.frozen_batches(session, release_key, "tafe", LEAVER)
    rows = [published_row(row) for row in session.scalars(select(ReleaseRow).where(ReleaseRow.source == LEAVER))]
    attacker = Attacker(batches, cutting.shape_of(session, "tafe"))
    attacker.read(seen_keys(rows))
    targets = attacker.targets(len(batches) - 1)
    assert len(targets) > 100
    assert attacker.recovered_by_span(targets) == []
    assert attacker.recovered_by_insider(targets) == []
    assert attacker.nested_differences() == []
    assert attacker.complementary_totals() == []
    shown = [row for row in rows if row.status is not Status.HIDDEN]
    assert shown and all(row.base is not None and row.base >= 10 for row in shown)


@pytest.mark.parametrize("window", ["12m", "fy", "2fy", "3fy", "5fy", "all"])
def test_themes_answer_every_calendar_window(app: Flask, session: Session, signed: Release, window: str) -> None:
    for by in (By.ORGANISATION, By.AREA, By.ROLE, By.ROLE_AREA):
        table = theme_table(session, signed, Asked(by=by, window=WindowCode(window)))
        assert {row.key.window.code for row in table.rows} == {WindowCode(window)}
        keys = [(row.key.area, row.key.role, row.reason) for row in table.rows]
        assert len(keys) == len(set(keys))


def test_the_whole_survey_shows_its_true_counts(app: Flask, session: Session, signed: Release) -> None:
    for selection, base, private in ((Selection.RESIGNATION, 332, None), (Selection.ALL, 437, 101)):
        asked = Asked(by=By.ORGANISATION, window=WindowCode.EVERYTHING, selection=selection)
        rows = {row.reason: row for row in theme_table(session, signed, asked).rows}
        found = rows["career_move_private_sector"]
        assert (found.status, found.base) == (Status.SHOWN, base)
        assert private is None or found.n == str(private)
