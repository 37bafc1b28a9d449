"""What a leaver does about the interview: choose whom, how and when, change, cancel, decline, ask for a call."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access.guards import leaver
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases.models import Case
from surveyapp.db import db, give_up_writing
from surveyapp.directory.models import Agency
from surveyapp.interviews import bookings, choices, offers, queries, shown, words
from surveyapp.interviews.bookings import BookingIsOver, CaseAlreadyBooked, SlotAlreadyTaken, Wish
from surveyapp.interviews.choices import OfferedSlot, SlotChoice, SlotQuery
from surveyapp.interviews.models import (
    CancelledBy,
    DeclineReason,
    InterviewBooking,
    InterviewerType,
    InterviewOffer,
    Mode,
    OfferState,
)
from surveyapp.interviews.slots import london_date
from surveyapp.invitations.leaver_session import ENTRANCE, LeaverAccess, leaver_or_404
from surveyapp.web.language import gettext as _
from surveyapp.web.language import language_switch_pressed

blueprint = Blueprint("interview", __name__, url_prefix="/a/interview", template_folder="templates")
shown.init_blueprint(blueprint)
LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Asked:
    """The leaver of this request, with their offer and the booking to come, if there is one."""

    case: Case
    offer: InterviewOffer
    booking: InterviewBooking | None

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.LEAVER, str(self.case.id))


def asked() -> Asked:
    """Who asks; 404 for a leaver who is offered no interview."""
    access = leaver_or_404()
    case = db.session.get_one(Case, access.case_id)
    offer = offers.offer_of(db.session, case.id) or abort(404)
    if offer.state is OfferState.WITHDRAWN or not case.is_open:
        abort(404)
    return Asked(case, offer, queries.booking_to_come(db.session, case.id))


def is_open_to(access: LeaverAccess) -> bool:
    """Whether this leaver's first page lists the interview."""
    offer = offers.offer_of(db.session, access.case_id)
    return offer is not None and offer.state is not OfferState.WITHDRAWN and offer.case.is_open


@blueprint.get("")
@leaver
def choose_interview() -> ResponseReturnValue:
    who = asked()
    if who.booking is not None and "change" not in request.args:
        return render_template("interviews/booked.html", who=who, agency=_agency(who), back_address=ENTRANCE)
    return _choosing(who)


def _choosing(who: Asked, error: str = "", status: int = 200) -> tuple[str, int]:
    kinds = choices.kinds_open_to(db.session, who.case)
    kind, mode = _chosen(who, kinds)
    leaving_out = (who.booking.id,) if who.booking else ()
    wanted = SlotQuery(mode, kind, from_on=_from_day(), leaving_out=leaving_out)
    slots = choices.slots_for(db.session, who.case, wanted) if kinds else []
    shown, later_from = choices.a_few_a_day(slots)
    page = render_template(
        "interviews/choose.html",
        who=who,
        held=queries.last_held(db.session, who.case.id),
        agency=_agency(who),
        kinds=kinds,
        kind=kind,
        mode=mode,
        days=by_day(shown),
        only_one=shown[0] if len({slot.interviewer_name for slot in shown}) == 1 else None,
        later_from=later_from,
        error_list=[("#slot", error)] if error else [],
        needs=request.form.get("needs", who.offer.needs or ""),
        companion=request.form.get("companion", who.offer.companion or ""),
        back_address=url_for(".choose_interview") if who.booking else ENTRANCE,
    )
    return page, status


def _from_day() -> date | None:
    """The first day to show, from the address or the form; None for as soon as possible."""
    try:
        return date.fromisoformat(request.values.get("from", ""))
    except ValueError:
        return None


def _chosen(who: Asked, kinds: dict[InterviewerType, set[Mode]]) -> tuple[InterviewerType | None, Mode]:
    """The type and mode asked for in the address or the form, else those of before, else the first there are."""
    wanted_kind = request.values.get("type", who.offer.interviewer_type or "")
    kind = next((one for one in kinds if one == wanted_kind), next(iter(kinds), None))
    modes = sorted(kinds.get(kind, set()), key=list(Mode).index) if kind else []
    wanted_mode = request.values.get("mode", who.offer.mode or Mode.PHONE)
    return kind, next((one for one in modes if one == wanted_mode), modes[0] if modes else Mode.PHONE)


