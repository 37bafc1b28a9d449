"""The forms of links, codes and addresses."""

from wtforms import EmailField, StringField, TelField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

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


class NewAddressForm(StaffForm):
    """Another address for one leaver."""

    address = EmailField(
        _l("New e-mail address"),
        [
            InputRequired(_l("Enter an e-mail address, like name@example.org")),
            Email(_l("Enter an e-mail address, like name@example.org")),
            Length(max=254),
        ],
    )


class WordingForm(StaffForm):
    """One message's wording in one language."""

    subject = StringField(_l("Subject"), [InputRequired(_l("Enter a subject")), Length(max=200)])
    body = TextAreaField(_l("Text"), [InputRequired(_l("Enter the text")), Length(max=4000)])


class IntroductionForm(StaffForm):
    """How an agency's messages introduce themselves."""

    name_cy = StringField(_l("Agency's name in Welsh"), [Length(max=120)])
    mail_sender = EmailField(
        _l("From address"),
        [Optional(), Email(_l("Enter an e-mail address, like name@example.org")), Length(max=254)],
        description=_l("Leave it empty to use the service's own."),
    )
    reply_to = EmailField(
        _l("Reply-to address"),
        [Optional(), Email(_l("Enter an e-mail address, like name@example.org")), Length(max=254)],
        description=_l("A mailbox that somebody reads."),
    )
    contact_name = StringField(_l("Who answers questions"), [Length(max=120)])
    contact_phone = TelField(_l("Their phone number"), [Length(max=40)])
    own_domains = StringField(
        _l("The agency's own mail domains"),
        [Length(max=400)],
        description=_l("Separate them with spaces, like ncs.example police.example"),
    )
