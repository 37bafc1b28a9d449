"""A year of leavers in 14 Areas played day by day: late news, moved dates, withdrawals, deaths, bounces, downtime."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases import service as cases
from surveyapp.cases.models import Case
from surveyapp.config import Settings
from surveyapp.db import begin_writing
from surveyapp.directory.models import Area
from surveyapp.invitations import ledger, letters
from surveyapp.invitations.models import Letter
from surveyapp.mail.bounces import Bounce, record_bounce
from surveyapp.mail.transports import DeliveryPostponed, DeliveryRefused, ReadyMessage
from surveyapp.operation.jobs import JOBS
from surveyapp.operation.worker import Worker
from tests.conftest import TESTER
from tests.factories.cases import make_case

FIRST_DAY = date(2027, 1, 4)
RUN_OUT_DAYS = 165
"""The latest last day is 90 days on and may move by 40; the questionnaire closes 30 days after it."""
TYPES = ("resignation",) * 12 + ("transfer_out", "retirement", "dismissal_conduct", "redundancy", "death")


@dataclass
class PostOffice:
    """A transport that delivers, refuses dead mailboxes, is busy sometimes, and remembers what arrived."""

    chance: random.Random
    dead: set[str] = field(default_factory=set)
    arrived: list[ReadyMessage] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    def send(self, message: ReadyMessage) -> None:
        if message.recipient in self.dead:
            raise DeliveryRefused("SMTP 550")
        if self.chance.random() < 0.05:
            raise DeliveryPostponed("SMTP 451")
        self.arrived.append(message)
        self.days.append(clock.today())

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Life:
    """What a leaver of the simulation will do, and what became of it."""

    case_id: object
    answers_on: date | None = None
    declines_on: date | None = None
    stays_on: date | None = None
    dies_on: date | None = None
    moves_on: date | None = None
    ended_on: date | None = None


class Year:
    """Plays `n_leavers` over a year; the worker runs at 9am and 5pm, and stands still for some days.

    A shorter time (for the small size) has the worker run once a day.
    """

    def __init__(
        self, session: Session, engine: Engine, settings: Settings, n_leavers: int, seed: int, n_days: int = 365
    ) -> None:
        self.n_days, self.hours = n_days, (9, 17) if n_days == 365 else (9,)
        self.session, self.chance = session, random.Random(seed)
        self.office = PostOffice(random.Random(seed + 1))
        jobs = [job for job in JOBS if job.name.startswith(("invitations.", "cases.close"))]
        self.worker = Worker(engine, settings, jobs=jobs, transport=self.office)
        self.areas = [a.code for a in session.scalars(select(Area).where(Area.agency == "ncs", ~Area.is_division))]
        self.arrivals = sorted(self.chance.randrange(n_days) for _ in range(n_leavers))
        self.lives: list[Life] = []
        self.n_printed = 0

    def play(self) -> None:
        """Every day: news from HR, then the leavers, then the worker; three months of run-out at the end."""
        for n in range(self.n_days + RUN_OUT_DAYS):
            day = FIRST_DAY + timedelta(days=n)
            is_down = self.chance.random() < 0.03 or self.n_days // 2 <= n < self.n_days // 2 + 10
            with clock.set_to(datetime(day.year, day.month, day.day, 8, 30, tzinfo=UTC)):
                begin_writing()
                for _ in range(self.arrivals.count(n)):
                    self.lives.append(self._news(day))
                for life in self.lives:
                    self._live(life, day)
                self._print_letters()
                self.session.commit()
            for hour in () if is_down else self.hours:
                with clock.set_to(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)):
                    done = self.worker.run_once()
                    assert not done.failed, done.failed
            self._bounce_late(day)

    def _news(self, day: date) -> Life:
        chance, kind = self.chance, self.chance.choice(TYPES)
        last_day = day + timedelta(days=chance.choice([-20, -3, 0, 1, 5, 14, 28, 28, 60, 90]))
        case = make_case(
            self.session,
            area=chance.choice(self.areas),
            leaving_type=kind,
            last_working_day=last_day,
            language=chance.choice(["en", "en", "cy"]),
            **({"personal_email": ""} if chance.random() < 0.2 else {}),
            **({"work_email": ""} if chance.random() < 0.15 else {}),
        )
        for address in (case.work_email, case.personal_email):
            if address and chance.random() < 0.06:
                self.office.dead.add(address)
        life, some = Life(case.id), lambda: day + timedelta(days=chance.randrange(1, 60))
        fate = chance.random()
        if fate < 0.4:
            life.answers_on = some()
        elif fate < 0.5:
            life.declines_on = some()
        elif fate < 0.58:
            life.stays_on = some()
        elif fate < 0.62:
            life.dies_on = some()
        if chance.random() < 0.1:
            life.moves_on = some()
        return life

    def _live(self, life: Life, day: date) -> None:
        if day not in (life.answers_on, life.declines_on, life.stays_on, life.dies_on, life.moves_on):
            return
        case = self.session.get_one(Case, life.case_id)
        if not case.is_open:
            return
        if day == life.moves_on and case.last_working_day is not None:
            cases.change_last_day(
                self.session, case, case.last_working_day + timedelta(days=self.chance.randrange(-10, 40)), TESTER
            )
        if day == life.dies_on:
            cases.record_death(self.session, case, TESTER)
            life.ended_on = day
        elif day == life.stays_on:
            cases.withdraw_resignation(self.session, case, TESTER)
            life.ended_on = day
        elif day in (life.answers_on, life.declines_on):
            end = ledger.mark_answered if day == life.answers_on else ledger.decline
            if ledger.invitation_for(self.session, case.id).invited_on and end(self.session, case.id):
                life.ended_on = day

    def _print_letters(self) -> None:
        query = select(Letter).where(Letter.printed_on.is_(None), Letter.cancelled_on.is_(None))
        waiting = list(self.session.scalars(query))
        if waiting and self.chance.random() < 0.4:
            made = [letter for one in waiting if (letter := letters.make_letter(self.session, one)) is not None]
            assert letters.keep_letters(self.session, made, waiting, TESTER)
            self.n_printed += len(made)

    def _bounce_late(self, day: date) -> None:
        """Now and then a message that was taken comes back."""
        if self.office.arrived and self.chance.random() < 0.15:
            message = self.chance.choice(self.office.arrived[-5:])
            self.office.dead.add(message.recipient)
            with clock.set_to(day):
                begin_writing()
                record_bounce(self.session, Bounce(message.message_id, True, "5.1.1"))
                self.session.commit()
