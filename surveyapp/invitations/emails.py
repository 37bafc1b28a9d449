"""The messages to a leaver: composed at delivery, which is when their link is minted and asked whether still wanted."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.models import Case, CaseState
from surveyapp.directory.models import Agency
from surveyapp.invitations import addresses, ledger, links
from surveyapp.invitations.dates import USEFUL_FOR, Plan, Rules
from surveyapp.invitations.models import LEAVING, Invitation, Step
from surveyapp.invitations.wording_texts import WITHOUT_LINK, wording_of
from surveyapp.languages import gettext
from surveyapp.languages.formats import long_date
from surveyapp.mail import ComposedMessage, Composer, site, writing
from surveyapp.mail.models import OutboxMessage

TO_OLD_ADDRESS = WITHOUT_LINK - {"invitation.closed"}


def compose_for_leaver(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """One message to a leaver, None when it is no longer wanted: nobody who answered, stayed or died is written to."""
    case = session.get(Case, UUID(message.ids["case"]))
    if case is None or case.state is not CaseState.OPEN:
        return None
    occasion = message.ids.get("occasion", LEAVING)
    plan = Rules(session).plan(case, occasion)
    agency = session.get_one(Agency, case.agency)
    if message.kind in TO_OLD_ADDRESS:
        return written(session, message, agency, case.name, None, "")
    if plan is None:
        return None
    invitation = ledger.invitation_for(session, case.id, occasion)
    if message.kind in WITHOUT_LINK:
        return written(session, message, agency, case.name, plan.closes_on, "")
    if not _is_wanted(session, message, case, invitation, plan):
        return None
    made = links.mint(session, case.id, message.kind, occasion=occasion)
    return written(session, message, agency, case.name, plan.closes_on, site.address(f"/a/{made.token}"))


def _is_wanted(session: Session, message: OutboxMessage, case: Case, invitation: Invitation, plan: Plan) -> bool:
    """Whether the leaver may still answer, and a planned step still goes to the right place at a useful time."""
    today = clock.today()
    if not invitation.is_open or today > plan.closes_on:
        return False
    if message.kind not in ledger.ASKING_KINDS:
        return True
    if invitation.is_held or addresses.address_of(session, case) != message.recipient:
        return False
    step = Step(message.ids["step"])
    return step is Step.INVITE or _is_useful(plan, invitation, step, today)


def _is_useful(plan: Plan, invitation: Invitation, step: Step, today: date) -> bool:
    """A reminder that lay in the outbox for a week (a dead mail server) is not sent any more."""
    due = {reminder.step: reminder.on for reminder in plan.reminders(invitation.invited_on or today)}
    return step in due and today - due[step] <= USEFUL_FOR


def written(
    session: Session, message: OutboxMessage, agency: Agency, name: str | None, closes_on: date | None, link: str
) -> ComposedMessage:
    """The message in its language with the agency's wording, sender and reply-to."""
    language = message.language
    subject, body = wording_of(session, agency.code, message.kind, language)
    made = writing.write(subject, body, values_for(agency, name, closes_on, link, language), language)
    return ComposedMessage(made.subject, made.text, made.html, sender_of(agency, language), agency.reply_to)


def values_for(agency: Agency, name: str | None, closes_on: date | None, link: str, language: str) -> dict[str, str]:
    """What the names in curly brackets of a wording stand for."""
    return {
        "name": name or "",
        "agency": agency.name_in(language),
        "closes_on": long_date(closes_on, language) if closes_on else "",
        "contact": contact_line(agency, language),
        "contact_name": agency.contact_name,
        "contact_phone": agency.contact_phone,
        "link": link,
    }


def contact_line(agency: Agency, language: str) -> str:
    """Whom to call or write to."""
    if agency.contact_phone:
        name = agency.contact_name or agency.name_in(language)
        return gettext("Questions? Call %(name)s on %(phone)s.", language, name=name, phone=agency.contact_phone)
    return gettext("Questions? Reply to this message, or ask your HR team.", language)


def sender_of(agency: Agency, language: str) -> str:
    """The agency's own From address under its name; empty means the product's."""
    return f"{agency.name_in(language)} <{agency.mail_sender}>" if agency.mail_sender else ""


COMPOSERS: dict[str, Composer] = {
    kind: compose_for_leaver
    for kind in (
        *ledger.ASKING_KINDS,
        "invitation.again",
        "invitation.reissued",
        "invitation.own_copy",
        "invitation.sent_elsewhere",
        "invitation.address_changed",
        "invitation.closed",
    )
}
