"""The forms of actions: what is agreed, a note of progress, a day, and what a review found."""

from datetime import date
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from surveyapp.actions.models import Outcome
from surveyapp.actions.words import OUTCOMES
from surveyapp.web.forms import DateBoxesField, SelectChoice, StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class ActionForm(StaffForm):
    """What is agreed, why, where, by whom and by when."""

    what = StringField(
        _l("What will be done?"),
        [InputRequired(_l("Write what will be done")), Length(max=200, message=_l("Use at most 200 characters"))],
        [_stripped],
    )
    why = TextAreaField(
        _l("Why?"),
        [Optional(), Length(max=2000, message=_l("Use at most 2,000 characters"))],
        [_stripped],
        description=_l("What you hope it changes. Name nobody here."),
    )
    reason = SelectField(_l("Which reason for leaving is it to change?"), choices=[])
    areas = SelectMultipleField(_l("In which Areas?"), choices=[])
    roles = SelectMultipleField(_l("For which job roles?"), choices=[], description=_l("Choose none for all of them"))
    owner = SelectField(_l("Who owns it?"), [InputRequired(_l("Choose who owns it"))], choices=[])
    due_on = DateBoxesField(_l("By when?"), [DataRequired(_l("Enter the day by which it is done, like 27 3 2027"))])
    review_on = DateBoxesField(
        _l("When will you look at what came of it?"),
        [DataRequired(_l("Enter the day of the review, like 27 3 2028"))],
    )

    def __init__(self, options: dict[str, list[Any]], **more: Any) -> None:
        super().__init__(**more)
        for name, choices in options.items():
            self[name].choices = [SelectChoice(value, text) for value, text in choices]

    def validate_review_on(self, field: DateBoxesField) -> None:
        """A review comes after what it looks at."""
        due: date | None = self.due_on.data
        if field.data and due and field.data < due:
            raise ValidationError(_("The review comes after the day by which it is done"))


class NoteForm(StaffForm):
    """A note of progress."""

    text = TextAreaField(
        _l("What was done or learned?"),
        [InputRequired(_l("Write the note")), Length(max=2000, message=_l("Use at most 2,000 characters"))],
        [_stripped],
    )


class DayForm(StaffForm):
    """The day on which an action began or was done."""

    on = DateBoxesField(_l("On which day?"), [DataRequired(_l("Enter the day, like 27 3 2027"))])


class ReviewForm(StaffForm):
    """What came of it; a next day puts the review off instead of ending it."""

    outcome = RadioField(_l("What came of it?"), [InputRequired(_l("Choose what came of it"))], choices=[])
    next_on = DateBoxesField(
        _l("Look again on"),
        [Optional()],
        description=_l("Only if you want to look at it again, like 27 3 2028"),
    )

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.outcome.choices = [SelectChoice(one.value, _(OUTCOMES[one])) for one in Outcome]
