"""Killing servers and workers at random instants of journeys loses no acknowledged answer, and halves none."""

import http.client
import os
import random
import threading
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from surveyapp.app import create_app
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.engine.loader import Shelf
from surveyapp.invitations import links
from surveyapp.invitations.models import Invitation, Link
from surveyapp.responses import ballots, drafts
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.contents import Content
from surveyapp.responses.drafts import Key, Owner
from surveyapp.responses.models import Ballot, Draft, DraftHolder, Receipt
from tests.benchmarks.complete_questionnaires import questionnaire
from tests.responses.load import ACTION, CODE, QuickLeaver
from tests.responses.real_server import Server, server

AT_ONCE = 4


def leave_until_told(port: list[int], waiting: list[str], done: list[QuickLeaver], stop: threading.Event) -> None:
    """Answer one questionnaire after the other; one that a kill cut short is kept with what was acknowledged."""
    while not stop.is_set() and waiting:
        leaver = QuickLeaver(port[0], waiting.pop())
        done.append(leaver)
        try:
            leaver.answer_everything()
        except (OSError, http.client.HTTPException, RuntimeError):
            time.sleep(0.1)
        finally:
            leaver.connection.close()
        if not leaver.seconds:
            done.remove(leaver)
            waiting.append(leaver.token)  # the server was away: nothing has been asked yet


def wait_until(is_so: Callable[[], bool], threads: list[threading.Thread]) -> None:
    """However slow the machine is; it is over when nobody is left to bring it about."""
    while not is_so() and any(thread.is_alive() for thread in threads):
        time.sleep(0.01)


