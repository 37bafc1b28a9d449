"""The linkage test of CONTRACTS 1.5: an attacker who knows who answered when reads nothing and links nothing.

60 responses here; 1,000 in the drill, which prints its ledger. The attacker of the first part holds two successive
backups (rows, system columns, data files with free pages, write-ahead log) and the web server's secrets; the second
part adds the cut, and at last the private key.
"""

import hashlib
import json
import random
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.details import CaseDetails
from surveyapp.cases.service import create_case
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db, is_postgresql
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import newest_on, publish
from surveyapp.definitions.shelf import folder_shelf
from surveyapp.directory.queries import areas_of, job_roles_of
from surveyapp.encryption.records import ring
from surveyapp.encryption.ring import CannotDecrypt, decrypt
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.engine.definition import Definition
from surveyapp.engine.loader import Shelf, load_reference
from surveyapp.invitations import links
from surveyapp.invitations.models import Link
from surveyapp.responses import answering, ballot_box, promises, service
from surveyapp.responses.answering import Sharing, Sitting
from surveyapp.responses.ballots import OPENED
from surveyapp.responses.bands import bands_of, engine_case
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.contents import SMALLEST, Bands, Content
from surveyapp.responses.drafts import Key, Owner
from surveyapp.responses.models import Ballot, Draft, DraftHolder, OpenedBallot, Receipt
from tests.responses.storage import found_in, stored_bytes
from tests.responses.walking import TESTER

DAY = date(2026, 11, 3)
AFTER = date(2027, 2, 1)
QUARTER = "2026Q4"
MOST_BY_CHANCE = 10
"""A shuffle leaves one row in its place on average, however many there are, and more than ten once in 100 million."""


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


def begin_only(session: Session, definition: Definition, dice: random.Random) -> Known:
    """A leaver who has saved a page and not sent it when the backups are made."""
    return answer(session, None, definition, 10_000, dice)


def answer(
    session: Session, key: ReleasePrivateKey | None, definition: Definition, number: int, dice: random.Random
) -> Known:
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
    code, secret = ReceiptCode.new(), f"planted answer {number} {uuid.uuid4().hex}"
    minted = links.mint(session, case.id, "test")
    token = minted.token
    owner = Owner(DraftHolder.LINK, minted.link_id, case.id, "leaving")
    sitting = Sitting(owner, Key(token.encode()), engine_case(session, bands_of(session, case, "leaving")))
    promise = promises.promise_in_force(session, "ncs")
    opened = answering.begin(session, sitting, definition, Sharing.CONFIDENTIAL, promise)
    while page := opened.journey.first_unfinished:
        form = {f"q-{one.code}": [secret] for one in opened.journey.questions_on(page) if one.type == "long_text"}
        opened = answering.save_page(session, sitting, opened, page, form, "en", 0).opened
        if number % 10 == 0:
            session.commit()  # some drafts lie in the database for a while
    if key is not None:
        service.send(session, key.public, case, "leaving", opened, code, "en")
    session.commit()
    return Known(case.id, (area, role, "resignation"), secret, token, code.text)


@dataclass(frozen=True)
class Seen:
    """A backup as the attacker holds it: every row with its system columns, and the bytes of the storage beneath."""

    rows: bytes
    storage: bytes
    log: bytes

    def holds(self, planted: list[bytes]) -> set[bytes]:
        return found_in(self.rows, planted) | found_in(self.storage, planted) | found_in(self.log, planted)


def everything(session: Session) -> Seen:
    """All that the database's keeper can copy: rows, system columns, data files with free pages, write-ahead log."""
    session.commit()
    found = []
    hidden = ", ctid, xmin, xmax" if is_postgresql(session) else ""
    for table in inspect(session.get_bind()).get_table_names():
        for row in session.execute(text(f"SELECT *{hidden} FROM {table}")):
            found += [bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode() for value in row]
    storage, log = stored_bytes(session)
    session.rollback()
    return Seen(b"\n".join(found), storage, log)


def positions(session: Session, table: type[Ballot] | type[OpenedBallot]) -> list[tuple[uuid.UUID, bytes]]:
    """The rows in the order in which the database keeps them."""
    order = text("ctid") if is_postgresql(session) else text("1")
    return [(row.id, row.box) for row in session.execute(select(table.id, table.box).order_by(order))]


