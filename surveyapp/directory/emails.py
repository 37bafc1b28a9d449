"""Messages to staff about their own account: setting a password, and a sign-in from a new browser."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.directory import accounts, devices, passkeys, password_links
from surveyapp.directory.models import User
from surveyapp.languages import formats, gettext
from surveyapp.mail import ComposedMessage, Composer, site, writing
from surveyapp.mail.models import OutboxMessage


def compose_password_link(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """The link to set a password, minted now; None for an address that has no account or a closed one."""
    user = _user(session, message)
    if user is None:
        return None
    return password_link_message(site.address(f"/password/{password_links.mint(session, user)}"), message.language)


def password_link_message(link: str, language: str) -> ComposedMessage:
    """The words around the link."""
    blocks = [
        gettext("Somebody asked for a link to set your password. If that was you, use it within 24 hours.", language),
        _button(gettext("Set my password", language)),
        gettext("The link works once. If you did not ask for it, you need do nothing.", language),
    ]
    return _written(gettext("Set your password", language), blocks, {"link": link}, language)


def compose_new_device(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """That the account was used from a browser it had not been used from before."""
    user = _user(session, message)
    return new_device_message(datetime.fromisoformat(message.ids["at"]), message.language) if user else None


def new_device_message(at: datetime, language: str) -> ComposedMessage:
    """When it was, and what to do if it was somebody else."""
    when = formats.long_moment(at, language)
    blocks = [
        gettext("Your account was used from a new browser on %(when)s.", language, when=when),
        gettext(
            "If that was you, you need do nothing. If not, set a new password now: it ends every session.", language
        ),
        _button(gettext("Set a new password", language)),
    ]
    link = site.address("/password/forgotten")
    return _written(gettext("Your account was used from a new browser", language), blocks, {"link": link}, language)


def compose_passkey_added(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """That the account can be used by another passkey from now on."""
    user = _user(session, message)
    return passkey_added_message(datetime.fromisoformat(message.ids["at"]), message.language) if user else None


def passkey_added_message(at: datetime, language: str) -> ComposedMessage:
    """When it was, and what to do if it was somebody else."""
    when = formats.long_moment(at, language)
    blocks = [
        gettext("A passkey was added to your account on %(when)s.", language, when=when),
        gettext("If that was you, you need do nothing. If not, remove it now and set a new password.", language),
        _button(gettext("Open your account", language)),
    ]
    link = site.address("/settings/account/")
    return _written(gettext("A passkey was added to your account", language), blocks, {"link": link}, language)


def compose_glass_broken(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """To an administrator: that somebody was made one from the command line."""
    who = session.get(User, UUID(message.ids["who"]))
    return glass_broken_message(who.email, message.language) if who and _user(session, message) else None


def glass_broken_message(email: str, language: str) -> ComposedMessage:
    """Who it is, and where the reason stands."""
    blocks = [
        gettext(
            "%(email)s was made an administrator from the command line, until the end of today.", language, email=email
        ),
        gettext("The reason stands in the audit log. Ask at once if you did not expect this.", language),
        _button(gettext("Open the audit log", language)),
    ]
    link = site.address("/settings/audit/")
    return _written(gettext("An emergency administrator was made", language), blocks, {"link": link}, language)


def _written(subject: str, blocks: list[str], values: dict[str, str], language: str) -> ComposedMessage:
    made = writing.write(subject, "\n\n".join(blocks), values, language)
    return ComposedMessage(made.subject, made.text, made.html)


def _button(text: str) -> str:
    return f"[[{text}]]"


def _user(session: Session, message: OutboxMessage) -> User | None:
    if message.ids["user"] == "unknown":
        return None
    user = session.get(User, UUID(message.ids["user"]))
    return user if user is not None and user.active and user.email == message.recipient else None


COMPOSERS: dict[str, Composer] = {
    password_links.MESSAGE: compose_password_link,
    devices.MESSAGE: compose_new_device,
    passkeys.MESSAGE: compose_passkey_added,
    accounts.GLASS_BROKEN: compose_glass_broken,
}
