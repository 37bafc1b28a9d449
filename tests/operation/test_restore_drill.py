"""The restore drill at full size: a backup while leavers answer and HR writes, an empty place, and what must be there.

`SURVEYAPP_DRILL_CASES` (default 20,000, about ten years of a ministry's leavers before disposal) says how many cases
lie in the database; the small size is `test_backups.py`.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock, mail
from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.cases.imports import import_cases
from surveyapp.cases.models import Case
from surveyapp.config import PROJECT_ROOT, Settings
from surveyapp.db import db, reading
from surveyapp.directory import accounts
from surveyapp.disposal import service as disposal
from surveyapp.encryption.records import DataKey
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.engine.loader import Shelf
from surveyapp.mail.models import MailState, OutboxMessage
from surveyapp.operation.table_contents import contents_of
from surveyapp.operation.worker import Worker
from tests.benchmarks.complete_questionnaires import questionnaire
from tests.benchmarks.import_cases import write_file
from tests.conftest import TESTER
from tests.directory.test_sign_in import WORDS, with_password
from tests.factories.cases import make_case
from tests.mail.post import Remembering
from tests.responses.load import QuickLeaver
from tests.responses.real_server import Server, server
from tests.responses.test_kills import check

pytestmark = pytest.mark.drill
N_CASES = int(os.environ.get("SURVEYAPP_DRILL_CASES", "20000"))
N_LEAVERS, AT_ONCE = 1000, 6
N_ERASED, N_MAIL = 50, 500
CHANGED_BY_A_RESTORE = {"audit_events", "sign_in_sessions", "outbox_messages", "data_keys"}
ADVISER = "mair@ncs.example"


class Timed(QuickLeaver):
    """A leaver who notes when each page was acknowledged, and when the receipt."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(port, token)
        self.moments: list[datetime] = []
        self.told_at: datetime | None = None

    def save(self, place: str) -> str:
        gone_on = super().save(place)
        self.moments.append(clock.now())
        return gone_on

    def answer_everything(self) -> str:
        told = super().answer_everything()
        self.told_at = clock.now()
        return told

    def as_of(self, moment: datetime) -> QuickLeaver:
        """The same leaver as somebody who knows only what had been acknowledged by then."""
        then = QuickLeaver(self.port, self.token)
        then.saved = [page for page, at in zip(self.saved, self.moments, strict=True) if at < moment]
        then.receipt = self.receipt if self.told_at is not None and self.told_at < moment else ""
        return then


