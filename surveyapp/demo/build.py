"""Building the whole demo: organisation, accounts, invented years, releases cut and signed quarter by quarter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.coding.queueing import queue_new_comments
from surveyapp.coding.staff_names import staff_directory
from surveyapp.config import Settings
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import publish_shipped
from surveyapp.demo import accounts
from surveyapp.demo.agreed import write_actions
from surveyapp.demo.answers import FULL, SHORT
from surveyapp.demo.coders import code_what_waits
from surveyapp.demo.history import Writer, write_leavers
from surveyapp.demo.inventing import leavers_of, places_of
from surveyapp.demo.starters import CHECK, write_starters
from surveyapp.demo.workforce import write_workforce
from surveyapp.directory import queries as directory
from surveyapp.directory.models import Agency, Grade
from surveyapp.directory.organisation import SHIPPED, load_organisation, read_organisation
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.reports.cutting import cut_due_releases
from surveyapp.reports.due import quarters_to_freeze
from surveyapp.reports.freezing import freeze_quarter
from surveyapp.reports.signing import sign_release
from surveyapp.responses.ballot_box import wipe_free_pages
from surveyapp.responses.batches import cut_on
from surveyapp.responses.promises import keep, promise_in_force

LEAVERS_A_YEAR = {"ncs": 760, "css": 150}
UNDER_WAY = timedelta(75)
"""How far ahead the last working days of people already known lie."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How much to invent: agencies (1 or 2), leavers a year in the first one, financial years, and the seed."""

    agencies: int = 2
    leavers: int = LEAVERS_A_YEAR["ncs"]
    years: int = 3
    seed: int = 1


def is_built(session: Session) -> bool:
    """Whether the database holds an agency already; the demo is only built into an empty one."""
    return session.scalar(select(Agency.code).limit(1)) is not None


def build(session: Session, settings: Settings, size: Size, actor: audit.Actor, progress: Progress) -> None:
    """Build everything; commits as it goes."""
    today = clock.today()
    first = first_day(today, size.years)
    progress("Organisation and accounts")
    load_organisation(session, read_organisation(SHIPPED["demo"]), actor)
    publish_shipped(session, actor=actor)
    accounts.make_accounts(session, settings.password_salt.get_secret_value(), actor)
    session.commit()
    private = ReleasePrivateKey.from_pem(settings.release_key_path.read_bytes())
    for code in list(LEAVERS_A_YEAR)[: size.agencies]:
        _invent(session, private, code, size, first, today, actor, progress)
    write_actions(session)
    session.commit()
    agencies = list(LEAVERS_A_YEAR)[: size.agencies]
    newest = {code: _count_and_code(session, private, code, today, progress) for code in agencies}
    queue_new_comments(session, agencies)
    for code, quarter in newest.items():
        if quarter is not None:
            code_what_waits(session, code, cut_on(quarter), is_newest=True)
    session.commit()
    wipe_free_pages(session.get_bind().engine)
    for code in agencies:
        for number in cut_due_releases(session, private, code, today, actor, progress):
            sign_release(session, number, accounts.SIGNER, needs_two=False, actor=actor)
            session.commit()


def _count_and_code(
    session: Session, private: ReleasePrivateKey, agency: str, today: date, progress: Progress
) -> str | None:
    """Count each due quarter as its cut does, and let the coders code its comments before the next one is counted; the
    newest quarter, whose comments wait for their turn."""
    names = staff_directory(session, agency)
    due = quarters_to_freeze(session, agency, today)
    for quarter in due:
        progress(f"{agency} {quarter}: counting")
        freeze_quarter(session, private, agency, quarter, names)
        if quarter != due[-1]:
            code_what_waits(session, agency, cut_on(quarter), is_newest=False)
        session.commit()
    return due[-1] if due else None


def first_day(today: date, years: int) -> date:
    """The first day of the financial year that began so many complete years ago."""
    this_year = today.year if (today.month, today.day) >= (4, 1) else today.year - 1
    return date(this_year - years, 4, 1)


def _invent(
    session: Session,
    private: ReleasePrivateKey,
    agency: str,
    size: Size,
    first: date,
    today: date,
    actor: audit.Actor,
    progress: Progress,
) -> None:
    """One agency's people, case by case."""
    random = Random(f"{size.seed} {agency}")
    areas = directory.areas_of(session, agency)
    roles = [role.code for role in directory.job_roles_of(session, agency)]
    known = session.execute(select(Grade.code, Grade.grade_group).where(Grade.agency == agency))
    grades = {code: group for code, group in known}
    total = size.leavers * LEAVERS_A_YEAR[agency] // LEAVERS_A_YEAR["ncs"]
    places = places_of(agency, [area.code for area in areas], roles, list(grades), total, random)
    interviewers: dict[str, Interviewer] = accounts.make_interviewers(session, agency, areas, first, actor)
    promise = promise_in_force(session, agency)
    keep(session, promise)
    writer = Writer(
        session=session,
        key=private.public,
        definitions={name: definitions.offered(session, name) for name in (FULL, SHORT, CHECK)},
        grade_groups=grades,
        interviewers=interviewers,
        promise=promise.sha256,
        today=today,
    )
    for n in write_leavers(writer, leavers_of(places, first, today + UNDER_WAY, today, random)):
        progress(f"{agency}: {n} leavers")
    if agency == "ncs":
        write_starters(writer, places, first_day(today, 1), Random(f"{size.seed} {agency} starters"))
    write_workforce(session, agency, first, random, actor)
    audit.record(session, "demo.invented", actor, ("agency", agency), agency=agency, seed=size.seed)
    session.commit()
