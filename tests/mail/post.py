"""A small post office for tests: an engine on a fresh database, plain composers, a transport that remembers."""

from collections.abc import Callable

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from surveyapp import mail
from surveyapp.mail.delivery import Postman
from surveyapp.mail.messages import ComposedMessage
from surveyapp.mail.models import OutboxMessage
from surveyapp.mail.transports import ReadyMessage

SENDER = "Leaving well <leavers@example.org>"


class Remembering:
    """A transport that keeps what it is given, and fails when told to."""

    def __init__(self, fails: Callable[[ReadyMessage], Exception | None] = lambda _message: None) -> None:
        self.sent: list[ReadyMessage] = []
        self.fails = fails

    def send(self, message: ReadyMessage) -> None:
        error = self.fails(message)
        if error is not None:
            raise error
        self.sent.append(message)

    def close(self) -> None:
        """Nothing is open."""


def plain(_session: Session, message: OutboxMessage) -> ComposedMessage:
    return ComposedMessage(f"Subject {message.reason_key}", "text", "<p>text</p>")


def postman(engine: Engine, transport: object, **composers: object) -> Postman:
    return Postman(engine, {"plain": plain, **composers}, transport, SENDER)  # type: ignore[arg-type]  # fakes


def queued(session: Session, n: int = 1, kind: str = "plain") -> list[OutboxMessage]:
    made = [
        mail.queue(session, kind, f"leaver{i}@home.example", about="case:1", reason_key=f"{kind}/{i}") for i in range(n)
    ]
    session.commit()
    return made


def states(session: Session) -> dict[str, int]:
    session.expire_all()
    found: dict[str, int] = {}
    for message in session.scalars(select(OutboxMessage)):
        found[message.state.value] = found.get(message.state.value, 0) + 1
    session.rollback()
    return found