def n_opened_with_web_secrets(session: Session, known: list[Known]) -> int:
    """How many boxes, second copies or drafts open with all that the web process and the database hold together."""
    settings: Settings = current_app.config[SETTINGS_KEY]
    words = [settings.secret_key, settings.password_salt, *settings.application_keys]
    secrets = [word.get_secret_value().encode() for word in words if word] + [key for key in ring().keys]
    hashes = [bytes(one) for one in session.scalars(select(Link.token_hash))]
    tried = [*secrets, *hashes, *(one.case_id.bytes for one in known[:5]), *(bytes(32),)]
    keys = [hashlib.sha256(one).digest() for one in tried] + [one for one in tried if len(one) == 32]
    opened = 0
    for table, column in ((Ballot, Ballot.box), (Receipt, Receipt.copy), (Draft, Draft.content)):
        for row_id, blob in session.execute(select(table.id, column)).all():
            places = (table.__tablename__, f"{table.__tablename__}/{row_id}", "opened ballots")
            draft_keys = [Key(secret)._derived(row_id) for secret in hashes[:5]] if table is Draft else []
            opened += any(opens(bytes(blob), key, place) for key in [*keys, *draft_keys] for place in places)
            opened += any(ring_opens(bytes(blob), place) for place in places)
    return opened


def opens(blob: bytes, key: bytes, place: str) -> bool:
    try:
        decrypt(key, blob, place)
    except CannotDecrypt:
        return False
    return True


def ring_opens(blob: bytes, place: str) -> bool:
    try:
        ring().decrypt(blob, place)
    except CannotDecrypt:
        return False
    return True


def secret_in(key: ReleasePrivateKey, box: bytes, place: str) -> str:
    content = Content.from_bytes(key.open(box, place))
    return str(content.submission["answers"])


def matches(order: list[str], known: list[Known]) -> int:
    """How often the n-th row is the n-th leaver's: what linking by order would get right."""
    return sum(one.secret in said for said, one in zip(order, known, strict=True))


def follows(order: list[str], known: list[Known]) -> float:
    """Spearman's correlation of the rows' order with the order of answering, in standard errors: 6 is no chance."""
    place_of = {one.secret: place for place, one in enumerate(known)}
    places = [next(place_of[secret] for secret in place_of if secret in said) for said in order]
    n, mean = len(places), (len(places) - 1) / 2
    agreed = sum((at - mean) * (place - mean) for at, place in enumerate(places))
    return agreed / sum((at - mean) ** 2 for at in range(n)) * (n - 1) ** 0.5


def pieces(blobs: Iterable[bytes]) -> list[bytes]:
    """From each sealed thing a piece that can only be found where a copy of it lies."""
    return [bytes(blob)[60:92] for blob in blobs]


