"""The release job on an invented year: due quarters are cut in order, once; only signed releases are read."""

import json
from collections import Counter
from datetime import date

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics.tables import Family, Selection, Status
from surveyapp import cli, clock
from surveyapp.coding.models import Comment, ReleasedComment
from surveyapp.coding.standing import text_of
from surveyapp.config import Settings
from surveyapp.demo import accounts, build
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports import cutting, queries, signing
from surveyapp.reports.models import Release, ReleaseRow, ReleaseState
from surveyapp.reports.selection import READABLE_SOURCES, By
from surveyapp.responses.models import Ballot, OpenedBallot
from tests.conftest import TESTER
from tests.factories.published_agencies import publish_three
from tests.schemas import schema_faults

SMALL = build.Size(agencies=1, leavers=200, years=1, seed=3)
TODAY = date(2026, 11, 21)
ORGANISATION = (Family.ORGANISATION, Selection.ALL)


@pytest.fixture
def invented(app: Flask, session: Session, settings: Settings) -> Session:
    """A small invented agency with its due releases cut and signed, as of 21 November 2026; it takes seconds."""
    with clock.set_to(TODAY):
        build.build(session, settings, SMALL, TESTER, lambda _: None)
    return session


def check_every_due_quarter_is_cut_in_order_and_signed(invented: Session) -> None:
    releases = invented.scalars(select(Release).order_by(Release.number)).all()
    periods = [release.as_of for release in releases]
    assert periods == sorted(periods) and periods[-1] == "2026Q3" and len(set(periods)) == len(periods)
    assert all(release.is_signed and release.sign_off for release in releases)


def check_a_cut_batch_leaves_no_waiting_ballot_and_none_too_early(invented: Session) -> None:
    waiting = set(invented.scalars(select(Ballot.batch_quarter)))
    assert waiting <= {"2026Q4"}
    assert invented.scalar(select(func.count()).select_from(OpenedBallot))


def check_cutting_again_does_nothing_and_the_future_is_refused(
    invented: Session, release_key: ReleasePrivateKey
) -> None:
    before = invented.scalar(select(func.count()).select_from(ReleaseRow))
    with clock.set_to(TODAY):
        assert cutting.cut_due_releases(invented, release_key, "ncs", TODAY, TESTER, lambda _: None) == []
        with pytest.raises(cutting.AsOfInTheFuture):
            cutting.cut_due_releases(invented, release_key, "ncs", date(2027, 1, 1), TESTER, lambda _: None)
    assert invented.scalar(select(func.count()).select_from(ReleaseRow)) == before


def check_no_published_group_is_smaller_than_ten_and_no_percent_is_0_or_100(invented: Session) -> None:
    shown = invented.scalars(select(ReleaseRow).where(ReleaseRow.status != "hidden")).all()
    assert shown and all(row.base is not None and row.base >= 10 for row in shown if row.source != "hr")
    assert not [row for row in shown if row.percent in (0, 100)]
    assert all(row.percent is None for row in shown if row.status == "masked")


def check_comments_are_coded_counted_and_listed_by_the_rule(invented: Session) -> None:
    listed = Counter((one.period, one.family, one.place, one.code) for one in invented.scalars(select(ReleasedComment)))
    lists = Counter[tuple[str, str, str]]()
    for (period, family, place, _code), n in listed.items():
        lists[period, family, place] += n
    assert lists and min(lists.values()) >= 5 and min(listed.values()) >= 3
    counted = invented.scalars(select(ReleaseRow).where(ReleaseRow.source == "comment")).all()
    assert [row for row in counted if row.status == "shown"]
    assert all(row.base is not None and row.base >= 10 for row in counted if row.status == "shown")
    texts = [text_of(one).text for one in invented.scalars(select(Comment))]
    assert texts and not [text for text in texts if "@" in text]
    assert not [text for text in texts if "stayed empty" in text and "empty and I did" not in text], "words mangled"


def check_new_starters_say_what_they_were_not_given(invented: Session) -> None:
    newest = queries.signed_releases(invented, "ncs")[0]
    had, told = (
        {row.reason: row.percent or 0 for row in queries.rows_of(invented, newest, source, *ORGANISATION)}
        for source in ("check:month_1:induction", "check:month_1:as_expected")
    )
    assert had["buddy"] < 40 < had["welcome"] and set(told) == {"yes", "partly", "no"}


def check_readers_see_a_release_only_once_it_is_signed(invented: Session) -> None:
    newest = queries.signed_releases(invented, "ncs")[0]
    newest.state = ReleaseState.CUT
    invented.flush()
    older = queries.signed_releases(invented, "ncs")[0]
    assert older.number < newest.number
    rows = queries.rows_of(invented, newest, "leaver", Family.ORGANISATION, Selection.ALL)
    assert str(newest.number) not in {row.accepted_in for row in rows}


