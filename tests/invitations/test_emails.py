"""Every message to a leaver, in both languages, is what the file beside its wording says."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases import service as cases
from surveyapp.db import db
from surveyapp.directory.models import Agency
from surveyapp.invitations import emails, ledger, links, service
from surveyapp.invitations.links import LinkState
from surveyapp.invitations.models import Link
from surveyapp.invitations.wording_texts import FOLDER, KINDS, LETTER, PLACES, WITHOUT_LINK, faults_in, shipped
from surveyapp.mail import writing
from surveyapp.mail.models import OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.mail.post import Remembering, postman

EXAMPLES = FOLDER / "examples"
AGENCY = Agency(
    code="ncs",
    name="National Casework Service",
    name_cy="Gwasanaeth Achosion Cenedlaethol",
    contact_name="Siân Price",
    contact_phone="029 2000 0000",
)
BOTH = [(kind, language) for kind in KINDS if kind != LETTER for language in ("en", "cy")]


def example(kind: str, language: str) -> writing.WrittenMessage:
    link = "" if kind in WITHOUT_LINK else "https://leaving.example/a/TOKEN"
    values = emails.values_for(AGENCY, "Ceri O’Neill", date(2027, 4, 30), link, language)
    return writing.write(*shipped(kind, language), values, language)


def file_of(kind: str, language: str) -> Path:
    return EXAMPLES / f"{kind.partition('.')[2]}.{language}.txt"


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_a_message_reads_as_its_example(kind: str, language: str) -> None:
    """Renew with `python -m tests.invitations.renew_examples` and read what changed."""
    made = example(kind, language)
    assert file_of(kind, language).read_text(encoding="utf-8") == f"Subject: {made.subject}\n\n{made.text}"


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_both_parts_of_a_message_say_the_same(kind: str, language: str) -> None:
    made = example(kind, language)
    assert f'<html lang="{language}">' in made.html and "{" not in made.text + made.subject
    for block in made.text.split("\n\n"):
        for line in block.splitlines():
            assert line.removeprefix("- ").removesuffix(":").strip() in made.html
    assert "<script" not in made.html and "<img" not in made.html


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_wordings_keep_our_own_rules_in_both_languages(kind: str) -> None:
    for language in ("en", "cy"):
        subject, body = shipped(kind, language)
        assert faults_in(kind, subject, body) == []
    english, welsh = (writing.places_in("".join(shipped(kind, language))) for language in ("en", "cy"))
    assert english == welsh <= set(PLACES)


def test_hostile_values_stay_text() -> None:
    values = {"name": '<img src=x onerror="x">{agency} {{7*7}}', "agency": "A & B", "link": "https://x/?a=1&b=2"}
    made = writing.write("Hello {name}\r\nBcc: x", "Dear {name}\n\n[[Go]]", values, "en")
    assert "<img" not in made.html and "&lt;img" in made.html and "{{7*7}}" in made.text
    assert "\n" not in made.subject and "a=1&amp;b=2" in made.html
    assert "{agency}" in made.text, "a value is not filled in again"


@pytest.mark.usefixtures("organisation")
def test_each_attempt_mints_a_link_and_the_outbox_never_holds_one(session: Session) -> None:
    with clock.set_to(date(2027, 3, 1)):
        case = make_case(session, last_working_day=date(2027, 4, 30), name="Ann Rees")
        service.invite_case(session, case, actor=TESTER)
        session.commit()
        transport = Remembering()
        assert postman(db.engine, transport, **emails.COMPOSERS).deliver_due().n_sent == 1
        text = transport.sent[0].content.text
        token = text.split("/a/")[1].split()[0]
        assert links.find(session, token).state is LinkState.OPEN
        row = session.scalars(select(OutboxMessage)).one()
        assert token not in str(vars(row)) and row.recipient == transport.sent[0].recipient
        assert session.scalars(select(Link.token_hash)).one() == links.hash_of(token)


@pytest.mark.usefixtures("organisation")
@pytest.mark.parametrize("end", ["answered", "declined", "stayed", "died", "closed", "held"])
def test_a_queued_message_is_dropped_at_delivery_after_every_kind_of_end(session: Session, end: str) -> None:
    """Without the cancelling that goes with each end: the composer asks again by itself."""
    with clock.set_to(date(2027, 3, 1)):
        case = make_case(session, last_working_day=date(2027, 4, 30))
        service.invite_case(session, case, actor=TESTER)
        message = session.scalars(select(OutboxMessage)).one()
        invitation = ledger.invitation_for(session, case.id)
        ends = {
            "answered": lambda: setattr(invitation, "answered_on", clock.today()),
            "declined": lambda: setattr(invitation, "declined_on", clock.today()),
            "closed": lambda: setattr(invitation, "closed_on", clock.today()),
            "held": lambda: setattr(invitation, "held_on", clock.today()),
            "stayed": lambda: cases.withdraw_resignation(session, case, TESTER),
            "died": lambda: cases.record_death(session, case, TESTER),
        }
        ends[end]()
        session.flush()
        assert emails.compose_for_leaver(session, message) is None
        assert session.scalars(select(Link)).all() == []


@pytest.mark.usefixtures("organisation")
def test_a_message_to_a_mailbox_that_has_closed_meanwhile_is_not_sent(session: Session) -> None:
    last_day = date(2027, 3, 5)
    with clock.set_to(date(2027, 3, 4)):
        case = make_case(session, last_working_day=last_day)
        service.invite_case(session, case, actor=TESTER)
        message = session.scalars(select(OutboxMessage)).one()
        assert emails.compose_for_leaver(session, message) is not None
    with clock.set_to(date(2027, 3, 6)):
        assert emails.compose_for_leaver(session, message) is None


def test_the_agencys_own_sender_and_reply_to_are_used() -> None:
    owner = SimpleNamespace(mail_sender="hr@ncs.example", name_in=lambda _language: "National Casework Service")
    assert emails.sender_of(owner, "en") == "National Casework Service <hr@ncs.example>"  # type: ignore[arg-type]
