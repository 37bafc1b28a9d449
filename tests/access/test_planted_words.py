"""Planted words: after everything was opened as everybody, they stand in no log, header or database file.

What only those may read who open the page: names, addresses, notes, reasons, concerns, points, named answers. Mail
to the person may name them; nothing else outside a page may.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.cases import service as cases
from surveyapp.cases.models import Case
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.directory.models import User
from surveyapp.disposal import tombstones
from surveyapp.encryption.records import ring
from surveyapp.invitations import links, service
from surveyapp.operation import backups
from surveyapp.operation.worker import Worker
from surveyapp.responses.models import NamedResponse
from tests.access.planted import Place, plant
from tests.access.test_every_record import MORE_THAN_A_ROW, address, routes
from tests.access.test_every_route import guarded
from tests.conftest import TESTER
from tests.responses.storage import stored_bytes

PLACE = Place("secret", "ncs", "NM", "case_lawyer", "G7")
NOTE, ANSWER = "Plantednote of a visit", "Plantedanswer about a desk"
SECRET = ("zebedee", PLACE.word.lower() + "@home", "reason of planted", "concern of planted", "said by planted")
WORDS = (*SECRET, NOTE.lower(), ANSWER.lower())
Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files of this test go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def read_everything(session: Session, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """What a database administrator holds: data files and write-ahead log; a backup, as it lies there and opened."""
    storage, log = stored_bytes(session)
    yield from (("data files", storage), ("write-ahead log", log))
    session.rollback()
    path = settings.instance_dir / "one.backup"
    backups.make(db.engine, path, ring(), settings.instance_dir / tombstones.FILE_NAME)
    yield "backup", path.read_bytes()
    opened = backups.OpenBackup(path, ring())
    lines = [line for _shape, line in opened.rows() if line]
    assert len(lines) > 100
    yield "backup, opened", "\n".join(lines).encode()


def leaks(where: str, content: bytes) -> list[tuple[str, str]]:
    plain = content.lower()
    return [(where, word) for word in WORDS if word.encode() in plain]


def test_no_planted_word_leaves_the_pages(
    app: Flask,
    session: Session,
    settings: Settings,
    staff: Staff,
    signed_in: SignedIn,
    temporary: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    staff(StaffRole.CODER)
    ids = plant(session, PLACE)
    case = session.get_one(Case, ids["case_id"])
    cases.add_note(session, case, NOTE, TESTER)
    named = NamedResponse(case_id=case.id, occasion="leaving", agency="ncs", area="NM", batch_quarter="2026Q4")
    named.content = f'{{"said": "{ANSWER}"}}'
    session.add(named)
    service.invite_case(session, case, actor=TESTER)
    token = links.mint(session, case.id, "invite").token
    session.commit()
    browser = signed_in(staff(*(role for role in StaffRole if role is not StaffRole.CENTRAL_TEAM)))
    seen, headers = b"", ""
    plain = [route for route in guarded(app) if not route[0].arguments]
    for rule, method, _permission in [*plain, *routes(app)]:
        if (
            method == "GET"
            and not (rule.arguments and rule.rule.startswith(MORE_THAN_A_ROW))
            and "named-answers" not in rule.rule
        ):
            answer = browser.get(address(app, rule, ids))
            seen, headers = seen + answer.data.lower(), headers + str(answer.headers)
    leaver = app.test_client()
    headers += str(leaver.get(f"/a/{token}").headers).replace(f"token={token}", "")
    leaver.get("/a/looks")
    assert b"zebedee" in seen and b"reason of planted" in seen, "the control: the pages themselves do show them"
    db.session.commit()
    Worker(db.engine, app.config[SETTINGS_KEY], jobs=()).run_once()
    found = leaks("headers", headers.encode()) + leaks("logs", caplog.text.encode())
    held = list(read_everything(session, settings))
    in_clear = {name for name, content in held if PLACE.job_role.encode() in content}
    assert "backup, opened" in in_clear and len(in_clear) > 1, f"the control: other words are found, but {in_clear}"
    for name, content in held:
        found += leaks(name, content)
    for file in [
        *temporary.rglob("*"),
        *(one for one in settings.instance_dir.rglob("*") if "outbox" not in one.parts),
    ]:
        if file.is_file():
            found += leaks(f"file {file.name}", file.read_bytes())
    assert found == []
    assert token not in caplog.text and all(token.encode() not in content for _name, content in held)
