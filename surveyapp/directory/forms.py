"""Forms of signing in."""

from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired

from surveyapp.web.forms import StaffForm
from surveyapp.web.language import lazy_gettext as _l


class SignInForm(StaffForm):
    """E-mail address and password."""

    email = EmailField(_l("E-mail address"), [DataRequired(_l("Enter your e-mail address"))])
    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password"))])


class SecondStepForm(StaffForm):
    """The six figures of an authenticator app."""

    code = PasswordField(_l("Six-figure code"), [DataRequired(_l("Enter the six figures your app shows"))])
