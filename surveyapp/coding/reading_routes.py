"""Pages beside the coding itself: own decisions, agreement, the code book, and what a coming release may show."""

import uuid

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from analytics.agreement import reliability
from surveyapp.access import Permission
from surveyapp.access.guards import requires, viewer
from surveyapp.coding import code_book, queries, service
from surveyapp.coding.showing import names_of
from surveyapp.coding.standing import codes_of, text_of
from surveyapp.coding.words import RELIABILITIES
from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.web.language import current_language, ngettext
from surveyapp.web.language import gettext as _

blueprint = Blueprint("coding_pages", __name__, url_prefix="/coding", template_folder="templates")


@blueprint.get("/mine")
@requires(Permission.CODE_COMMENTS)
def show_own() -> ResponseReturnValue:
    """The viewer's own newest decisions; that they were read again is written down."""
    found = queries.own_decisions(viewer(), db.session)
    service.note_looks(db.session, [one.comment for one in found], viewer=viewer())
    own = [
        {
            "comment_id": one.comment.id,
            "text": one.text,
            "language": text_of(one.comment).language,
            "codes": names_of(sorted(codes_of(one.decision))),
            "at": one.decision.at,
            "can_change": one.can_change,
        }
        for one in found
    ]
    return render_template("coding/own.html", own=own)


@blueprint.get("/agreement")
@requires(Permission.CODE_COMMENTS)
def show_agreement() -> ResponseReturnValue:
    """Krippendorff's alpha by code; no comment is shown."""
    names = directory.place_names(db.session).agencies
    agreements = [
        {"agency": names.get(one.agency, one.agency), "sentence": _overall(one), "rows": _alphas(one)}
        for one in queries.agreement_for(viewer(), db.session)
    ]
    return render_template("coding/agreement.html", agreements=agreements)


def _overall(one: queries.Agreement) -> str:
    twice = ngettext("%(n)s comment was coded by two people.", "%(n)s comments were coded by two people.", one.n_double)
    if one.overall is None:
        return twice
    return _("%(twice)s On all codes together their alpha is %(alpha)s.", twice=twice, alpha=_written(one.overall))


def _alphas(one: queries.Agreement) -> list[tuple[object, ...]]:
    return [
        (
            names_of([code]),
            (_written(alpha), alpha) if alpha is not None else "",
            _(RELIABILITIES[reliability(alpha).value]) if alpha is not None else _("nothing to compare yet"),
        )
        for code, alpha in one.by_code
    ]


def _written(alpha: float) -> str:
    """With two decimals always, so that a column of them can be read down."""
    return f"{alpha:.2f}".replace("-", "\u2212")


@blueprint.get("/code-book")
@requires(Permission.CODE_COMMENTS)
def show_book() -> ResponseReturnValue:
    """The code book, in the version asked for or the newest."""
    versions = code_book.versions()
    asked = request.args.get("version", str(versions[-1]))
    if asked not in map(str, versions):
        abort(404)
    book, language = code_book.version(int(asked)), current_language()
    groups = [
        (group.name.in_language(language), [one for one in book.codes if one.group == group.code])
        for group in book.groups
    ]
    return render_template("coding/book.html", book=book, groups=groups, versions=versions, language=language)


@blueprint.get("/ready")
@requires(Permission.RELEASE_COMMENTS)
def show_ready() -> ResponseReturnValue:
    """What a coming release may show; every comment on the page is in the audit log."""
    quotable = queries.quotable_for(viewer(), db.session)
    service.note_looks(db.session, [one.comment for one in quotable], viewer=viewer())
    found = [
        {
            "id": one.comment.id,
            "text": one.text,
            "codes": names_of(one.codes),
            "is_paraphrase": one.is_paraphrase,
            "is_held_back": one.comment.is_held_back,
        }
        for one in quotable
    ]
    return render_template("coding/ready.html", quotable=found)


@blueprint.post("/ready/<uuid:comment_id>")
@requires(Permission.RELEASE_COMMENTS)
def hold_comment(comment_id: uuid.UUID) -> ResponseReturnValue:
    """Hold a comment back from every list, or let it go."""
    comment = queries.comment_for(viewer(), db.session, comment_id, Permission.RELEASE_COMMENTS) or abort(404)
    act = service.let_go if request.form.get("do") == "let_go" else service.hold_back
    act(db.session, comment, viewer=viewer())
    return redirect(url_for("coding_pages.show_ready"))
