"""HR keys in a paper or telephone questionnaire for a leaver, starter or colleague; the receipt is printed once."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit
from surveyapp.access import Permission, guards
from surveyapp.access.guards import requires
from surveyapp.cases.models import Case, CaseKind
from surveyapp.cases.queries import case_for, policy_of
from surveyapp.cases.schedule import questionnaire_of
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.definitions import queries as definitions
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.engine.submission import JourneyUnfinished
from surveyapp.invitations import ledger
from surveyapp.invitations.dates import Rules
from surveyapp.invitations.models import LEAVING
from surveyapp.invitations.words import OCCASIONS
from surveyapp.languages import N_
from surveyapp.responses import answering, batches, drafts, journey_pages, promises, service
from surveyapp.responses.answering import Open, Sharing, Sitting
from surveyapp.responses.bands import bands_of, engine_case
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.drafts import Owner
from surveyapp.responses.journey_pages import Way
from surveyapp.responses.models import DraftHolder
from surveyapp.web.language import current_language, language_switch_pressed
from surveyapp.web.language import gettext as _

blueprint = Blueprint(
    "keyed_answers", __name__, template_folder="templates", url_prefix="/cases/<uuid:case_id>/key-in/<occasion>"
)
LEAVER = "leaver"
BANNER = N_("You are typing in somebody else's answers, just as they gave them.")


@dataclass(frozen=True)
class Paper:
    """One paper form: whose, and at which occasion (leaving, a starter's check, a stay conversation)."""

    case: Case
    occasion: str

    @property
    def sitting(self) -> Sitting:
        owner = Owner(DraftHolder.KEYED_IN, self.case.id, self.case.id, self.occasion)
        bands = bands_of(db.session, self.case, self.occasion)
        return Sitting(owner, drafts.APPLICATION_KEY, engine_case(db.session, bands))

    @property
    def way(self) -> Way:
        return Way("keyed_answers", self.place, banner=BANNER, send_text=N_("Send the answers"))

    @property
    def place(self) -> dict[str, Any]:
        return {"case_id": self.case.id, "occasion": self.occasion}

    @property
    def questionnaire(self) -> str:
        """What policy asks on this occasion; a leaver of a type that is not invited gets the full one."""
        return questionnaire_of(self.case, policy_of(db.session, self.case.agency)) or LEAVER

    def opened(self, *, lock: bool = False) -> Open:
        opened = answering.open_sitting(db.session, self.sitting, lock=lock)
        return opened or abort(redirect(url_for("keyed_answers.start", **self.place), 303))


@blueprint.get("")
@requires(Permission.KEY_IN_RESPONSES)
def start(case_id: uuid.UUID, occasion: str) -> ResponseReturnValue:
    return _start_page(_paper_or_404(case_id, occasion))


@blueprint.post("/begin")
@requires(Permission.KEY_IN_RESPONSES)
def begin(case_id: uuid.UUID, occasion: str) -> ResponseReturnValue:
    paper = _paper_or_404(case_id, occasion)
    case, sharing = paper.case, request.form.get("sharing", "")
    if not ledger.invitation_for(db.session, case.id, occasion).is_open:
        return redirect(url_for("keyed_answers.start", **paper.place), 303)
    if sharing not in set(Sharing):
        return _start_page(paper, [("#sharing", _("Choose what the leaver ticked"))])
    is_new = answering.open_sitting(db.session, paper.sitting) is None
    opened = answering.begin(
        db.session,
        paper.sitting,
        definitions.offered(db.session, paper.questionnaire),
        Sharing(sharing),
        promises.promise_in_force(db.session, case.agency),
        is_for_interviewer="for_interviewer" in request.form,
    )
    if is_new:
        actor, subject = guards.viewer().actor, ("case", case.id)
        audit.record(db.session, "questionnaire.keying_begun", actor, subject, agency=case.agency)
    return redirect(journey_pages.next_place(paper.way, opened), 303)


@blueprint.get("/page/<page>")
@requires(Permission.KEY_IN_RESPONSES)
def show_page(case_id: uuid.UUID, occasion: str, page: str) -> ResponseReturnValue:
    paper = _paper_or_404(case_id, occasion)
    return journey_pages.show_page(paper.way, paper.opened(), page)


@blueprint.post("/page/<page>")
@requires(Permission.KEY_IN_RESPONSES)
def save_page(case_id: uuid.UUID, occasion: str, page: str) -> ResponseReturnValue:
    paper = _paper_or_404(case_id, occasion)
    return journey_pages.save_page(paper.way, paper.sitting, paper.opened(lock=True), page)


@blueprint.get("/check")
@requires(Permission.KEY_IN_RESPONSES)
def check_answers(case_id: uuid.UUID, occasion: str) -> ResponseReturnValue:
    paper = _paper_or_404(case_id, occasion)
    return journey_pages.show_check(paper.way, paper.opened(), ReceiptCode.new())


@blueprint.post("/send")
@requires(Permission.KEY_IN_RESPONSES)
def send(case_id: uuid.UUID, occasion: str) -> ResponseReturnValue:
    paper = _paper_or_404(case_id, occasion)
    code, case, language = journey_pages.code_in_form(), paper.case, current_language()
    if code is None or language_switch_pressed():
        return redirect(url_for("keyed_answers.check_answers", **paper.place), 303)
    settings: Settings = current_app.config[SETTINGS_KEY]
    key = ReleasePublicKey.from_text(settings.release_public_keys[0])
    opened = answering.open_sitting(db.session, paper.sitting, lock=True)
    by = guards.viewer().actor
    try:
        sent = service.send(db.session, key, case, occasion, opened, code, language, keyed_in_by=by)
    except JourneyUnfinished as unfinished:
        return redirect(paper.way.page(unfinished.page), 303)
    except (service.AlreadySent, service.NothingBegun):
        return redirect(url_for("keyed_answers.start", **paper.place), 303)
    until = batches.changeable_until(sent.quarter)
    return render_template("responses/keyed_sent.html", case=case, code=sent.code.in_groups, until=until)


@blueprint.post("/discard")
@requires(Permission.KEY_IN_RESPONSES)
def discard(case_id: uuid.UUID, occasion: str) -> ResponseReturnValue:
    paper = _paper_or_404(case_id, occasion)
    drafts.destroy(db.session, paper.sitting.owner)
    return redirect(url_for("keyed_answers.start", **paper.place), 303)


def _start_page(paper: Paper, told: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "responses/keyed_start.html",
        case=paper.case,
        place=paper.place,
        occasion=OCCASIONS[paper.occasion],
        draft=drafts.find(db.session, paper.sitting.owner),
        states=[
            one.state for one in ledger.invitations_of(db.session, paper.case.id) if one.occasion == paper.occasion
        ],
        error_list=told or [],
    )


def _paper_or_404(case_id: uuid.UUID, occasion: str) -> Paper:
    """The form, if the viewer may key it in; opening its pages is a look at personal data and is logged."""
    viewer = guards.viewer()
    case = case_for(viewer, db.session, case_id, Permission.KEY_IN_RESPONSES)
    if case is None or occasion not in occasions_of(case):
        abort(404)
    if request.method == "GET":
        audit.record_look(db.session, "keyed_answers.opened", viewer.actor, ("case", case.id), agency=case.agency)
    return Paper(case, occasion)


def occasions_of(case: Case) -> list[str]:
    """What may be keyed in for this case: a leaver's one questionnaire, whatever policy invites to, or the planned."""
    if case.kind is CaseKind.LEAVER:
        return [LEAVING]
    return [plan.occasion for plan in Rules(db.session).plans(case)]
