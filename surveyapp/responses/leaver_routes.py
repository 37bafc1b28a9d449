"""The leaver's way: arrive by link, read the promise, choose how to share, answer page by page, check, send."""

from dataclasses import replace

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access.guards import leaver
from surveyapp.cases.models import Case
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.definitions import queries as definitions
from surveyapp.directory.models import Agency
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.engine.submission import JourneyUnfinished
from surveyapp.invitations import ledger
from surveyapp.invitations.leaver_session import LeaverAccess, arrive, leaver_or_404, leaver_who_may_answer
from surveyapp.invitations.ledger import DeclineReason
from surveyapp.invitations.models import LedgerState
from surveyapp.languages import N_
from surveyapp.responses import answering, batches, drafts, journey_pages, leaver_sitting, promises, service
from surveyapp.responses.answering import Sharing
from surveyapp.responses.codes import ReceiptCode
from surveyapp.responses.drafts import WrongWord
from surveyapp.responses.journey_pages import Way
from surveyapp.responses.models import Draft
from surveyapp.web.language import current_language, language_switch_pressed
from surveyapp.web.language import gettext as _
from surveyapp.web.navigation import leaver_tasks_for

blueprint = Blueprint("answers", __name__, template_folder="templates")
WAY = Way("answers", footer=N_("You can stop now and come back with the same link. What you have saved is kept."))
SETTLED = (LedgerState.ANSWERED, LedgerState.DECLINED)
DECLINE_REASONS = {
    DeclineReason.NO_TIME: N_("I do not have time"),
    DeclineReason.NOT_CONFIDENTIAL: N_("I am not sure it is confidential"),
    DeclineReason.NOTHING_CHANGES: N_("I do not think anything will change"),
    DeclineReason.SAID_ALREADY: N_("I have said it already"),
    DeclineReason.OTHER: N_("Another reason"),
}


@blueprint.get("/a/<string(minlength=40):token>")
@leaver
def enter(token: str) -> ResponseReturnValue:
    return arrive(token)


@blueprint.get("/a")
@leaver
def start() -> ResponseReturnValue:
    access = leaver_or_404()
    if access.ledger in SETTLED:
        tasks = leaver_tasks_for(access)
        return render_template("responses/settled.html", access=access, tasks=tasks, **_surroundings(access))
    return _start_page(leaver_who_may_answer())


@blueprint.post("/a/begin")
@leaver
def begin() -> ResponseReturnValue:
    access = leaver_who_may_answer()
    sharing = request.form.get("sharing", "")
    if language_switch_pressed() or sharing not in (*Sharing, "not_at_all"):
        return _start_page(access, is_choice_missing=not language_switch_pressed())
    if sharing == "not_at_all":
        return redirect(url_for("answers.ask_decline"), 303)
    word = leaver_sitting.typed_word(access, request.form.get("word", ""))
    sitting = leaver_sitting.sitting_of(access, word or None)
    try:
        opened = answering.begin(
            db.session,
            sitting,
            definitions.offered(db.session, leaver_sitting.questionnaire_for(access)),
            Sharing(sharing),
            promises.promise_in_force(db.session, access.agency),
            is_for_interviewer="for_interviewer" in request.form,
        )
    except WrongWord:
        return redirect(url_for("answers.ask_word"), 303)
    ledger.mark_begun(db.session, access.case_id, access.occasion)
    response = redirect(journey_pages.next_place(WAY, opened), 303)
    leaver_sitting.remember_word(response, word)
    return response


@blueprint.get("/a/on")
@leaver
def carry_on() -> ResponseReturnValue:
    access = leaver_who_may_answer()
    opened = leaver_sitting.opened_or_elsewhere(leaver_sitting.sitting_of(access))
    return redirect(journey_pages.next_place(WAY, opened), 303)


@blueprint.get("/a/word")
@leaver
def ask_word() -> ResponseReturnValue:
    access = leaver_who_may_answer()
    return render_template("responses/word.html", back_address=url_for("answers.start"), **_surroundings(access))


@blueprint.post("/a/word")
@leaver
def tell_word() -> ResponseReturnValue:
    access = leaver_who_may_answer()
    if language_switch_pressed():
        return ask_word()
    word = leaver_sitting.typed_word(access, request.form.get("word", ""))
    try:
        opened = answering.open_sitting(db.session, leaver_sitting.sitting_of(access, word))
    except WrongWord:
        told = [("#word", _("That is not the word you chose. Try again, or start again without it"))]
        back = url_for("answers.start")
        return render_template("responses/word.html", error_list=told, back_address=back, **_surroundings(access))
    response = redirect(journey_pages.next_place(WAY, opened) if opened else url_for("answers.start"), 303)
    leaver_sitting.remember_word(response, word)
    return response


