"""Where a case stands in the later slices, a line each with the link to its page: questionnaire, interview, key-in."""

from flask import url_for
from sqlalchemy.orm import Session

from surveyapp.access import Permission, Viewer
from surveyapp.cases.models import Case, CaseKind
from surveyapp.interviews import offers
from surveyapp.interviews.models import InterviewOffer
from surveyapp.interviews.queries import booking_to_come
from surveyapp.interviews.words import OFFER_STATES
from surveyapp.invitations import ledger
from surveyapp.invitations.dates import Rules
from surveyapp.invitations.models import LEAVING, LedgerState
from surveyapp.invitations.words import OCCASIONS, STATES
from surveyapp.languages import formats
from surveyapp.responses.queries import n_named_answers_for
from surveyapp.web.language import current_language, ngettext
from surveyapp.web.language import gettext as _

Section = tuple[str, str, str, str]


def sections_of(viewer: Viewer, session: Session, case: Case) -> list[Section]:
    """(name, where it stands, address, what the link says), for what the viewer may open."""
    found: list[Section] = []
    if viewer.may(Permission.SEND_INVITATIONS, case.agency, case.area):
        address = url_for("inviting.show_invitation", case_id=case.id)
        found.append((_("Questionnaire"), questionnaire_words(session, case), address, _("Open it")))
    if viewer.may(Permission.BOOK_INTERVIEWS, case.agency, case.area) and case.kind is CaseKind.LEAVER:
        address = url_for("interviews.show_case", case_id=case.id)
        found.append((_("Exit interview"), interview_words(session, case), address, _("Open it")))
    if viewer.may(Permission.KEY_IN_RESPONSES, case.agency, case.area) and case.is_open:
        found += [_to_key_in(case, occasion) for occasion in _waiting_occasions(session, case)]
    if n_named := n_named_answers_for(viewer, session, case):
        told = ngettext("%(n)s questionnaire given with a name", "%(n)s questionnaires given with a name", n_named)
        found.append((_("Named answers"), told, url_for("named_answers.read", case_id=case.id), _("Read")))
    return found


def _waiting_occasions(session: Session, case: Case) -> list[str]:
    """What could still be keyed in: a leaver's questionnaire, a starter's checks, a stay conversation."""
    settled = {one.occasion for one in ledger.invitations_of(session, case.id) if one.answered_on or one.declined_on}
    planned = [LEAVING] if case.kind is CaseKind.LEAVER else [plan.occasion for plan in Rules(session).plans(case)]
    return [occasion for occasion in planned if occasion not in settled]


def _to_key_in(case: Case, occasion: str) -> Section:
    address = url_for("keyed_answers.start", case_id=case.id, occasion=occasion)
    told = _("HR can type the answers for the leaver")
    if occasion != LEAVING:
        told = _("HR can type the answers in: %(occasion)s", occasion=_(OCCASIONS[occasion]))
    return _("Paper or phone"), told, address, _("Begin")


def questionnaire_words(session: Session, case: Case) -> str:
    """Where the questionnaires stand, one state for each."""
    states = [_(STATES[one.state]) for one in ledger.invitations_of(session, case.id)]
    return ", ".join(states) or _(STATES[LedgerState.DUE])


def interview_words(session: Session, case: Case) -> str:
    """Where the interview stands: the booked time, or the offer's state."""
    if booking := booking_to_come(session, case.id):
        return _("Booked for %(moment)s", moment=formats.long_moment(booking.starts_at, current_language()))
    offer: InterviewOffer | None = offers.offer_of(session, case.id)
    words = OFFER_STATES.get(offer.state) if offer else None
    return _(words) if words else _("Not offered")


def has_answered(session: Session, case: Case) -> bool:
    """Whether an answer exists; what HR thinks of the loss must be entered before (CONTRACTS 1.10)."""
    return any(one.answered_on is not None for one in ledger.invitations_of(session, case.id))
