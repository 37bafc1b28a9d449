"""An interviewer's own pages: interviews to come and to write up, weekly hours, absences, the private feed."""

import uuid

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import audit, clock
from surveyapp.access import Permission
from surveyapp.access.guards import machine, requires, viewer
from surveyapp.db import db
from surveyapp.interviews import people, queries, words
from surveyapp.interviews.forms import ChangeForm, MannerForm
from surveyapp.interviews.interviewer_models import ChangeKind, Interviewer
from surveyapp.interviews.own_feed import feed_of
from surveyapp.mail import site
from surveyapp.web.language import gettext as _

blueprint = Blueprint("own_interviews", __name__, url_prefix="/interviews", template_folder="templates")


def own_or_404() -> Interviewer:
    return queries.own_interviewer(viewer(), db.session) or abort(404)


@blueprint.get("/mine")
@requires(Permission.HOLD_INTERVIEWS)
def show_calendar() -> ResponseReturnValue:
    own = queries.own_interviewer(viewer(), db.session)
    found = queries.own_bookings_with_records(viewer(), db.session)
    audit.record_look(db.session, "interviews.listed", viewer().actor, ("interviews", "own"), n=len(found))
    return render_template("interviews/mine.html", own=own, found=found, now=clock.now(), words=words)


@blueprint.get("/mine/hours")
@requires(Permission.HOLD_INTERVIEWS)
def show_hours() -> ResponseReturnValue:
    own = own_or_404()
    return _hours_page(own, MannerForm(own), ChangeForm())


def _hours_page(own: Interviewer, form: MannerForm, change: ChangeForm, feed_address: str = "") -> str:
    return render_template(
        "interviews/hours.html",
        own=own,
        form=form,
        change=change,
        changes=[one for one in own.changes if one.ends_at > clock.now()],
        words=words,
        feed_address=feed_address,
    )


@blueprint.post("/mine/hours")
@requires(Permission.HOLD_INTERVIEWS)
def save_hours() -> ResponseReturnValue:
    own = own_or_404()
    form = MannerForm(own)
    if not form.validate():
        return _hours_page(own, form, ChangeForm()), 422
    people.change_manner(db.session, own, form.manner(), actor=viewer().actor)
    people.set_hours(db.session, own, form.hours(), actor=viewer().actor)
    flash(_("Your hours are saved. Interviews that are booked stay as they are."), "success")
    return redirect(url_for(".show_hours"), 303)


@blueprint.post("/mine/changes")
@requires(Permission.HOLD_INTERVIEWS)
def add_change() -> ResponseReturnValue:
    own = own_or_404()
    change = ChangeForm()
    if not change.validate():
        return _hours_page(own, MannerForm(own), change), 422
    kind, reason = ChangeKind(change.kind.data), change.absence_reason()
    for starts_at, ends_at in change.stretches():
        people.add_change(db.session, own, kind, starts_at, ends_at, reason, actor=viewer().actor)
    flash(_("Your calendar is changed."), "success")
    return redirect(url_for(".show_hours"), 303)


@blueprint.post("/mine/changes/<uuid:change_id>/remove")
@requires(Permission.HOLD_INTERVIEWS)
def remove_change(change_id: uuid.UUID) -> ResponseReturnValue:
    if not people.remove_change(db.session, own_or_404(), change_id, actor=viewer().actor):
        abort(404)
    return redirect(url_for(".show_hours"), 303)


@blueprint.post("/mine/feed")
@requires(Permission.HOLD_INTERVIEWS)
def renew_feed() -> ResponseReturnValue:
    """Show the new address once; nobody can read it again, only make another."""
    own = own_or_404()
    token = people.renew_feed(db.session, own, show_names="names" in request.form, actor=viewer().actor)
    address = site.address(url_for(".send_feed", token=token))
    return _hours_page(own, MannerForm(own), ChangeForm(), address)


@blueprint.post("/mine/feed/stop")
@requires(Permission.HOLD_INTERVIEWS)
def stop_feed() -> ResponseReturnValue:
    people.stop_feed(db.session, own_or_404(), actor=viewer().actor)
    flash(_("The calendar feed is stopped. Its address opens nothing now."), "success")
    return redirect(url_for(".show_hours"), 303)


@blueprint.get("/feed/<token>.ics")
@machine
def send_feed(token: str) -> ResponseReturnValue:
    """The feed for calendar programs; a known ETag is answered with 304."""
    own = people.interviewer_of_feed(db.session, token) or abort(404)
    if own.feed_shows_names:
        actor = audit.Actor(audit.ActorKind.STAFF, str(own.user_id))
        audit.record_look(db.session, "interviews.feed_read", actor, ("interviewer", own.id), agency=own.agency)
    content, tag = feed_of(db.session, own)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, max-age=300"
    return response.make_conditional(request)
