"""The forms of cases: adding and changing one, finding, bulk change of last days, and the single verbs."""

from typing import Any

from wtforms import BooleanField, RadioField, SearchField, SelectField, StringField, TelField, TextAreaField
from wtforms import EmailField as EmailBox
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from surveyapp.cases.details import EMAIL_PATTERN, CaseDetails
from surveyapp.cases.models import CaseKind
from surveyapp.web.forms import DateBoxesField, StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l

Choices = list[tuple[str, str]]

AN_EMAIL = Regexp(EMAIL_PATTERN, message=_l("Enter an e-mail address, like name@example.org"))


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class CaseForm(StaffForm):
    """What HR knows of a person's leaving; which fields are needed depends on the kind of case."""

    staff_number = StringField(
        _l("Staff number"), [InputRequired(_l("Enter the staff number")), Length(max=40)], [_stripped]
    )
    name = StringField(_l("Name"), [InputRequired(_l("Enter the person's name")), Length(max=120)], [_stripped])
    area = SelectField(_l("Area"), [InputRequired(_l("Choose the Area"))])
    job_role = SelectField(_l("Job role"), [InputRequired(_l("Choose the job role"))])
    grade = SelectField(_l("Grade"))
    leaving_type = SelectField(_l("Leaving type"))
    last_working_day = DateBoxesField(_l("Last working day"))
    notice_date = DateBoxesField(_l("Day they gave notice"))
    start_date = DateBoxesField(_l("Day they started"))
    work_email = EmailBox(_l("Work e-mail"), [Optional(), Length(max=254), AN_EMAIL], [_stripped])
    personal_email = EmailBox(_l("Personal e-mail"), [Optional(), Length(max=254), AN_EMAIL], [_stripped])
    phone = TelField(_l("Phone"), [Optional(), Length(max=40)], [_stripped])
    line_manager_email = EmailBox(_l("Line manager's e-mail"), [Optional(), Length(max=254), AN_EMAIL], [_stripped])
    manager_line = StringField(
        _l("E-mails of the managers above"),
        [Optional(), Length(max=600)],
        [_stripped],
        description=_l("Separate them with a semicolon. None of them can hold the interview."),
    )
    working_pattern = SelectField(_l("Working pattern"))
    writes_in = RadioField(_l("Language"), default="en")  # a field named "language" would switch the page's own

    def __init__(self, kind: CaseKind, choices: dict[str, Choices], *more: Any, **named: Any) -> None:
        super().__init__(*more, **named)
        self.kind = kind
        for name, options in choices.items():
            self[name].choices = options

    def validate_leaving_type(self, field: SelectField) -> None:
        if self.kind is CaseKind.LEAVER and not field.data:
            raise ValidationError(_("Choose the leaving type"))

    def validate_last_working_day(self, field: DateBoxesField) -> None:
        if self.kind is CaseKind.LEAVER and not field.data and not field.process_errors:
            raise ValidationError(_("Enter the last working day, like 27 3 2027"))

    def validate_start_date(self, field: DateBoxesField) -> None:
        if self.kind is CaseKind.STARTER and not field.data and not field.process_errors:
            raise ValidationError(_("Enter the day they started, like 27 3 2027"))
        if field.data and self.last_working_day.data and field.data > self.last_working_day.data:
            raise ValidationError(_("The day they started must come before the last working day"))

    def details(self, agency: str, known: CaseDetails | None = None) -> CaseDetails:
        """What was typed, as one value; addresses that the form does not show stay as they are known."""
        told = {name: value for name, value in self.data.items() if name in CaseDetails.__dataclass_fields__}
        told["language"] = self.writes_in.data
        line = tuple(email.strip() for email in told.pop("manager_line").split(";") if email.strip())
        told["grade"], told["leaving_type"] = told["grade"] or None, told["leaving_type"] or None
        kept = {name: getattr(known, name) for name in ("work_email", "personal_email") if known and name not in told}
        return CaseDetails(agency=agency, kind=self.kind, manager_line=line, **told, **kept)


class CaseFilterForm(StaffForm):
    """What the list of cases is narrowed to; read from the address."""

    class Meta(StaffForm.Meta):
        csrf = False

    search = SearchField(_l("Staff number, name or e-mail"))
    area = SelectField(_l("Area"))
    state = SelectField(_l("State"))
    leaving_type = SelectField(_l("Leaving type"))
    owner = SelectField(_l("Owner"))

    def __init__(self, choices: dict[str, Choices], *more: Any, **named: Any) -> None:
        super().__init__(*more, **named)
        for name, options in choices.items():
            self[name].choices = options


class LastDaysForm(StaffForm):
    """One new last working day for several cases."""

    last_working_day = DateBoxesField(
        _l("New last working day"), [DataRequired(_l("Enter the new last working day, like 27 3 2027"))]
    )


class NoteForm(StaffForm):
    """What an adviser wants to keep."""

    text = TextAreaField(_l("Note"), [InputRequired(_l("Write the note")), Length(max=2000)], [_stripped])


class UndoDeathForm(StaffForm):
    """Why the person leaves after all, when a death was recorded by mistake."""

    leaving_type = SelectField(_l("Leaving type"), [InputRequired(_l("Choose the leaving type"))])


class HandOverForm(StaffForm):
    """Who has the case from now on."""

    owner = SelectField(_l("New owner"), choices=[])


class StayedForm(StaffForm):
    """Closing a case as stayed."""

    after_conversation = BooleanField(_l("They stayed after a conversation about it"))


class MergeForm(StaffForm):
    """The other case of the same person."""

    staff_number = StringField(
        _l("Staff number of the other case"), [InputRequired(_l("Enter the staff number"))], [_stripped]
    )


class CoverForm(StaffForm):
    """Who does an adviser's steps while they are away."""

    absent = SelectField(_l("Who is away"), choices=[])
    cover = SelectField(_l("Who covers"), [InputRequired(_l("Choose who covers"))], choices=[])
    from_on = DateBoxesField(_l("First day away"), [DataRequired(_l("Enter the first day away, like 27 3 2027"))])
    until_on = DateBoxesField(_l("Last day away"), [DataRequired(_l("Enter the last day away, like 27 3 2027"))])

    def validate_cover(self, field: SelectField) -> None:
        if field.data == self.absent.data:
            raise ValidationError(_("Choose somebody else to cover"))

    def validate_until_on(self, field: DateBoxesField) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day away must not come before the first"))


class OpeningForm(StaffForm):
    """Whose case is to be opened in an emergency, and why."""

    staff_number = StringField(
        _l("Staff number"), [InputRequired(_l("Enter the staff number")), Length(max=40)], [_stripped]
    )
    reason = TextAreaField(
        _l("Why it must be opened now"),
        [InputRequired(_l("Say why, in 20 to 1,000 characters.")), Length(max=1000)],
        [_stripped],
    )
