"""What a receipt code opens until the cut: reading, changing and withdrawing a response, without a name or a case."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access.guards import leaver
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.definitions import queries as definitions
from surveyapp.directory.models import Agency
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.engine.check_answers import answer_groups
from surveyapp.engine.drafts import Draft as Answers
from surveyapp.engine.drafts import draft_to_json
from surveyapp.engine.journey import Journey
from surveyapp.engine.submission import JourneyUnfinished, draft_of
from surveyapp.invitations.codes import TooManyGuesses, count_guess
from surveyapp.languages import N_
from surveyapp.responses import answering, ballots, batches, drafts, journey_pages, service
from surveyapp.responses.answering import Open, Sitting
from surveyapp.responses.ballots import NothingToOpen
from surveyapp.responses.bands import engine_case
from surveyapp.responses.codes import NotACode, ReceiptCode
from surveyapp.responses.contents import Content
from surveyapp.responses.drafts import Held, Key, Owner
from surveyapp.responses.journey_pages import Way
from surveyapp.responses.models import DraftHolder, Receipt
from surveyapp.web.language import current_language, language_switch_pressed
from surveyapp.web.language import gettext as _

blueprint = Blueprint("receipts", __name__, template_folder="templates")
WAY = Way(
    "receipts", banner=N_("You are changing answers that you have sent."), send_text=N_("Send the changed answers")
)
GUESSES_AN_HOUR_PER_CODE, GUESSES_AN_HOUR_PER_PLACE = 20, 50


@blueprint.get("/receipt")
@leaver
def type_code() -> ResponseReturnValue:
    return render_template("responses/receipt_code.html")


@blueprint.post("/receipt")
@leaver
def enter_code() -> ResponseReturnValue:
    typed = request.form.get("code", "")[:60]
    if language_switch_pressed():
        return render_template("responses/receipt_code.html", typed=typed)
    try:
        code = ReceiptCode.typed(typed)
        count_guess(db.engine, f"receipt place {request.remote_addr}", GUESSES_AN_HOUR_PER_PLACE)
        count_guess(db.engine, f"receipt {code.look_up}", GUESSES_AN_HOUR_PER_CODE)
        ballots.open_copy(db.session, code)
    except NotACode:
        return _refused(typed, _("Type all 24 letters and numbers of the code, like BCDF-2345-GHJK-6789-MNPQ-2345"))
    except TooManyGuesses:
        return _refused(typed, _("Too many tries. Wait an hour, then try again"))
    except NothingToOpen:
        return _refused(typed, _("Check the code. If its day has passed, the answers can no longer be opened"))
    response = redirect(url_for("receipts.start"), 303)
    response.set_cookie(_cookie(), code.text, path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def _refused(typed: str, message: str) -> ResponseReturnValue:
    return render_template("responses/receipt_code.html", typed=typed, error_list=[("#code", message)])


@blueprint.get("/receipt/answers")
@leaver
def start() -> ResponseReturnValue:
    _code, receipt, content = _opened_receipt()
    definition = definitions.published(db.session, content.submission["definition"])
    journey = Journey(definition, _draft_of(content), engine_case(db.session, content.bands))
    return render_template(
        "responses/receipt.html",
        groups=answer_groups(journey, current_language()),
        until=batches.changeable_until(receipt.batch_quarter),
        is_named=content.is_named,
        agency=_agency_of(content),
    )


@blueprint.post("/receipt/change")
@leaver
def change() -> ResponseReturnValue:
    code, receipt, content = _opened_receipt()
    definition = definitions.published(db.session, content.submission["definition"])
    answers = draft_to_json(definition, _draft_of(content))
    held = Held(definition.reference, "", content.promise, draft=answers, definition_hash=definition.sha256)
    sitting = _sitting(code, receipt, content)
    answering.begin_with(db.session, sitting, held)
    return redirect(url_for("receipts.check_answers"), 303)


@blueprint.get("/receipt/page/<page>")
@leaver
def show_page(page: str) -> ResponseReturnValue:
    return journey_pages.show_page(WAY, _opened_draft()[1], page)


@blueprint.post("/receipt/page/<page>")
@leaver
def save_page(page: str) -> ResponseReturnValue:
    sitting, opened = _opened_draft(lock=True)
    return journey_pages.save_page(WAY, sitting, opened, page)


@blueprint.get("/receipt/check")
@leaver
def check_answers() -> ResponseReturnValue:
    return journey_pages.show_check(WAY, _opened_draft()[1], None)


@blueprint.post("/receipt/send")
@leaver
def send() -> ResponseReturnValue:
    if language_switch_pressed():
        return redirect(url_for("receipts.check_answers"), 303)
    code, receipt, content = _opened_receipt()
    sitting, opened = _opened_draft(lock=True)
    settings: Settings = current_app.config[SETTINGS_KEY]
    key = ReleasePublicKey.from_text(settings.release_public_keys[0])
    try:
        service.change_by_receipt(db.session, key, code, opened, current_language())
    except JourneyUnfinished as unfinished:
        return redirect(WAY.page(unfinished.page), 303)
    drafts.destroy(db.session, sitting.owner)
    until = batches.changeable_until(receipt.batch_quarter)
    shown = {"code": code.in_groups, "until": until, "agency": _agency_of(content)}
    return render_template("responses/receipt_done.html", is_changed=True, **shown)


@blueprint.get("/receipt/withdraw")
@leaver
def ask_withdraw() -> ResponseReturnValue:
    agency = _agency_of(_opened_receipt()[2])
    return render_template("responses/receipt_withdraw.html", back_address=url_for("receipts.start"), agency=agency)


@blueprint.post("/receipt/withdraw")
@leaver
def withdraw() -> ResponseReturnValue:
    if language_switch_pressed():
        return ask_withdraw()
    code, receipt, content = _opened_receipt()
    drafts.destroy(db.session, Owner(DraftHolder.RECEIPT, receipt.id))
    service.withdraw_by_receipt(db.session, code)
    return _forgotten(render_template("responses/receipt_done.html", is_changed=False, agency=_agency_of(content)))


@blueprint.post("/receipt/leave")
@leaver
def leave() -> ResponseReturnValue:
    return _forgotten(redirect(url_for("receipts.type_code"), 303))


def _opened_receipt() -> tuple[ReceiptCode, Receipt, Content]:
    """The code of this browser and what it opens; else the request ends where a code can be typed."""
    try:
        code = ReceiptCode.typed(request.cookies.get(_cookie(), ""))
        return (code, *ballots.open_copy(db.session, code))
    except (NotACode, NothingToOpen):
        abort(redirect(url_for("receipts.type_code"), 303))


def _agency_of(content: Content) -> Agency:
    """Whose contact the page names."""
    return db.session.get_one(Agency, content.bands.agency)


def _opened_draft(*, lock: bool = False) -> tuple[Sitting, Open]:
    code, receipt, content = _opened_receipt()
    sitting = _sitting(code, receipt, content)
    opened = answering.open_sitting(db.session, sitting, lock=lock)
    if opened is None:
        abort(redirect(url_for("receipts.start"), 303))
    return sitting, opened


def _sitting(code: ReceiptCode, receipt: Receipt, content: Content) -> Sitting:
    owner = Owner(DraftHolder.RECEIPT, receipt.id)
    return Sitting(owner, Key(code.secret), engine_case(db.session, content.bands))


def _draft_of(content: Content) -> Answers:
    definition = definitions.published(db.session, content.submission["definition"])
    return draft_of(definition, content.answers(definition), engine_case(db.session, content.bands))


def _forgotten(answer: ResponseReturnValue) -> ResponseReturnValue:
    response = current_app.make_response(answer)
    response.delete_cookie(_cookie(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def _cookie() -> str:
    return "__Host-receipt" if request.is_secure else "receipt"
