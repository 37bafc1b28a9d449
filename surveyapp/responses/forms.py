"""The form of the promise: how small a shown group may be, and how long named answers are kept."""

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from surveyapp.responses.promises import LIMITS, PromiseWouldBeBroken, Settings
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import lazy_gettext as _l


def _number(name: str, label: object, hint: object) -> IntegerField:
    least, most = LIMITS[name]
    said = _l("Enter a whole number from %(least)s to %(most)s", least=least, most=most)
    return IntegerField(label, [InputRequired(said), NumberRange(least, most, said)], description=hint)


class PromiseForm(StaffForm):
    """The numbers that the promise names."""

    smallest_group = _number(
        "smallest_group",
        _l("Smallest group that is shown"),
        _l("10 people. Fewer only in an agency of up to 2,000 staff: the audit log keeps who decided it."),
    )
    smallest_sensitive_group = _number(
        "smallest_sensitive_group",
        _l("Smallest group for subjects such as bullying or health"),
        _l("20 people or more."),
    )
    named_months = _number(
        "named_months", _l("Months that named answers are kept"), _l("Counted from the last day at work.")
    )

    @property
    def wanted(self) -> Settings:
        """What was typed; only of a form that has been validated."""
        return Settings(*(int(self[name].data) for name in LIMITS))

    def refuse(self, broken: PromiseWouldBeBroken) -> None:
        """Say at its field what leavers were promised."""
        if broken.setting == "named_months":
            told = _("Leavers were promised %(n)s months. Enter that or fewer", n=broken.promised)
        else:
            told = _("Leavers were promised %(n)s people. Enter that or more", n=broken.promised)
        self[broken.setting].errors = [told]