@dataclass
class Load:
    """Leavers who answer and an HR system that writes, side by side, until told to stop; each keeps its own ledger."""

    port: int
    waiting: list[str]
    leavers: list[Timed] = field(default_factory=list)
    cases: list[tuple[datetime, UUID]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> None:
        while not self.stop.is_set() and self.waiting:
            leaver = Timed(self.port, self.waiting.pop())
            self.leavers.append(leaver)
            try:
                leaver.answer_everything()
            except Exception as error:  # the ledger names whatever went wrong
                self.faults.append(f"{type(error).__name__}: {error}"[:200])
            finally:
                leaver.connection.close()

    def write(self, address: str) -> None:
        engine = create_engine(address)
        while not self.stop.is_set():
            with Session(engine) as own:
                case_id = make_case(own).id
                own.commit()
            self.cases.append((clock.now(), case_id))
        engine.dispose()

    @property
    def n_acknowledged(self) -> int:
        return len(self.cases) + sum(len(leaver.moments) for leaver in self.leavers)

    def wait_for(self, more: int) -> None:
        """Until so many more writes have been acknowledged, however slow the machine is."""
        wanted = self.n_acknowledged + more
        while self.n_acknowledged < wanted and not self.faults:
            time.sleep(0.02)


def command(instance: Path, address: str, *arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """One command of the product in a process of its own, and how long it took."""
    settings = {"SURVEYAPP_INSTANCE_DIR": str(instance), "SURVEYAPP_DATABASE_URL": address}
    began = time.perf_counter()
    line = [sys.executable, "-m", "surveyapp", *arguments]
    done = subprocess.run(line, cwd=PROJECT_ROOT, env=os.environ | settings, capture_output=True, text=True)
    return done, time.perf_counter() - began


def fill(session: Session, settings: Settings, folder: Path) -> list[UUID]:
    """Many cases, mail that waits, and an adviser who can sign in; some of those cases, for erasing."""
    answering = session.scalars(select(Case.id)).all()
    file = folder / "leavers.csv"
    write_file(file, N_CASES)
    with file.open("rb") as stream:
        import_cases(session, stream, ".csv", TESTER)
    session.commit()
    some = session.scalars(select(Case).where(Case.id.not_in(answering)).limit(2 * N_ERASED + N_MAIL)).all()
    for case in some[2 * N_ERASED :]:
        mail.queue(session, "invitation.invite", "x@home.example", about=case.about, reason_key=f"drill/{case.id}")
    user = accounts.grant_staff_role(session, ADVISER, StaffRole.HR_ADVISER, "ncs", ("NM",), actor=TESTER)
    with_password(session, user, settings)
    return [case.id for case in some[: 2 * N_ERASED]]


def erased(session: Session, people: list[UUID]) -> list[UUID]:
    """Erase these people; the keys of their records."""
    found = session.scalars(select(Case).where(Case.id.in_(people))).all()
    keys = [case.data_key_id for case in found]
    for case in found:
        disposal.erase(session, case, TESTER)
        session.commit()
    return [key for key in keys if key is not None]


def backed_up_under_load(
    served: Server, tokens: list[str], people: list[UUID]
) -> tuple[Load, dict[str, Any], float, list[UUID]]:
    """Begin the load, make a backup in the middle of it, erase more people, end the load."""
    load = Load(served.port, tokens)
    address = Settings(instance_dir=served.instance, database_url=served.database_url).database_address
    threads = [threading.Thread(target=load.answer) for _ in range(AT_ONCE)]
    threads.append(threading.Thread(target=load.write, args=(address,)))
    for thread in threads:
        thread.start()
    try:
        load.wait_for(100)
        file = str(served.instance / "drill.backup")
        done, seconds = command(served.instance, served.database_url, "backup", file, "--json")
        assert done.returncode == 0, done.stderr
        keys = erased(db.session, people)
        load.wait_for(100)
    finally:
        load.stop.set()
        for thread in threads:
            thread.join()
    return load, json.loads(done.stdout), seconds, keys


def faults_of(instance: Path, address: str) -> Counter[str]:
    """What `surveyapp doctor` calls a fault, by check."""
    done, _seconds = command(instance, address, "doctor", "--json")
    findings = json.loads(done.stdout[: done.stdout.rindex("}") + 1])["findings"]
    return Counter(one["check"] for one in findings if one["state"] == "fault")


def check_restored(session: Session, load: Load, manifest: dict[str, Any], keys: list[UUID], folder: Path) -> str:
    """Everything acknowledged before is there, everybody erased is gone, nothing old is sent, the chain is whole."""
    moment = datetime.fromisoformat(manifest["made_at"]).astimezone(UTC)
    key = ReleasePrivateKey.from_pem((folder / "release.key").read_bytes())
    n_receipts, n_pages = check(session, key, [leaver.as_of(moment) for leaver in load.leavers])
    acknowledged = {case_id for at, case_id in load.cases if at < moment}
    there = set(session.scalars(select(Case.id)))
    assert acknowledged and acknowledged <= there, f"{len(acknowledged - there)} acknowledged cases are lost"
    assert len(load.cases) > len(acknowledged) and n_pages and n_receipts, "the load did not last through the backup"
    wrapped = session.scalars(select(DataKey.wrapped).where(DataKey.id.in_(keys))).all()
    assert set(wrapped) <= {None}, "somebody erased can be read again"
    due = OutboxMessage.state.in_([MailState.QUEUED, MailState.SENDING])
    assert session.scalar(select(func.count()).select_from(OutboxMessage).where(due)) == 0
    assert audit.verify(session) is None
    session.rollback()
    return f"{n_receipts} receipts, {n_pages} pages and {len(acknowledged)} cases acknowledged before it all there"


def check_rows(address: str, manifest: dict[str, Any]) -> int:
    """Every table that a restore may not change is the one that was backed up; how many rows those are."""
    engine = create_engine(address)
    with reading(), engine.connect() as connection:
        found = contents_of(connection)
    engine.dispose()
    same = [name for name in manifest["tables"] if name not in CHANGED_BY_A_RESTORE]
    for name in same:
        assert vars_of(found[name]) == manifest["tables"][name], name
    return sum(found[name].n_rows for name in same)


def vars_of(one: object) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}  # type: ignore[attr-defined]  # a dataclass


def staff_and_leaver_go_on(served: Server, load: Load, moment: datetime, case_id: UUID) -> None:
    """On the restored service a receipt opens, and the adviser signs in and opens a case."""
    told = next(leaver for leaver in load.leavers if leaver.as_of(moment).receipt)
    again = QuickLeaver(served.port, told.token)
    again.receipt = told.receipt
    assert "code" in again.open_receipt()
    again.connection.close()
    adviser = QuickLeaver(served.port, "")
    form = adviser.form_of(adviser.ask("GET", "/sign-in")[2]) | {"email": ADVISER, "password": WORDS}
    assert adviser.ask("POST", "/sign-in", form, expected=302)
    assert "Ann Rees" in adviser.ask("GET", f"/cases/{case_id}", expected=200)[2]
    adviser.connection.close()


def test_a_backup_under_load_restores_everything_acknowledged_and_nobody_erased(
    database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    (here / "questionnaires" / "leaver").mkdir(parents=True)
    (here / "questionnaires" / "leaver" / "1.yaml").write_text(questionnaire(), encoding="utf-8")
    there.mkdir()
    if elsewhere.startswith("sqlite"):
        Path(elsewhere.removeprefix("sqlite:///")).parent.mkdir()
    with server(here, database_url) as served:
        tokens = served.prepare(N_LEAVERS, Shelf(here / "questionnaires"))
        settings = Settings(instance_dir=here, database_url=database_url)
        with create_app(settings).app_context():
            people = fill(db.session, settings, here)
            keys = erased(db.session, people[:N_ERASED])
            served.start()
            load, manifest, backup_seconds, later = backed_up_under_load(served, tokens, people[N_ERASED:])
            db.session.close()
            db.engine.dispose()
        served.kill()
    assert load.faults == []
    for name in ("secrets.toml", "tombstones.log", "release.key"):
        shutil.copy(here / name, there / name)
    file = here / "drill.backup"
    done, restore_seconds = command(there, elsewhere, "restore", str(file), "--yes")
    assert done.returncode == 0, done.stderr
    n_rows = check_rows(elsewhere, manifest)
    new_faults = faults_of(there, elsewhere) - faults_of(here, database_url)
    assert not new_faults, f"doctor finds what was well before: {new_faults}"
    moment = datetime.fromisoformat(manifest["made_at"])
    restored = Settings(instance_dir=there, database_url=elsewhere)
    with create_app(restored).app_context():
        found = check_restored(db.session, load, manifest, keys + later, there)
        transport = Remembering()
        Worker(db.engine, restored, jobs=(), transport=transport).run_once()
        assert transport.sent == [], "a restored system sent old mail"
        n_held = db.session.scalar(
            select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == MailState.HELD)
        )
        case_id = db.session.scalars(select(Case.id).where(Case.id.in_([one for _at, one in load.cases]))).first()
        db.session.close()
        db.engine.dispose()
    assert n_held and n_held >= N_MAIL and case_id is not None
    with server(there, elsewhere) as served:
        served.start()
        staff_and_leaver_go_on(served, load, moment, case_id)
    print(
        f"\n{database_url.split(':')[0]}: {manifest['n_rows']} rows backed up in {backup_seconds:.1f} s under load "
        f"({file.stat().st_size / 1e6:.1f} MB), restored and compared in {restore_seconds:.1f} s; {found}; "
        f"{len(keys + later)} people erased before and after stay gone; {n_held} messages held, none sent; "
        f"{n_rows} rows equal, chain whole, doctor finds nothing new; {load.n_acknowledged} writes acknowledged in all"
    )