def kill_again_and_again(served: Server, tokens: list[str], kills: int, dice: random.Random) -> list[QuickLeaver]:
    made: list[QuickLeaver] = []
    port, waiting, stop = [0], list(tokens), threading.Event()
    served.start()
    port[0] = served.port
    threads = [threading.Thread(target=leave_until_told, args=(port, waiting, made, stop)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for number in range(kills):
        wanted = n_answered(made) + dice.randrange(1, 40)
        wait_until(lambda wanted=wanted: n_answered(made) >= wanted, threads)  # type: ignore[misc]  # bound here
        time.sleep(dice.uniform(0, 0.05))  # somewhere inside the next requests
        if number % 5 == 4:
            served.kill()
            served.start()
            port[0] = served.port
        else:
            served.kill_a_worker(dice)
    wait_until(lambda: any(one.receipt for one in made) and any(is_half_way(one) for one in made), threads)
    stop.set()
    served.kill()
    for thread in threads:
        thread.join()
    return made


def n_answered(leavers: list[QuickLeaver]) -> int:
    """How many requests the server has answered so far."""
    return sum(len(leaver.seconds) for leaver in list(leavers))


def is_half_way(leaver: QuickLeaver) -> bool:
    """A page has been acknowledged, and much is left to do."""
    return len(leaver.saved) == 1 and not leaver.receipt


def check(session: Session, key: ReleasePrivateKey, leavers: list[QuickLeaver]) -> tuple[int, int]:
    """Every receipt shown opens its answers; every acknowledged page is in its draft; nothing is half there."""
    n_receipts = n_pages = 0
    for leaver in leavers:
        if leaver.receipt:
            content = ballots.open_copy(session, ReceiptCode.typed(leaver.receipt))[1]
            assert len(content.submission["asked"]) == 25
            n_receipts += 1
        elif leaver.saved:
            link = session.scalars(select(Link).where(Link.token_hash == links.hash_of(leaver.token))).one()
            row = drafts.find(session, Owner(DraftHolder.LINK, link.id))
            if row is not None:
                held = drafts.open_draft(row, Key(leaver.token.encode()))
                assert {page.rsplit("/", 1)[1] for page in leaver.saved} <= set(held.saves)
            else:  # sent, but the receipt did not arrive: the ledger says so, and a repeat would show it again
                sent = select(Invitation.answered_on).where(Invitation.case_id == link.case_id)
                assert session.scalars(sent).one() is not None
            n_pages += len(leaver.saved)
    answered = session.scalars(select(Invitation.id).where(Invitation.answered_on.is_not(None))).all()
    waiting = [Content.from_bytes(key.open(box, ballots.BALLOT)) for box in session.scalars(select(Ballot.box))]
    assert len(answered) == len(waiting) == len(session.scalars(select(Receipt.id)).all())
    begun = session.scalars(select(Invitation.id).where(Invitation.begun_on.is_not(None))).all()
    assert len(begun) == len(answered) + len(session.scalars(select(Draft.id)).all())
    return n_receipts, n_pages


def kill_and_check(folder: Path, database_url: str, kills: int) -> None:
    (folder / "questionnaires" / "leaver").mkdir(parents=True)
    (folder / "questionnaires" / "leaver" / "1.yaml").write_text(questionnaire(), encoding="utf-8")
    dice = random.Random(int(os.environ.get("KILL_SEED", "11")))
    with server(folder, database_url) as served:
        tokens = served.prepare(30 + kills * 4, Shelf(folder / "questionnaires"))
        leavers = kill_again_and_again(served, tokens, kills, dice)
    settings = Settings(instance_dir=folder, database_url=database_url)
    with create_app(settings).app_context():
        engine = create_engine(settings.database_address)
        with Session(engine) as session:
            key = ReleasePrivateKey.from_pem((folder / "release.key").read_bytes())
            n_receipts, n_pages = check(session, key, leavers)
        engine.dispose()
        db.engine.dispose()
    assert n_receipts and n_pages, "the kills fell outside the journeys: nothing was tested"


def test_ten_kills_lose_no_acknowledged_answer(database_url: str, tmp_path: Path) -> None:
    """Ten on each database: twenty in all."""
    kill_and_check(tmp_path, database_url, 10)


@pytest.mark.drill
def test_five_hundred_kills_lose_no_acknowledged_answer(database_url: str, tmp_path: Path) -> None:
    """Five hundred on each database: a thousand in all."""
    kill_and_check(tmp_path, database_url, 500)


class Sender(QuickLeaver):
    """A leaver who stands at the check page and presses "send" through every kill until the receipt is shown."""

    filled: dict[str, str] = {}

    def stand_at_check(self) -> None:
        _status, place, _page = self.ask("GET", f"/a/{self.token}")
        _status, _place, page = self.ask("GET", place)
        _status, place, _page = self.ask("POST", "/a/begin", self.form_of(page) | {"sharing": "confidential"})
        while not place.endswith("/check"):
            _status, _place, page = self.ask("GET", place)
            action = ACTION.search(page)
            assert action, page
            _status, place, _page = self.ask("POST", unescape(action[1]), self.form_of(page))
        self.filled = self.form_of(self.ask("GET", place)[2])
        self.connection.close()

    def send_until_told(self, port: list[int]) -> None:
        while not self.receipt:
            self.connection = http.client.HTTPConnection("127.0.0.1", port[0], timeout=30)
            try:
                shown = CODE.search(self.ask("POST", "/a/send", self.filled)[2])
                self.receipt = shown[1] if shown else ""
            except (OSError, http.client.HTTPException, RuntimeError):
                time.sleep(0.2)  # killed, or just starting
            finally:
                self.connection.close()


def send_all(port: list[int], waiting: list[Sender]) -> None:
    while waiting:
        waiting.pop().send_until_told(port)


def wait_for_more(leavers: list[Sender], n: int, threads: list[threading.Thread]) -> None:
    """Until so many more have been told their receipt, however slow the machine is."""
    wanted = sum(bool(leaver.receipt) for leaver in leavers) + n
    while sum(bool(leaver.receipt) for leaver in leavers) < wanted and any(thread.is_alive() for thread in threads):
        time.sleep(0.01)


@pytest.mark.drill
def test_a_server_killed_during_two_hundred_submissions_loses_no_acknowledged_one(
    database_url: str, tmp_path: Path
) -> None:
    """Every leaver is told a receipt in the end; a repeat after a lost answer shows the same one."""
    (tmp_path / "questionnaires" / "leaver").mkdir(parents=True)
    (tmp_path / "questionnaires" / "leaver" / "1.yaml").write_text(questionnaire(), encoding="utf-8")
    dice, n_kills, port = random.Random(3), 0, [0]
    with server(tmp_path, database_url) as served:
        tokens = served.prepare(200, Shelf(tmp_path / "questionnaires"))
        served.start()
        leavers = [Sender(served.port, token) for token in tokens]
        for leaver in leavers:
            leaver.stand_at_check()
        port[0] = served.port
        waiting = list(leavers)
        threads = [threading.Thread(target=send_all, args=(port, waiting)) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            wait_for_more(leavers, dice.randrange(4, 16), threads)
            time.sleep(dice.uniform(0, 0.05))  # somewhere inside the next submissions
            served.kill()
            n_kills += 1
            served.start()
            port[0] = served.port
        served.kill()
    settings = Settings(instance_dir=tmp_path, database_url=database_url)
    with create_app(settings).app_context():
        engine = create_engine(settings.database_address)
        with Session(engine) as session:
            key = ReleasePrivateKey.from_pem((tmp_path / "release.key").read_bytes())
            n_found, _pages = check(session, key, list(leavers))
            n_ballots = len(session.scalars(select(Ballot.id)).all())
        database = engine.dialect.name
        engine.dispose()
        db.engine.dispose()
    n_told = sum(bool(leaver.receipt) for leaver in leavers)
    print(
        f"\n{database}: server killed {n_kills} times during 200 submissions: {n_told} acknowledged, {n_found} found, "
    )
    print(f"{n_ballots} ballots; lost {n_told - n_found}, half-written 0, twice {n_ballots - 200}")
    assert n_kills >= 3 and n_told == n_found == n_ballots == 200
