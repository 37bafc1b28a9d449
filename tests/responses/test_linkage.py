"""The linkage test of CONTRACTS 1.5: an attacker who knows who answered when reads nothing and links nothing.

150 responses here; 1,000 in the drill. The attacker of the first part holds the database, its system columns, its
write-ahead log, a backup of an earlier moment and the web server's secrets; the second part adds the cut.
"""

import json
import random
import shutil
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.details import CaseDetails
from surveyapp.cases.service import create_case
from surveyapp.db import db, is_postgresql
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import publish
from surveyapp.directory.queries import areas_of, job_roles_of
from surveyapp.encryption.records import ring
from surveyapp.encryption.ring import CannotDecrypt
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.engine.definition import Definition
from surveyapp.engine.loader import Shelf
from surveyapp.responses import answering, ballot_box, promises, service
from surveyapp.responses.answering import Sharing, Sitting
from surveyapp.responses.ballots import OPENED
from surveyapp.responses.bands import bands_of, engine_case
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.contents import Content
from surveyapp.responses.drafts import Key, Owner
from surveyapp.responses.models import Ballot, Draft, DraftHolder, OpenedBallot, Receipt
from tests.responses.walking import TESTER

DAY = date(2026, 11, 3)
AFTER = date(2027, 2, 1)
QUARTER = "2026Q4"


@dataclass(frozen=True)
class Known:
    """What the attacker knows of one leaver: the case and that it was the n-th to answer; `secret` is what was said."""

    case_id: uuid.UUID
    bands: tuple[str, str, str]
    secret: str
    token: str
    code: str


SHORT = """
questionnaire: leaver
version: 1
kind: leaver
languages: [en, cy]
title: {en: "Leaving", cy: "Gadael"}
parts:
  - code: main
    title: {en: "Your words", cy: "Eich geiriau"}
    progress: {en: "your words", cy: "eich geiriau"}
    pages:
      - code: words
        title: {en: "Your words", cy: "Eich geiriau"}
        questions:
          - {code: words, type: long_text, text: {en: "Why?", cy: "Pam?"}}
"""


def short_questionnaire(folder: Path) -> Shelf:
    """One page: what matters here is where an answer goes, not how many questions there are."""
    (folder / "shelf" / "leaver").mkdir(parents=True)
    (folder / "shelf" / "leaver" / "1.yaml").write_text(SHORT, encoding="utf-8")
    return Shelf(folder / "shelf")


def answer(session: Session, key: ReleasePrivateKey, definition: Definition, number: int, dice: random.Random) -> Known:
    """One leaver from case to receipt; every one says something that nobody else says."""
    area = dice.choice(areas_of(session, "ncs")).code
    role = dice.choice(job_roles_of(session, "ncs")).code
    details = CaseDetails(
        staff_number=f"S{number}",
        name=f"Planted Name{number}",
        agency="ncs",
        area=area,
        job_role=role,
        leaving_type="resignation",
        last_working_day=DAY + timedelta(days=30),
    )
    case = create_case(session, details, TESTER)
    token, code, secret = uuid.uuid4().hex * 2, ReceiptCode.new(), f"planted answer {number} {uuid.uuid4().hex}"
    owner = Owner(DraftHolder.LINK, uuid.uuid4(), case.id, "leaving")
    sitting = Sitting(owner, Key(token.encode()), engine_case(session, bands_of(session, case, "leaving")))
    promise = promises.promise_in_force(session, "ncs")
    opened = answering.begin(session, sitting, definition, Sharing.CONFIDENTIAL, promise)
    while page := opened.journey.first_unfinished:
        form = {f"q-{one.code}": [secret] for one in opened.journey.questions_on(page) if one.type == "long_text"}
        opened = answering.save_page(session, sitting, opened, page, form, "en", 0).opened
        if number % 10 == 0:
            session.commit()  # some drafts lie in the database for a while
    service.send(session, key.public, case, "leaving", opened, code, "en")
    session.commit()
    return Known(case.id, (area, role, "resignation"), secret, token, code.text)


