"""Forms of signing in, passwords, and staff accounts."""

from wtforms import EmailField, HiddenField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, Optional

from surveyapp.web.forms import DateBoxesField, StaffForm
from surveyapp.web.language import lazy_gettext as _l

LONGEST = Length(max=254, message=_l("Use at most 254 characters"))


class SignInForm(StaffForm):
    """E-mail address and password."""

    email = EmailField(_l("E-mail address"), [DataRequired(_l("Enter your e-mail address")), LONGEST])
    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password")), LONGEST])


class SecondStepForm(StaffForm):
    """The six figures of an authenticator app, or a recovery code."""

    code = StringField(_l("Code"), [DataRequired(_l("Enter the six figures your app shows")), LONGEST])


class PasskeyProofForm(StaffForm):
    """What the browser's passkey answers; filled in by the page's script."""

    credential = HiddenField(validators=[DataRequired(_l("Use the button, and answer what your device asks"))])


class PasskeyNameForm(StaffForm):
    """The name by which a person tells their passkeys apart."""

    name = StringField(
        _l("Name of the passkey"),
        [DataRequired(_l("Enter a name for the passkey")), Length(max=60)],
        description=_l("For example, work laptop"),
    )


class PasskeyForm(PasskeyProofForm, PasskeyNameForm):
    """A new passkey and its name."""


class ForgottenForm(StaffForm):
    """Whose password is to be set."""

    email = EmailField(_l("E-mail address"), [DataRequired(_l("Enter your e-mail address")), LONGEST])


class NewPasswordForm(StaffForm):
    """A new password, typed twice."""

    password = PasswordField(_l("New password"), [DataRequired(_l("Enter a new password")), LONGEST])
    again = PasswordField(_l("New password again"), [EqualTo("password", _l("Type the same password in both boxes"))])


class PlaceForm(StaffForm):
    """One staff role and where it holds; its choices are set by the page."""

    staff_role = SelectField(_l("Staff role"), [DataRequired(_l("Choose a staff role"))])
    agency = SelectField(_l("Agency"))
    regions = SelectMultipleField(_l("Regions"), description=_l("The role holds in the Areas that a region has today"))
    areas = SelectMultipleField(_l("Areas"), description=_l("Choose none for the whole agency"))


class GrantForm(PlaceForm):
    """A staff role given to a person, with its last day if it has one."""

    until = DateBoxesField(_l("Until"), [Optional()])


class ProviderRoleForm(PlaceForm):
    """A value of the provider's roles claim and what it gives."""

    claim = StringField(
        _l("Value of the claim"), [DataRequired(_l("Enter the value as the provider sends it")), Length(max=200)]
    )


class AddUserForm(GrantForm):
    """A new account and its first staff role."""

    email = EmailField(_l("E-mail address"), [DataRequired(_l("Enter the person's e-mail address")), LONGEST])
    name = StringField(_l("Name"), [DataRequired(_l("Enter the person's name")), Length(max=120)])
