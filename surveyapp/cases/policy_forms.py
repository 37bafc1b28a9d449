"""The forms of the policy: one leaving type's rule, the numbers of days, and the simulator's dates."""

from typing import Any

from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from surveyapp.cases.policy import LIMITS, InterviewOffer, Questionnaire, Times
from surveyapp.cases.policy_words import INTERVIEWS, NUMBERS, QUESTIONNAIRES
from surveyapp.web.forms import DateBoxesField, SelectChoice, StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l


class RuleForm(StaffForm):
    """What one leaving type is invited to."""

    questionnaire = RadioField(_l("Questionnaire"), [InputRequired(_l("Choose a questionnaire"))])
    interview = RadioField(_l("Exit interview"), [InputRequired(_l("Choose whether to offer an interview"))])

    def __init__(self, **data: Any) -> None:
        super().__init__(data=data)
        self.questionnaire.choices = [SelectChoice(one.value, _(QUESTIONNAIRES[one])) for one in Questionnaire]
        self.interview.choices = [SelectChoice(one.value, _(INTERVIEWS[one])) for one in InterviewOffer]


def _number(name: str) -> IntegerField:
    least, most = LIMITS[name]
    said = _l("Enter a whole number from %(least)s to %(most)s", least=least, most=most)
    return IntegerField(lazy_number(name), [InputRequired(said), NumberRange(least, most, said)])


def lazy_number(name: str) -> Any:
    """The label of one number, in the page's language."""
    return _l(NUMBERS[name])


class NumbersForm(StaffForm):
    """Every number of the policy."""


for _name in Times.__dataclass_fields__:
    setattr(NumbersForm, _name, _number(_name))


class TryForm(StaffForm):
    """Dates to try the policy with; read from the address."""

    class Meta(StaffForm.Meta):
        csrf = False

    leaving_type = SelectField(_l("Leaving type"))
    area = SelectField(_l("Area"))
    told = DateBoxesField(_l("Day HR tells us"), [DataRequired(_l("Enter the day HR tells us, like 27 3 2027"))])
    last = DateBoxesField(_l("Last working day"), [DataRequired(_l("Enter the last working day, like 27 3 2027"))])
