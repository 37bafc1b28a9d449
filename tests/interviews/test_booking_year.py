"""A year of bookings by many processes that are killed now and then: no overlap ever, nothing acknowledged is lost."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases import queries as cases
from surveyapp.clock import LONDON
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import InterviewBooking
from surveyapp.mail.models import OutboxMessage
from tests.factories.cases import make_case
from tests.interviews.booking_clients import Plan, effect_of
from tests.interviews.booking_history import Act, check, read_history
from tests.interviews.people import make_interviewer, offered

ROOT = Path(__file__).parents[2]
AREAS = ("NM", "EV", "SM", "WB", "HQ")
FIRST = date(2026, 3, 23)
"""The year begins in the week before the clocks go forward and passes both changes, Easter and Christmas."""


def people(session: Session, n_areas: int) -> list[Interviewer]:
    """Two or three interviewers an Area, each with their own pattern, breaks, travel and limit."""
    made = []
    for number in range(n_areas * 3 - 1):
        area, other = AREAS[number % n_areas], AREAS[(number + 1) % n_areas]
        made.append(
            make_interviewer(
                session,
                f"Person {chr(65 + number)}",
                area=area,
                serves=tuple({area, other}),
                daily_limit=2 + number % 3,
                interview_minutes=(45, 60, 90)[number % 3],
                buffer_minutes=(0, 15, 25)[number % 3],
                travel_minutes=(0, 40)[number % 2],
                hours=[(day, time(9 + number % 2), time(16, 30)) for day in range(5) if day != number % 5],
            )
        )
    return made


def leavers(session: Session, n: int, day: date, n_areas: int, manager: Interviewer) -> list[str]:
    """A burst of leavers whose news comes on one day, with the offer made; the manager's own team among them."""
    found = []
    for number in range(n):
        line = {"line_manager_email": manager.user.email} if number % 4 == 0 else {}
        case = make_case(session, area=AREAS[number % n_areas], last_working_day=day + timedelta(days=30), **line)
        offered(session, case)
        found.append(str(case.id))
    return found


def prepared(session: Session, folder: Path, url: str, size: "Size", **changes: Any) -> Plan:
    folder.mkdir()
    with clock.set_to(FIRST - timedelta(days=7)):
        staff = people(session, size.n_areas)
    days, bursts = [], []
    for number in range(size.n_bursts):
        day = FIRST + timedelta(days=round(number * 364 / max(size.n_bursts, 1)))
        moment = datetime.combine(day, time(9), tzinfo=LONDON)
        with clock.set_to(moment):
            bursts.append(leavers(session, size.n_leavers, day, size.n_areas, staff[0]))
        days.append(moment.isoformat())
    session.commit()
    ids = [str(one.id) for one in staff]
    return Plan(url, str(folder), size.n_clients, size.deadly, 5, days, bursts, ids, **changes)


class Size:
    """How large a run is."""

    def __init__(self, n_clients: int, n_bursts: int, n_leavers: int, n_areas: int, deadly: float) -> None:
        self.n_clients, self.n_bursts, self.n_leavers = n_clients, n_bursts, n_leavers
        self.n_areas, self.deadly = n_areas, deadly


SMALL = Size(n_clients=8, n_bursts=1, n_leavers=16, n_areas=2, deadly=0.3)
YEAR = Size(n_clients=50, n_bursts=14, n_leavers=50, n_areas=5, deadly=0.25)


def played(session: Session, plan: Plan) -> tuple[list[Act], list[dict[str, Any]], dict[str, int]]:
    """The clients' history, the bookings in the end, and the limits that had to hold."""
    command = [sys.executable, "-m", "tests.interviews.booking_clients", str(plan.write())]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    print(f"{done.stdout.strip()} bookers killed")
    session.rollback()
    rows = [effect_of(one) for one in session.scalars(select(InterviewBooking))]
    limits = {str(one.id): one.daily_limit for one in session.scalars(select(Interviewer))}
    return read_history(Path(plan.folder)), rows, limits


def everything_told_was_mailed(session: Session, acts: list[Act]) -> list[str]:
    """Acknowledged acts without the messages that their own transaction had to write."""
    keys = set(session.scalars(select(OutboxMessage.reason_key)))
    kinds = {0: "interview.booked"}
    missing = []
    for effect in (effect for act in acts for effect in act.done):
        wanted = f"{effect['booking']}:{effect['sequence']}"
        told = [key for key in keys if key.startswith(("interview.", "interviewer.")) and wanted in key]
        first = kinds.get(effect["sequence"], "interview.")
        if not any(key.startswith(first) for key in told) or not any(key.startswith("interviewer.") for key in told):
            missing.append(wanted)
    return missing