def link(app: Flask, session: Session, key: ReleasePrivateKey, n: int, tmp_path: Path) -> list[str]:
    """Both attacks; returns the ledger of what was tried and found."""
    dice = random.Random(7)
    with clock.set_to(DAY):
        publish(session, "leaver/1", actor=TESTER, shelf=short_questionnaire(tmp_path))
        definition = definitions.offered(session, "leaver")
        known = [answer(session, key, definition, number, dice) for number in range(n // 2)]
        begun = begin_only(session, definition, dice)
        first = everything(session)
        known += [answer(session, key, definition, number, dice) for number in range(n // 2, n)]
        second = everything(session)
    ledger = before_the_cut(session, known, begun, (first, second))
    waiting = positions(session, Ballot)
    copies = list(session.scalars(select(Receipt.copy)))
    session.rollback()
    with clock.set_to(AFTER):
        batch = ballot_box.open_batch(session, key, "ncs", QUARTER)
        assert ballot_box.move_batch(session, key, batch) == n
        session.commit()
        ballot_box.wipe_free_pages(db.engine)
    return ledger + after_the_cut(session, key, known, waiting, copies, everything(session))


def before_the_cut(session: Session, known: list[Known], begun: Known, backups: tuple[Seen, Seen]) -> list[str]:
    """Who answered when is known; what was answered must not be, nor the bands, nor what lies in a draft."""
    n = len(known)
    planted = [
        word.encode()
        for one in [*known, begun]
        for word in (one.secret[-32:], one.token, one.code, ReceiptCode(one.code).in_groups)
    ]
    held = [backup.holds(planted) for backup in backups]
    assert held == [set(), set()], "an answer, a token or a code lies in the database"
    assert backups[1].holds([waiting_box := pieces(session.scalars(select(Ballot.box).limit(1)))[0]]) == {waiting_box}
    waiting = positions(session, Ballot)
    receipts = list(session.execute(select(Receipt.id, Receipt.copy)))
    assert len(waiting) == len(receipts) == n
    opened = n_opened_with_web_secrets(session, known)
    assert not opened
    assert len({len(box) for _, box in waiting}) == 1, "the length of a box tells something"
    assert len({len(copy) for _, copy in receipts}) == 1
    told_apart = {id_ for id_, _ in waiting} & {id_ for id_, _ in receipts}
    case_ids = {one.case_id for one in known}
    assert not told_apart and not case_ids & ({id_ for id_, _ in waiting} | {id_ for id_, _ in receipts})
    read = len(backups[1].rows) + len(backups[1].storage) + len(backups[1].log)
    newer = n - len(backups[0].holds(pieces(box for _, box in waiting)))
    return [
        f"before the cut: the answers, tokens and codes of {n} leavers searched in two backups ({read / 1e6:.0f} MB "
        f"in the second: rows, system columns, data files, write-ahead log): 0 found",
        f"before the cut: {newer} ballots are new in the second backup; with the web server's secrets {opened} of "
        f"{2 * n + 1} boxes, second copies and drafts opened",
    ]


def after_the_cut(
    session: Session,
    key: ReleasePrivateKey,
    known: list[Known],
    waiting: list[tuple[uuid.UUID, bytes]],
    copies: list[bytes],
    after: Seen,
) -> list[str]:
    """With everything but the private key no order, id, length or left-over leads from a row to its leaver."""
    n, moved = len(known), positions(session, OpenedBallot)
    assert {id_ for id_, _ in moved}.isdisjoint(id_ for id_, _ in waiting)
    old = pieces([*(box for _, box in waiting), *copies])
    left = len(found_in(after.rows, old) | found_in(after.storage, old))
    assert not left, f"{left} boxes or second copies of before the cut can still be found"
    in_log = len(found_in(after.log, old))
    assert is_postgresql(session) or not in_log, "SQLite's write-ahead log was not emptied"
    orders = {
        "place on the disk": [secret_in(key, box, OPENED) for _, box in moved],
        "id": [secret_in(key, box, OPENED) for _, box in sorted(moved)],
    }
    lines = []
    for name, order in orders.items():
        right, drift = matches(order, known), follows(order, known)
        assert right <= MOST_BY_CHANCE, f"the order by {name} leads to the ledger"
        assert abs(drift) < 6, f"the order by {name} follows the order of answering"
        lines.append(f"after the cut: by {name} {right} of {n} linked (chance: 1), correlation {drift:+.1f} s.e.")
    assert len({len(box) for _, box in moved}) == 1
    right_by_bands, expected = with_key_only_bands_link(key, [box for _, box in moved], known)
    return [
        f"after the cut: {len(old)} boxes and second copies of before it searched in rows and files: 0 found; "
        f"in PostgreSQL's write-ahead log, which counts as an earlier backup: {in_log}",
        *lines,
        f"with the private key, without earlier backups: {right_by_bands:.0f} of {n} by equal bands "
        f"(chance within equal bands: {expected:.0f})",
    ]


def with_key_only_bands_link(key: ReleasePrivateKey, moved: list[bytes], known: list[Known]) -> tuple[float, float]:
    """With the private key but no earlier backup, a row says no more than bands, answers and promise."""
    alike = Counter(one.bands for one in known)
    right = expected = variance = 0.0
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
        variance += (1 - 1 / alike[bands]) / alike[bands]
    assert right <= expected + 4 * variance**0.5 + 1e-6, "linking beats what equal bands and quarter allow"
    return right, expected


def test_an_attacker_reads_nothing_and_links_nothing(
    app: Flask, session: Session, organisation: str, release_key: ReleasePrivateKey, tmp_path: Path
) -> None:
    assert len(link(app, session, release_key, 60, tmp_path)) == 6


@pytest.mark.drill
def test_an_attacker_of_a_thousand_responses_reads_nothing_and_links_nothing(
    app: Flask,
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ledger = link(app, session, release_key, 1000, tmp_path)
    with capsys.disabled():
        print("", f"linkage on {session.get_bind().dialect.name}", *ledger, sep="\n  ")


def test_the_fullest_answers_to_every_shipped_questionnaire_fill_one_bucket() -> None:
    """Else a long answer is known by the length of its box: before the cut to its leaver, after it to its comment."""
    for reference in newest_on(folder_shelf()):
        definition = load_reference(folder_shelf(), reference)
        if definition.kind == "interview_guide":
            continue  # a record's notes, not a ballot
        longest = {code: one.max_length * "ŵ" for code, one in definition.questions.items() if one.max_length}
        chosen = {code: [option.code for option in one.options] for code, one in definition.questions.items()}
        submission = {"definition": reference, "answers": chosen | longest, "asked": list(definition.questions)}
        bands = Bands(*("x" * 40 for _ in range(8)))
        content = Content(bands, "f" * 64, False, False, submission, "f" * 36, "f" * 36, "f" * 36)
        assert len(content.to_bytes()) == SMALLEST, reference


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
        link(app, session, release_key, 24, tmp_path)
    session.rollback()


class _NoShuffle:
    """Stands in for `random`: leaves everything in its order."""

    class SystemRandom:
        def shuffle(self, _rows: list[Any]) -> None:
            return None