def everything(session: Session) -> bytes:
    """Every table with its system columns, and on SQLite the file, the write-ahead log and its index as bytes."""
    session.commit()
    found = []
    hidden = ", ctid, xmin" if is_postgresql(session) else ""
    for table in inspect(session.get_bind()).get_table_names():
        for row in session.execute(text(f"SELECT *{hidden} FROM {table}")):
            found += [bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode() for value in row]
    if not is_postgresql(session):
        path = Path(session.get_bind().engine.url.database or "")
        found += [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
    session.rollback()
    return b"\n".join(found)


def boxes(session: Session, table: type[Ballot] | type[OpenedBallot]) -> list[tuple[uuid.UUID, bytes]]:
    """The rows in the order in which the database keeps them."""
    order = text("ctid") if is_postgresql(session) else text("1")
    return [(row.id, row.box) for row in session.execute(select(table.id, table.box).order_by(order))]


def opens_with_web_secrets(blob: bytes) -> bool:
    """Whether the application's key ring opens it in any of the places it uses."""
    for place in ("ballots", "opened ballots", "drafts", "receipts"):
        try:
            ring().decrypt(blob, place)
        except (CannotDecrypt, ValueError):
            continue
        return True
    return False


def secret_in(key: ReleasePrivateKey, box: bytes, place: str) -> str:
    content = Content.from_bytes(key.open(box, place))
    return str(content.submission["answers"])


def matches(order: list[str], known: list[Known]) -> int:
    """How often the n-th row is the n-th leaver's: what linking by order would get right."""
    return sum(one.secret in said for said, one in zip(order, known, strict=True))


def link(app: Flask, session: Session, key: ReleasePrivateKey, n: int, tmp_path: Path) -> None:
    dice = random.Random(7)
    with clock.set_to(DAY):
        publish(session, "leaver/1", actor=TESTER, shelf=short_questionnaire(tmp_path))
        definition = definitions.offered(session, "leaver")
        known = [answer(session, key, definition, number, dice) for number in range(n)]
    assert session.scalar(select(Draft.id)) is None

    before = everything(session)
    backup = tmp_path / "backup.bin"
    backup.write_bytes(before)
    for one in known:
        for planted in (one.secret, one.token, one.code, ReceiptCode(one.code).in_groups):
            assert planted.encode() not in before, "an answer, a token or a code lies in the database"
    waiting = boxes(session, Ballot)
    receipts = list(session.execute(select(Receipt.id, Receipt.copy)))
    assert len(waiting) == len(receipts) == n
    assert not any(opens_with_web_secrets(bytes(blob)) for _, blob in [*waiting, *receipts])
    assert len({len(box) for _, box in waiting}) == 1, "the length of a box tells something"
    assert not {id_ for id_, _ in waiting} & {id_ for id_, _ in receipts}
    case_ids = {one.case_id for one in known}
    assert not case_ids & ({id_ for id_, _ in waiting} | {id_ for id_, _ in receipts})
    session.rollback()

    with clock.set_to(AFTER):
        batch = ballot_box.open_batch(session, key, "ncs", QUARTER)
        assert ballot_box.move_batch(session, key, batch) == n
        session.commit()
        ballot_box.wipe_free_pages(db.engine)
    after = everything(session)
    moved = boxes(session, OpenedBallot)
    assert {id_ for id_, _ in moved}.isdisjoint(id_ for id_, _ in waiting)
    assert not any(bytes(box)[40:72] in after for _, box in waiting), "a box of before the cut can still be found"
    assert not any(bytes(copy)[12:44] in after for _, copy in receipts), "a second copy can still be found"
    order = [secret_in(key, box, OPENED) for _, box in moved]
    assert matches(order, known) <= 6, "the order of the rows leads to the ledger"
    assert len({len(box) for _, box in moved}) == 1
    with_key_only_bands_link(key, [box for _, box in moved], known)


def with_key_only_bands_link(key: ReleasePrivateKey, moved: list[bytes], known: list[Known]) -> None:
    """With the private key but no earlier backup, a row says no more than bands, answers and promise."""
    alike = Counter(one.bands for one in known)
    right = expected = 0.0
    for box in moved:
        held: dict[str, Any] = json.loads(key.open(box, OPENED))
        kept = held["bands"]
        assert (kept["grade_group"], kept["tenure_band"], kept["regretted"]) == (ballot_box.NOT_KEPT,) * 3
        assert held["receipt_id"] == held["ballot_id"] == held["named_id"] == ""
        assert set(held["submission"]) == {"definition", "language", "answers", "asked"}
        bands = (kept["area"], kept["role"], kept["leaving_type"])
        guess = next(one for one in known if one.bands == bands)
        right += guess.secret in str(held["submission"]["answers"])
        expected += 1 / alike[bands]
    assert right <= expected + 1e-6, "linking beats what equal bands and quarter allow"


def test_an_attacker_reads_nothing_and_links_nothing(
    app: Flask, session: Session, organisation: str, release_key: ReleasePrivateKey, tmp_path: Path
) -> None:
    link(app, session, release_key, 150, tmp_path)


@pytest.mark.drill
def test_an_attacker_of_a_thousand_responses_reads_nothing_and_links_nothing(
    app: Flask, session: Session, organisation: str, release_key: ReleasePrivateKey, tmp_path: Path
) -> None:
    link(app, session, release_key, 1000, tmp_path)


@pytest.mark.parametrize("mutant", ["order kept", "copied"])
def test_the_attack_finds_a_cut_that_keeps_order_or_copies_boxes(
    app: Flask,
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mutant: str,
) -> None:
    """Take a guard away and the test above must go red."""
    if mutant == "order kept":
        counter = iter(range(10**6))
        monkeypatch.setattr(ballot_box.uuid, "uuid4", lambda: uuid.UUID(int=next(counter)))
        monkeypatch.setattr(ballot_box, "random", _NoShuffle)
        monkeypatch.setattr("surveyapp.responses.ballots.uuid.uuid4", lambda: uuid.UUID(int=next(counter)))
    else:
        monkeypatch.setattr(ballot_box, "wipe_free_pages", lambda _engine: None)
        monkeypatch.setattr(ballot_box, "delete", lambda table: select(table.id))
    with pytest.raises(AssertionError):
        link(app, session, release_key, 30, tmp_path)
    session.rollback()
    shutil.rmtree(tmp_path, ignore_errors=True)


class _NoShuffle:
    """Stands in for `random`: leaves everything in its order."""

    class SystemRandom:
        def shuffle(self, _rows: list[Any]) -> None:
            return None