def nobody_met_their_manager(session: Session) -> bool:
    rows = session.scalars(select(InterviewBooking))
    return not any(cases.is_related(session, one.case, one.interviewer.user.email) for one in rows)


def ledger(plan: Plan, acts: list[Act], rows: list[dict[str, Any]]) -> str:
    counts = Counter(act.kind for act in acts if act.done)
    refused = Counter(act.refused for act in acts if act.refused)
    states = Counter(row["state"] for row in rows)
    in_doubt = sum(act.is_in_doubt for act in acts)
    return (
        f"{plan.database_url.split(':')[0]}: {plan.n_clients} bookers, {sum(map(len, plan.bursts))} leavers, "
        f"{len(acts)} acts, {sum(counts.values())} done {dict(counts)}, refused {dict(refused)}, "
        f"{in_doubt} in doubt, {sum(act.busy for act in acts)} waits of 30 s for the file, rows {dict(states)}"
    )


def test_bookers_that_are_killed_never_overlap_and_lose_nothing(
    session: Session, organisation: str, database_url: str, tmp_path: Path
) -> None:
    plan = prepared(session, tmp_path / "history", database_url, SMALL)
    acts, rows, limits = played(session, plan)
    print(ledger(plan, acts, rows))
    assert check(acts, rows, limits) == []
    assert everything_told_was_mailed(session, acts) == [] and nobody_met_their_manager(session)
    assert any(act.done for act in acts)


@pytest.mark.drill
def test_a_year_of_700_leavers_and_50_bookers(
    session: Session, organisation: str, database_url: str, tmp_path: Path
) -> None:
    plan = prepared(session, tmp_path / "history", database_url, YEAR)
    acts, rows, limits = played(session, plan)
    print(ledger(plan, acts, rows))
    assert check(acts, rows, limits) == []
    assert everything_told_was_mailed(session, acts) == [] and nobody_met_their_manager(session)
    assert sum(act.refused == "SlotAlreadyTaken" for act in acts) >= 20


@pytest.mark.drill  # chance decides whether clients collide; the history below shows every time that the checker sees
@pytest.mark.one_backend
def test_without_guards_the_checker_sees_overlaps(
    session: Session, organisation: str, database_url: str, tmp_path: Path
) -> None:
    """The proof that the checker can fail: the same clients against a database and a service without their guards."""
    plan = prepared(session, tmp_path / "history", database_url, SMALL, unguarded=True)
    found = check(*played(session, plan))
    assert any(line.startswith("two live bookings overlap") for line in found)


def test_more_interviews_than_a_days_limit_are_found_in_the_end() -> None:
    """Five hours with one interviewer, whose limit is four, and whose limit is five."""
    rows = [
        {"booking": str(n), "sequence": 0, "state": "booked", "case": f"c{n}", "interviewer": "i", "day": "d"}
        | {"from": f"{n:02}", "until": f"{n + 1:02}"}
        for n in range(9, 14)
    ]
    acts = [Act(f"{n}.0", "choose", row["case"], n, n + 1, done=(row,)) for n, row in enumerate(rows)]
    assert any(line.startswith("more interviews in a day") for line in check(acts, rows, {"i": 4}))
    assert check(acts, rows, {"i": 5}) == []


def test_a_lost_turn_is_found_in_the_history() -> None:
    """Two movers were both told turn 1: one of the two answers was not true."""
    effect = {"booking": "b", "sequence": 0, "state": "booked", "case": "c", "interviewer": "i", "day": "d"}
    effect |= {"from": "10", "until": "11"}
    book = Act("0.0", "choose", "c", 1, 2, done=(effect,))
    moves = [Act(f"{n}.1", "choose", "c", 3, 4 + n, done=({**effect, "sequence": 1},)) for n in (1, 2)]
    row = {**effect, "sequence": 1}
    found = check([book, *moves], [row], {"i": 4})
    assert [line.split(":")[0] for line in found] == ["two acts were told the same turn"]
    assert check([book, moves[0]], [row], {"i": 4}) == []
    assert check([book, replace(moves[0], done=())], [row], {"i": 4}) != []
