"""Settings of messages: each agency's wording in both languages, its sender, reply-to and contact."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp import clock, languages
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.directory.models import Agency
from surveyapp.invitations import introductions
from surveyapp.invitations.emails import values_for
from surveyapp.invitations.forms import IntroductionForm, WordingForm
from surveyapp.invitations.wording_texts import (
    KINDS,
    PLACES,
    faults_in,
    is_own,
    set_wording,
    shipped,
    wording_of,
)
from surveyapp.mail import site, writing
from surveyapp.web.language import gettext as _

blueprint = Blueprint("wording", __name__, template_folder="templates", url_prefix="/settings/messages")


def load_agency(code: str) -> Agency:
    """The agency, if this viewer may change its settings; else 404."""
    return directory.whole_agency_for(viewer(), db.session, Permission.EDIT_SETTINGS, code) or abort(404)


@blueprint.get("")
@requires(Permission.EDIT_SETTINGS)
def choose_agency() -> ResponseReturnValue:
    mine = directory.whole_agencies_for(viewer(), db.session, Permission.EDIT_SETTINGS)
    if len(mine) == 1:
        return redirect(url_for("wording.list_messages", agency=mine[0].code))
    return render_template("invitations/wording_agencies.html", agencies=mine)


@blueprint.get("/<agency>")
@requires(Permission.EDIT_SETTINGS)
def list_messages(agency: str) -> ResponseReturnValue:
    owner = load_agency(agency)
    return _messages(owner, IntroductionForm(obj=owner, own_domains=" ".join(owner.mail_domains)))


@blueprint.post("/<agency>")
@requires(Permission.EDIT_SETTINGS)
def save_introduction(agency: str) -> ResponseReturnValue:
    owner, form = load_agency(agency), IntroductionForm()
    if not form.validate_on_submit():
        return _messages(owner, form)
    said = {name: form[name].data for name in introductions.FIELDS}
    introductions.introduce(db.session, owner, said, (form.own_domains.data or "").split(), viewer().actor)
    flash(_("The sender and contact are saved."), "success")
    return redirect(url_for("wording.list_messages", agency=owner.code))


def _messages(owner: Agency, form: IntroductionForm) -> str:
    rows = [
        (kind, name, [(code, is_own(db.session, owner.code, kind, code)) for code in languages.LANGUAGES])
        for kind, name in KINDS.items()
    ]
    return render_template("invitations/wording_list.html", agency=owner, rows=rows, form=form)


@blueprint.get("/<agency>/<kind>/<any(en,cy):written_in>")
@requires(Permission.EDIT_SETTINGS)
def edit_wording(agency: str, kind: str, written_in: str) -> ResponseReturnValue:
    owner = load_agency(agency)
    if kind not in KINDS:
        abort(404)
    subject, body = wording_of(db.session, owner.code, kind, written_in)
    return _edit_page(owner, kind, written_in, WordingForm(subject=subject, body=body))


@blueprint.post("/<agency>/<kind>/<any(en,cy):written_in>")
@requires(Permission.EDIT_SETTINGS)
def save_wording(agency: str, kind: str, written_in: str) -> ResponseReturnValue:
    owner, form = load_agency(agency), WordingForm()
    if kind not in KINDS:
        abort(404)
    if request.form.get("do") == "reset":
        subject, body = shipped(kind, written_in)
    elif not form.validate_on_submit() or not _has_no_fault(form, kind) or request.form.get("do") == "preview":
        return _edit_page(owner, kind, written_in, form)
    else:
        subject, body = form.subject.data or "", form.body.data or ""
    set_wording(db.session, owner, kind, written_in, subject, body, viewer().actor)
    flash(_("The wording is saved. It is used from the next message on."), "success")
    return redirect(url_for("wording.list_messages", agency=owner.code))


def _has_no_fault(form: WordingForm, kind: str) -> bool:
    for fault in faults_in(kind, form.subject.data or "", form.body.data or ""):
        what, _colon, names = fault.partition(":")
        texts = {
            "unknown": _("Take out what we do not know: %(names)s", names=names),
            "button": _("Put the button on a line of its own, like [[Answer the questions]]"),
            "link in subject": _("Take the link out of the subject"),
        }
        form.body.errors = [*form.body.errors, texts[what]]
    return not form.body.errors


def _edit_page(owner: Agency, kind: str, written_in: str, form: WordingForm) -> str:
    values = values_for(owner, _("Ceri Hughes"), clock.today(), site.address("/a/…"), written_in)
    preview = writing.write(form.subject.data or "", form.body.data or "", values, written_in)
    return render_template(
        "invitations/wording_edit.html",
        agency=owner,
        name=KINDS[kind],
        form=form,
        written_in=written_in,
        preview=preview,
        places=PLACES,
    )
