"""The file of letters is made between two transactions: nobody waits for it, and when it fails nothing has happened."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.cases.models import Case
from surveyapp.db import db
from surveyapp.directory.models import User
from surveyapp.invitations import codes, ledger, letters, service
from surveyapp.invitations.models import Invitation, Letter, Link
from surveyapp.pdf import PdfFailed
from tests.conftest import TESTER
from tests.factories.cases import make_case

DAY = date(2026, 11, 23)
PRINT = "/invitations/letters/print"


@pytest.fixture(autouse=True)
def _quick_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "TIME_COST", 1)
    monkeypatch.setattr(codes, "MEMORY_KIB", 8)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.set_to(DAY):
        yield


@pytest.fixture
def adviser(staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",)))


def waiting_for_letters(session: Session, n: int) -> list[Case]:
    """Leavers without a mailbox, whose letters are on the list."""
    made = [make_case(session, work_email="", personal_email="") for _ in range(n)]
    for case in made:
        service.invite_case(session, case, actor=TESTER)
    session.commit()
    return made


def count(session: Session, what: object, *which: object) -> int:
    session.expire_all()
    n = session.scalar(select(func.count()).select_from(what).where(*which)) or 0  # type: ignore[arg-type]  # a table
    session.rollback()
    return n


def is_printed() -> object:
    return Letter.printed_on.is_not(None)


def no_renderer(_html: str) -> bytes:
    raise PdfFailed("Traceback\nOSError: cannot load library 'pango' for Ann Rees")


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ("The PDF could not be made", "still on their list", "try again in a few minutes", "administrator")),
        ("cy", ("Ni ellid creu’r PDF", "yn dal ar eu rhestr", "rhowch gynnig arall", "gweinyddwr")),
    ],
)
def test_letters_that_cannot_be_made_stay_on_the_list_and_the_page_says_what_to_do(
    adviser: FlaskClient,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    language: str,
    sentences: tuple[str, ...],
) -> None:
    first, second = waiting_for_letters(session, 2)
    monkeypatch.setattr(letters, "as_pdf", no_renderer)
    adviser.get(f"/?lang={language}")
    for address in (PRINT, f"/cases/{first.id}/invitation/letter", f"/cases/{second.id}/invitation/letter"):
        answer = adviser.post(address)
        assert answer.status_code == 503 and all(sentence in answer.text for sentence in sentences), answer.text
    assert count(session, Letter, is_printed()) == count(session, Link) == 0
    assert count(session, AuditEvent, AuditEvent.event == "letter.printed") == 0
    assert "OSError" in caplog.text and "Ann Rees" not in caplog.text, "the log learns the kind, not the words"
    monkeypatch.setattr(letters, "as_pdf", lambda _html: b"%PDF-")
    assert adviser.post(PRINT).data == b"%PDF-"
    assert count(session, Letter, is_printed()) == count(session, Link) == 2


@pytest.mark.one_backend
def test_a_letter_asked_for_by_hand_that_cannot_be_made_leaves_nothing_behind(
    adviser: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(session)
    session.commit()
    monkeypatch.setattr(letters, "as_pdf", no_renderer)
    assert adviser.post(f"/cases/{case.id}/invitation/letter").status_code == 503
    assert count(session, Letter) == count(session, Invitation) == count(session, Link) == 0


class Meanwhile:
    """A renderer during whose work somebody else does something, each of these once."""

    def __init__(self, *acts: Callable[[Session], object]) -> None:
        self.acts, self.n_letters = list(acts), list[int]()

    def __call__(self, html: str) -> bytes:
        self.n_letters.append(html.count("<article"))
        if self.acts:
            with Session(db.engine) as other:
                self.acts.pop(0)(other)
                other.commit()
        return b"%PDF-"


def on_the_list(session: Session) -> Callable[[], Sequence[Letter]]:
    query = select(Letter).where(Letter.printed_on.is_(None), Letter.cancelled_on.is_(None))
    return lambda: session.scalars(query).all()


def printed(session: Session) -> tuple[bytes, int]:
    made = letters.print_letters(session, on_the_list(session), TESTER)
    session.commit()
    return made


def test_a_leaver_answers_while_the_file_is_made_and_the_file_is_made_anew_without_them(
    app: Flask, session: Session, organisation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the database held meanwhile, the answer would wait for the file, and on SQLite in vain."""
    first = waiting_for_letters(session, 3)[0].id
    answering = Meanwhile(lambda other: ledger.mark_answered(other, first))
    monkeypatch.setattr(letters, "as_pdf", answering)
    assert printed(session) == (b"%PDF-", 2)
    assert answering.n_letters == [3, 2]
    assert count(session, Letter, is_printed()) == count(session, Link) == 2
    assert count(session, Letter, Letter.cancelled_on == DAY) == 1


def test_two_advisers_who_print_at_once_print_each_letter_once(
    app: Flask, session: Session, organisation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_for_letters(session, 2)
    other_adviser = Meanwhile(lambda other: letters.print_letters(other, on_the_list(other), TESTER))
    monkeypatch.setattr(letters, "as_pdf", other_adviser)
    assert printed(session) == (b"", 0), "the other adviser was quicker"
    assert count(session, Letter, is_printed()) == count(session, Link) == 2


@pytest.mark.one_backend
def test_a_list_that_keeps_changing_ends_with_nothing_printed(
    app: Flask, session: Session, organisation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = waiting_for_letters(session, letters.TRIES + 1)
    ids = [case.id for case in cases]
    acts = [lambda other, who=who: ledger.mark_answered(other, who) for who in ids]
    monkeypatch.setattr(letters, "as_pdf", Meanwhile(*acts))
    with pytest.raises(letters.ListKeptChanging):
        printed(session)
    assert count(session, Letter, is_printed()) == count(session, Link) == 0