@blueprint.post("/a/again")
@leaver
def start_again() -> ResponseReturnValue:
    access = leaver_who_may_answer()
    drafts.destroy_all_of(db.session, access.case_id, access.occasion)
    return redirect(url_for("answers.start"), 303)


@blueprint.get("/a/page/<page>")
@leaver
def show_page(page: str) -> ResponseReturnValue:
    access = leaver_who_may_answer()
    opened = leaver_sitting.opened_or_elsewhere(leaver_sitting.sitting_of(access))
    return journey_pages.show_page(WAY, opened, page)


@blueprint.post("/a/page/<page>")
@leaver
def save_page(page: str) -> ResponseReturnValue:
    access = leaver_who_may_answer()
    sitting = leaver_sitting.sitting_of(access)
    opened = leaver_sitting.opened_or_elsewhere(sitting, lock=True)
    return journey_pages.save_page(WAY, sitting, opened, page)


@blueprint.get("/a/check")
@leaver
def check_answers() -> ResponseReturnValue:
    access = leaver_who_may_answer()
    opened = leaver_sitting.opened_or_elsewhere(leaver_sitting.sitting_of(access))
    return journey_pages.show_check(WAY, opened, ReceiptCode.new(), sharing=opened.held.sharing)


@blueprint.post("/a/send")
@leaver
def send() -> ResponseReturnValue:
    access = leaver_or_404()
    if access.ledger not in SETTLED:
        leaver_who_may_answer()
    code = journey_pages.code_in_form()
    is_settled = access.ledger in SETTLED
    if code is None or (language_switch_pressed() and not is_settled):
        return redirect(url_for("answers.start" if is_settled else "answers.check_answers"), 303)
    case = db.session.get_one(Case, access.case_id)
    key = ReleasePublicKey.from_text(_settings().release_public_keys[0])
    try:
        sitting = leaver_sitting.sitting_of(access)
        opened = answering.open_sitting(db.session, sitting, lock=True)
        sent = service.send(db.session, key, case, access.occasion, opened, code, current_language())
    except WrongWord:
        return redirect(url_for("answers.ask_word"), 303)
    except JourneyUnfinished as unfinished:
        return redirect(WAY.page(unfinished.page), 303)
    except service.NothingBegun:
        return redirect(url_for("answers.start"), 303)
    except service.AlreadySent:
        return render_template("responses/already_sent.html", **_surroundings(access))
    return render_template(
        "responses/sent.html",
        code=sent.code.in_groups,
        until=batches.changeable_until(sent.quarter),
        signed_code=request.form[journey_pages.CODE],
        tasks=leaver_tasks_for(replace(access, ledger=LedgerState.ANSWERED)),
        **_surroundings(access),
    )


@blueprint.get("/a/decline")
@leaver
def ask_decline() -> ResponseReturnValue:
    access = leaver_who_may_answer()
    back = url_for("answers.start")
    return render_template(
        "responses/decline.html", reasons=DECLINE_REASONS, back_address=back, **_surroundings(access)
    )


@blueprint.post("/a/decline")
@leaver
def decline() -> ResponseReturnValue:
    access = leaver_who_may_answer()
    if language_switch_pressed():
        return ask_decline()
    given = request.form.get("reason", "")
    reason = DeclineReason(given) if given in set(DeclineReason) else None
    service.decline(db.session, db.session.get_one(Case, access.case_id), access.occasion, reason)
    return redirect(url_for("answers.start"), 303)


def _start_page(access: LeaverAccess, *, is_choice_missing: bool = False) -> str:
    owner, around = leaver_sitting.owner_of(access), _surroundings(access)
    mine: Draft | None = drafts.find(db.session, owner)
    promise = promises.promise_in_force(db.session, access.agency)
    definition = definitions.offered(db.session, leaver_sitting.questionnaire_for(access))
    told = [("#sharing", _("Choose how you want to share your answers"))] if is_choice_missing else []
    return render_template(
        "responses/start.html",
        access=access,
        definition=definition,
        promise=promise.words[current_language()],
        facts=promise.facts,
        mine=mine,
        elsewhere=None if mine else drafts.begun_elsewhere(db.session, owner),
        chosen=request.form.get("sharing", Sharing.CONFIDENTIAL.value),
        error_list=told,
        tasks=leaver_tasks_for(access),
        **around,
    )


def _surroundings(access: LeaverAccess) -> dict[str, object]:
    """What every page around the questions may say: whose it is, whom to call, when it closes."""
    return {"agency": db.session.get_one(Agency, access.agency), "closes_on": access.closes_on}


def _settings() -> Settings:
    settings: Settings = current_app.config[SETTINGS_KEY]
    return settings
