"""The forms of interviewers and of those who look after them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional, ValidationError

from surveyapp import clock
from surveyapp.clock import LONDON
from surveyapp.interviews import words
from surveyapp.interviews.hours_text import HoursNotRead, read_hours, write_hours
from surveyapp.interviews.interviewer_models import AbsenceReason, ChangeKind, Interviewer, InterviewerKind
from surveyapp.interviews.models import Mode
from surveyapp.interviews.people import Accreditation, Manner
from surveyapp.languages import LANGUAGES
from surveyapp.web.forms import DateBoxesField, SelectChoice, StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l

MINUTES = _l("Enter a number of minutes")


class MannerForm(StaffForm):
    """How somebody interviews, with their weekly hours."""

    modes = SelectMultipleField(_l("How you interview"), [DataRequired(_l("Choose at least one way"))])
    languages = SelectMultipleField(_l("Languages you interview in"), [DataRequired(_l("Choose a language"))])
    interview_minutes = IntegerField(_l("Length of an interview"), [InputRequired(MINUTES), NumberRange(15, 240)])
    buffer_minutes = IntegerField(_l("Break after each interview"), [InputRequired(MINUTES), NumberRange(0, 240)])
    travel_minutes = IntegerField(
        _l("Travel each way for an interview in person"), [InputRequired(MINUTES), NumberRange(0, 480)]
    )
    daily_limit = IntegerField(_l("Most interviews in a day"), [InputRequired(), NumberRange(1, 12)])
    place = StringField(_l("Where you meet people"), [Length(max=200)])
    video_address = StringField(_l("Address of your video calls"), [Length(max=300)])
    monday = StringField(_l("Monday"))
    tuesday = StringField(_l("Tuesday"))
    wednesday = StringField(_l("Wednesday"))
    thursday = StringField(_l("Thursday"))
    friday = StringField(_l("Friday"))
    saturday = StringField(_l("Saturday"))
    sunday = StringField(_l("Sunday"))

    def __init__(self, interviewer: Interviewer) -> None:
        days = {day: "" for day in DAYS}
        for number, day in enumerate(DAYS):
            stretches = [(h.starts, h.ends) for h in interviewer.hours if h.weekday == number]
            days[day] = write_hours(stretches)
        super().__init__(obj=interviewer, data=days)
        self.modes.choices = [SelectChoice(mode.value, _(text)) for mode, text in words.MODES.items()]
        self.languages.choices = [SelectChoice(code, name) for code, name in LANGUAGES.items()]

    def days(self) -> list[Any]:
        return [self[day] for day in DAYS]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for field in self.days():
            try:
                read_hours(field.data or "")
            except HoursNotRead:
                field.errors = [_("Enter the hours like 9:00 to 12:30, 13:30 to 17:00")]
                good = False
        return good

    def hours(self) -> list[tuple[int, time, time]]:
        """The weekly pattern as typed."""
        return [(n, *stretch) for n, field in enumerate(self.days()) for stretch in read_hours(field.data or "")]

    def manner(self) -> Manner:
        return Manner(
            modes=tuple(Mode(mode) for mode in self.modes.data or ()),
            languages=tuple(self.languages.data or ()),
            interview_minutes=self.interview_minutes.data,
            buffer_minutes=self.buffer_minutes.data,
            travel_minutes=self.travel_minutes.data,
            daily_limit=self.daily_limit.data,
            place=self.place.data or "",
            video_address=self.video_address.data or "",
        )


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class ChangeForm(StaffForm):
    """An absence, or hours beside the pattern."""

    kind = SelectField(
        _l("What is it?"),
        choices=[
            SelectChoice(ChangeKind.ABSENT.value, _l("I am away")),
            SelectChoice(ChangeKind.EXTRA.value, _l("I work besides my usual hours")),
        ],
    )
    first = DateBoxesField(_l("First day"), [DataRequired(_l("Enter the first day, like 27 3 2027"))])
    last = DateBoxesField(_l("Last day, if it is another one"), [Optional()])
    hours = StringField(_l("Hours, if it is not the whole day"))
    reason = SelectField(_l("Why, if you are away"))

    def __init__(self) -> None:
        super().__init__()
        self.reason.choices = [SelectChoice(code.value, _(text)) for code, text in words.ABSENCE_REASONS.items()]

    def validate_last(self, field: Any) -> None:
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("Enter a last day that is not before the first"))

    def validate_hours(self, field: Any) -> None:
        try:
            read_hours(field.data or "")
        except HoursNotRead as error:
            raise ValidationError(_("Enter the hours like 9:00 to 12:30, 13:30 to 17:00")) from error

    def stretches(self) -> Iterable[tuple[datetime, datetime]]:
        """What was typed, as moments: whole days together, or the same hours on each day."""
        first: date = self.first.data or clock.today()
        last: date = self.last.data or first
        typed = read_hours(self.hours.data or "")
        if not typed:
            yield _moment(first, time()), _moment(last + timedelta(days=1), time())
            return
        day = first
        while day <= last:
            for starts, ends in typed:
                yield _moment(day, starts), _moment(day, ends)
            day += timedelta(days=1)

    def absence_reason(self) -> AbsenceReason | None:
        return AbsenceReason(self.reason.data) if self.kind.data == ChangeKind.ABSENT.value else None


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON)


class AccreditationForm(StaffForm):
    """Who may interview for which Areas."""

    email = StringField(
        _l("E-mail of the account"),
        [InputRequired(_l("Enter an e-mail address, like name@example.org")), Email(), Length(max=254)],
    )
    kind = SelectField(_l("What they are"))
    area = SelectField(_l("Home Area"))
    serves = SelectMultipleField(_l("Areas they serve"), [DataRequired(_l("Choose at least one Area"))])
    accredited_on = DateBoxesField(_l("Accredited from"), [DataRequired(_l("Enter the day, like 27 3 2027"))])
    accredited_until_on = DateBoxesField(_l("Accredited until"), [Optional()])
    active = BooleanField(_l("Takes interviews"))

    def use_areas(self, home: list[tuple[str, str]], served: list[tuple[str, str]]) -> None:
        """Offer these (code, name) pairs; codes carry their agency."""
        self.area.choices = [SelectChoice(code, name) for code, name in home]
        self.serves.choices = [SelectChoice(code, name) for code, name in served]
        kinds = words.INTERVIEWER_KINDS.items()
        self.kind.choices = [SelectChoice(kind.value, _(text)) for kind, text in kinds]

    def terms(self) -> Accreditation:
        agency, area = self.area.data.split("/", 1)
        serves = tuple(code.split("/", 1)[1] for code in self.serves.data or () if code.startswith(f"{agency}/"))
        return Accreditation(
            kind=InterviewerKind(self.kind.data),
            agency=agency,
            area=area,
            serves=serves,
            accredited_on=self.accredited_on.data,
            accredited_until_on=self.accredited_until_on.data,
            active=bool(self.active.data),
        )


class DayForm(StaffForm):
    """A day on which an interviewer cannot come."""

    day = DateBoxesField(_l("Day"), [DataRequired(_l("Enter the day, like 27 3 2027"))])