def by_day(slots: Sequence[OfferedSlot]) -> list[tuple[object, list[OfferedSlot]]]:
    """The times grouped under their London day."""
    days: dict[object, list[OfferedSlot]] = {}
    for slot in slots:
        days.setdefault(london_date(slot.choice.starts_at), []).append(slot)
    return list(days.items())


@blueprint.post("")
@leaver
def choose_slot() -> ResponseReturnValue:
    """Book the chosen time, or move the booking there is; a lost race shows fresh times."""
    who = asked()
    if language_switch_pressed():
        return _choosing(who)
    choice = SlotChoice.read(request.form.get("slot", ""))
    mode = next((one for one in Mode if one == request.form.get("mode")), None)
    if choice is None or mode is None:
        return _choosing(who, _("Choose a time"), status=422)
    try:
        _book_or_move(who, Wish(choice, mode))
    except SlotAlreadyTaken:
        give_up_writing()
        return _choosing(asked(), _("Somebody has just booked that time. Choose another one"), 409)
    except (CaseAlreadyBooked, BookingIsOver):
        return redirect(url_for(".choose_interview"), 303)
    except (bookings.InterviewerNotAllowed, bookings.NotOffered):
        abort(404)
    return redirect(url_for(".choose_interview"), 303)


def _book_or_move(who: Asked, wish: Wish) -> None:
    needs, companion = (request.form.get(name, "")[:LONGEST_NOTE] for name in ("needs", "companion"))
    offers.note_needs(who.offer, needs, companion)
    if who.booking is None:
        bookings.book_interview(db.session, who.offer, wish, actor=who.actor)
    else:
        bookings.move_interview(db.session, who.booking, wish, actor=who.actor)


@blueprint.get("/cancel")
@leaver
def consider_cancelling() -> ResponseReturnValue:
    who = asked()
    if who.booking is None:
        return redirect(url_for(".choose_interview"))
    return render_template("interviews/cancel.html", who=who, back_address=url_for(".choose_interview"))


@blueprint.post("/cancel")
@leaver
def cancel() -> ResponseReturnValue:
    who = asked()
    if language_switch_pressed() or who.booking is None:
        return redirect(url_for(".consider_cancelling"), 303)
    try:
        bookings.cancel_interview(db.session, who.booking, CancelledBy.LEAVER, actor=who.actor)
    except BookingIsOver:
        return redirect(url_for(".choose_interview"), 303)
    flash(_("Your interview is cancelled. You can choose another time."), "success")
    return redirect(url_for(".choose_interview"), 303)


@blueprint.post("/confirm")
@leaver
def confirm() -> ResponseReturnValue:
    who = asked()
    if who.booking is not None:
        with suppress(BookingIsOver):  # HR was quicker: the page shows where it stands
            bookings.confirm_interview(db.session, who.booking, actor=who.actor)
    return redirect(url_for(".choose_interview"), 303)


@blueprint.get("/decline")
@leaver
def consider_declining() -> ResponseReturnValue:
    who = asked()
    return _declining(who)


def _declining(who: Asked, error: str = "") -> str:
    return render_template(
        "interviews/decline.html",
        who=who,
        reasons=words.DECLINE_REASONS,
        error=error,
        error_list=[("#reason", error)] if error else [],
        back_address=url_for(".choose_interview"),
    )


@blueprint.post("/decline")
@leaver
def decline() -> ResponseReturnValue:
    who = asked()
    reason = next((one for one in DeclineReason if one == request.form.get("reason")), None)
    if language_switch_pressed():
        return _declining(who)
    if reason is None:
        return _declining(who, _("Choose a reason, or say that you would rather not say")), 422
    try:
        if who.booking is not None:
            bookings.cancel_interview(db.session, who.booking, CancelledBy.LEAVER, actor=who.actor)
        if who.offer.state is not OfferState.DECLINED:
            offers.decline_interview(db.session, who.offer, reason, actor=who.actor)
    except (BookingIsOver, offers.OfferIsClosed):
        give_up_writing()  # it was held, or somebody else was quicker: the page shows where it stands
    return redirect(url_for(".choose_interview"), 303)


@blueprint.post("/call-back")
@leaver
def ask_for_call() -> ResponseReturnValue:
    who = asked()
    offers.ask_for_call_back(db.session, who.offer, actor=who.actor)
    flash(_("We will call you, usually within two working days."), "success")
    return redirect(url_for(".choose_interview"), 303)


def _agency(who: Asked) -> Agency:
    return db.session.get_one(Agency, who.case.agency)
