"""Choosing a file on screen: the form that checks its kind, and the ways back to it."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileAllowed, FileField, FileRequired

from surveyapp import uploads
from surveyapp.access.guards import viewer
from surveyapp.db import db
from surveyapp.uploads import SUFFIXES, Received, UploadGone, WaitingFile
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l

Kept = TypeVar("Kept", bound=WaitingFile)


def table_file(label: Any) -> FileField:
    """A form's field for a file of rows; its label may say which."""
    kinds = [suffix.removeprefix(".") for suffix in SUFFIXES]
    not_these = _l("Choose a file whose name ends in .csv or .xlsx")
    return FileField(label, [FileRequired(_l("Choose a file")), FileAllowed(kinds, not_these)])


class UploadForm(StaffForm):
    """A file of rows."""

    file = table_file(_l("CSV or Excel file"))

    def received(self) -> Received:
        """The file of a form that has been validated."""
        sent = self.file.data
        return Received(sent.read(), Path(sent.filename).suffix.lower())


def own_or_404(model: type[Kept], upload_id: uuid.UUID) -> Kept:
    """The viewer's own upload; what is somebody else's is not there."""
    return uploads.own(viewer(), db.session, model, upload_id) or abort(404)


def back_to(chooser: str) -> Callable[[UploadGone], ResponseReturnValue]:
    """A blueprint's handler of UploadGone: nothing is changed, and the endpoint `chooser` is shown again."""

    def choose_again(_gone: UploadGone) -> ResponseReturnValue:
        db.session.rollback()
        flash(_("This file is no longer kept. Choose it again."))
        return redirect(url_for(chooser))

    return choose_again


def discard_and_return(upload: WaitingFile, chooser: str) -> ResponseReturnValue:
    """Forget the file without taking it, and show the endpoint `chooser` again. Errors: UploadGone."""
    uploads.discard(db.session, upload, viewer().actor)
    flash(_("The file was not used."))
    return redirect(url_for(chooser))