def check_two_people_must_sign_when_the_rule_is_on(invented: Session) -> None:
    newest = queries.signed_releases(invented, "ncs")[0]
    newest.state = ReleaseState.CUT
    signing.sign_release(invented, newest.number, accounts.SIGNER, needs_two=True, actor=TESTER)
    assert newest.state is ReleaseState.CUT
    with pytest.raises(signing.CannotSign, match="second person"):
        signing.sign_release(invented, newest.number, accounts.SIGNER, needs_two=True, actor=TESTER)
    with pytest.raises(signing.CannotSign, match="may not sign"):
        signing.sign_release(invented, newest.number, "coder@ncs.example", needs_two=True, actor=TESTER)


def check_the_command_prints_the_contract_columns_and_the_same_numbers_as_the_rows(
    invented: Session, app: Flask
) -> None:
    invented.commit()
    runner = CliRunner()
    info = ScriptInfo(create_app=lambda: app)
    group = cli.Commands("surveyapp")
    csv = runner.invoke(group, ["themes", "--format", "csv", "--leaving-type", "all"], obj=info)
    assert csv.exit_code == 0, csv.output
    head, *lines = csv.output.splitlines()
    assert head == "release,agency,window,leaving_type,area,role,reason,n,base,percent,low,high,status"
    found = runner.invoke(group, ["themes", "--format", "json", "--leaving-type", "all"], obj=info)
    records = json.loads(found.output)
    assert len(records) == len(lines)
    assert {record["status"] for record in records} <= {status.value for status in Status}
    for record in records:
        if record["status"] == "hidden":
            assert record["n"] is None and record["base"] is None and record["percent"] is None
        elif record["status"] == "masked":
            assert record["n"] in ("<3", ">=base-2", "<5", ">=base-4")
    assert csv.output.splitlines()[1:] == sorted(csv.output.splitlines()[1:], key=lambda x: x.split(",")[4:7])


def check_what_commands_print_for_programs_fits_its_schema(invented: Session, app: Flask) -> None:
    def printed(*words: str) -> str:
        invented.commit()
        with clock.set_to(TODAY):
            answer = app.test_cli_runner().invoke(args=[*words])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    for words in (("releases", "list"), ("releases", "cut"), ("disposal", "plan"), ("questionnaires", "list")):
        assert schema_faults("-".join(words), printed(*words, "--json")) == []
    assert schema_faults("releases-audit", printed("releases", "audit", "1", "--json")) == []
    reading, statuses = ("--format", "json", "--leaving-type", "all"), set()
    for by in By:
        for source in READABLE_SOURCES:
            themes = printed("themes", "--by", by.value, "--source", source, *reading)
            assert schema_faults("themes", themes) == [], (by, source)
            statuses |= {record["status"] for record in json.loads(themes)}
    assert statuses == {status.value for status in Status}
    standouts = printed("standouts", *reading)
    assert json.loads(standouts) and schema_faults("standouts", standouts) == []


def test_an_invented_year_is_counted_cut_signed_and_read(
    invented: Session, app: Flask, release_key: ReleasePrivateKey
) -> None:
    check_every_due_quarter_is_cut_in_order_and_signed(invented)
    check_a_cut_batch_leaves_no_waiting_ballot_and_none_too_early(invented)
    check_no_published_group_is_smaller_than_ten_and_no_percent_is_0_or_100(invented)
    check_the_command_prints_the_contract_columns_and_the_same_numbers_as_the_rows(invented, app)
    check_what_commands_print_for_programs_fits_its_schema(invented, app)
    check_cutting_again_does_nothing_and_the_future_is_refused(invented, release_key)
    check_comments_are_coded_counted_and_listed_by_the_rule(invented)
    check_new_starters_say_what_they_were_not_given(invented)
    check_readers_see_a_release_only_once_it_is_signed(invented)
    check_two_people_must_sign_when_the_rule_is_on(invented)


def test_without_a_signed_release_the_command_says_how_to_make_one(app: Flask) -> None:
    answer = CliRunner().invoke(cli.Commands("surveyapp"), ["themes"], obj=ScriptInfo(create_app=lambda: app))
    assert answer.exit_code == 1 and "surveyapp releases cut" in answer.output


def test_without_an_agency_the_newest_signed_release_of_all_is_read_and_named(
    app: Flask, session: Session, organisation: str
) -> None:
    publish_three(session)
    session.commit()
    newest = session.scalars(select(Release.agency).order_by(Release.number.desc())).first()
    answer = app.test_cli_runner().invoke(args=["themes", "--by", "organisation", "--format", "csv"])
    assert answer.exit_code == 0, answer.output
    assert {line.split(",")[1] for line in answer.stdout.splitlines()[1:]} == {newest}
    assert "--agency reads another" in answer.stderr
