"""The form that brings in a file of context."""

from flask_wtf.file import FileField, FileRequired

from surveyapp.web.forms import StaffForm
from surveyapp.web.language import lazy_gettext as _l


class UploadForm(StaffForm):
    """A file of figures."""

    file = FileField(_l("CSV or Excel file"), [FileRequired(_l("Choose a file"))])
