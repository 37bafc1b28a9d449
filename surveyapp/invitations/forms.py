"""The forms of links, codes and addresses."""

from wtforms import EmailField, StringField
from wtforms.validators import Email, InputRequired, Length

from surveyapp.web.forms import StaffForm
from surveyapp.web.language import lazy_gettext as _l


class CodeForm(StaffForm):
    """The code of a letter."""

    code = StringField(
        _l("Code from your letter"), [InputRequired(_l("Type the code from your letter")), Length(max=40)]
    )


class OwnAddressForm(StaffForm):
    """Where a leaver wants the link sent."""

    address = EmailField(
        _l("Your own e-mail address"),
        [
            InputRequired(_l("Enter your e-mail address, like name@example.org")),
            Email(_l("Enter an e-mail address, like name@example.org")),
            Length(max=254),
        ],
    )
