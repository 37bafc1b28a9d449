"""The coder's pages: how far coding has come, the next comment, coding it, skipping it, taking words out of it."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.coding import queries, service
from surveyapp.coding.contents import WordsNotThere
from surveyapp.coding.models import Comment
from surveyapp.coding.showing import coding_page, error_of
from surveyapp.coding.standing import text_of
from surveyapp.coding.typed import GOES, Typed, typed_before, typed_in
from surveyapp.coding.words import SHOWING_HINTS, SHOWINGS
from surveyapp.db import db
from surveyapp.web.language import gettext as _

blueprint = Blueprint("coding", __name__, url_prefix="/coding", template_folder="templates")


@blueprint.get("")
@requires(Permission.CODE_COMMENTS)
def show_progress() -> ResponseReturnValue:
    """What waits, and how far coding has come; no comment is shown here."""
    return render_template("coding/progress.html", progress=queries.progress_for(viewer(), db.session))


@blueprint.get("/next")
@requires(Permission.CODE_COMMENTS)
def go_on() -> ResponseReturnValue:
    comment = queries.next_for(viewer(), db.session)
    if comment is None:
        return redirect(url_for("coding.show_progress"))
    return redirect(url_for("coding.show_comment", comment_id=comment.id))


@blueprint.get("/comments/<uuid:comment_id>")
@requires(Permission.CODE_COMMENTS)
def show_comment(comment_id: uuid.UUID) -> ResponseReturnValue:
    """One comment to code, or to code differently; each look is written down."""
    comment = comment_or_404(comment_id)
    standing = queries.standing_for(viewer(), db.session, comment)
    mine = next((one for one in standing.codings if one.coder_id == viewer().user_id), None)
    by_sentence = wants_sentences(bool(mine and len(mine.parts) > 1))
    text = text_of(comment)
    empty = Typed(units=((),) * len(text.sentences) if by_sentence else ((),), by_sentence=by_sentence)
    typed = typed_before(mine, by_sentence=by_sentence) if mine else empty
    return shown(comment, typed)


@blueprint.post("/comments/<uuid:comment_id>")
@requires(Permission.CODE_COMMENTS)
def save_coding(comment_id: uuid.UUID) -> ResponseReturnValue:
    """Take out the doubtful words that are names, keep the coding, go on to the next comment."""
    comment = comment_or_404(comment_id)
    typed = typed_in(request.form, text_of(comment), by_sentence=wants_sentences(False))
    try:
        coding = typed.coding(text_of(comment))
        for words in typed.words(text_of(comment), GOES):
            service.hide_words(db.session, comment, words, viewer=viewer())
        service.code_comment(db.session, comment, coding, viewer=viewer())
    except service.WrongCoding as wrong:
        db.session.rollback()
        return shown(comment_or_404(comment_id), typed, wrong), 422
    except (service.CodedByOthers, service.CountedAlready):
        flash(_("Colleagues have coded this comment already, or a release has counted it. Go on with the next one."))
    return redirect(url_for("coding.go_on"))


@blueprint.post("/comments/<uuid:comment_id>/skip")
@requires(Permission.CODE_COMMENTS)
def skip_comment(comment_id: uuid.UUID) -> ResponseReturnValue:
    service.skip(db.session, comment_or_404(comment_id), viewer=viewer())
    return redirect(url_for("coding.go_on"))


@blueprint.post("/comments/<uuid:comment_id>/hide")
@requires(Permission.CODE_COMMENTS)
def hide_words(comment_id: uuid.UUID) -> ResponseReturnValue:
    """Take words out for good."""
    comment = comment_or_404(comment_id)
    try:
        service.hide_words(db.session, comment, request.form.get("words", ""), viewer=viewer())
    except WordsNotThere:
        flash(_("Enter words that stand in the comment, in one sentence."))
    except service.CountedAlready:
        flash(_("A release shows this comment already. Tell the release signer."))
    by = request.form.get("by") or None
    return redirect(url_for("coding.show_comment", comment_id=comment.id, by=by))


def comment_or_404(comment_id: uuid.UUID) -> Comment:
    return queries.comment_for(viewer(), db.session, comment_id, Permission.CODE_COMMENTS) or abort(404)


def wants_sentences(usual: bool) -> bool:
    """Whether the comment is coded sentence by sentence: as the address or the form says, else as usual."""
    wanted = request.values.get("by", "")
    return wanted == "sentence" if wanted else usual


def shown(comment: Comment, typed: Typed, wrong: service.WrongCoding | None = None) -> str:
    """The coding page, once the look at the comment is written down."""
    service.note_looks(db.session, [comment], viewer=viewer())
    progress = queries.progress_for(viewer(), db.session)
    page = coding_page(text_of(comment), typed)
    errors = [error_of(wrong)] if wrong else []
    words = {"showings": SHOWINGS, "hints": SHOWING_HINTS, "error_list": errors}
    return render_template("coding/comment.html", comment=comment, page=page, progress=progress, **words)
