"""The digest and the escalation: how many steps of which kind, and where to do them; never a leaver's name."""

from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.directory.models import User
from surveyapp.directory.queries import viewer_of
from surveyapp.languages import gettext, ngettext
from surveyapp.mail import ComposedMessage, Composer, site, writing
from surveyapp.mail.models import OutboxMessage
from surveyapp.operation.escalation import DIGEST, ESCALATED
from surveyapp.operation.models import EscalationLevel
from surveyapp.worklist.steps import WORDS, StepKind


def compose_digest(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """What is due and overdue for one member of staff this morning; None when their account has been closed."""
    if not _is_active(session, message):
        return None
    language, counts = message.language, message.ids["counts"]
    n_overdue = sum(count for overdue, _kind, count in counts if overdue)
    n_due = sum(count for overdue, _kind, count in counts if not overdue)
    blocks = [gettext("This is what waits for you today.", language)]
    blocks += _part(gettext("Overdue", language), [(kind, n) for overdue, kind, n in counts if overdue], language)
    blocks += _part(gettext("Due", language), [(kind, n) for overdue, kind, n in counts if not overdue], language)
    n = n_due + n_overdue
    subject = ngettext("%(n)s step is due", "%(n)s steps are due", n, language)
    if n_overdue:
        subject = gettext("%(steps)s, %(overdue)s overdue", language, steps=subject, overdue=n_overdue)
    return _written(subject, blocks, language)


def compose_escalation(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """Steps that have been overdue too long, for an HR lead or national HR."""
    if not _is_active(session, message):
        return None
    language, counts = message.language, message.ids["counts"]
    names = {
        EscalationLevel.AREA: gettext("In your Area, overdue for two working days or more", language),
        EscalationLevel.NATION: gettext("Overdue for five working days or more", language),
    }
    blocks = [gettext("These steps are overdue and nobody has done them. Please see that somebody does.", language)]
    for level, name in names.items():
        blocks += _part(name, [(kind, n) for at, kind, n in counts if at == level.value], language)
    total = sum(count for _level, _kind, count in counts)
    return _written(ngettext("%(n)s step needs you", "%(n)s steps need you", total, language), blocks, language)


def _part(heading: str, counts: list[tuple[str, int]], language: str) -> list[str]:
    if not counts:
        return []
    named = [(gettext(WORDS[StepKind(kind)], language), n) for kind, n in counts]
    lines = [f"- {name}: {n}" for name, n in named]
    return [f"## {heading}", "\n".join(lines)]


def _written(subject: str, blocks: list[str], language: str) -> ComposedMessage:
    button = gettext("Open the work list", language)
    made = writing.write(subject, "\n\n".join([*blocks, f"[[{button}]]"]), {"link": site.address("/")}, language)
    return ComposedMessage(made.subject, made.text, made.html)


def _is_active(session: Session, message: OutboxMessage) -> bool:
    """Whether the account is open and holds any right at all at the moment of sending."""
    user = session.get(User, UUID(message.ids["user"]))
    return user is not None and user.active and bool(viewer_of(user).grants)


COMPOSERS: dict[str, Composer] = {DIGEST: compose_digest, ESCALATED: compose_escalation}
