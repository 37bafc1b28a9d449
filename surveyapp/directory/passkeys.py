"""Passkeys (WebAuthn): registering, proving, naming and removing them; a challenge is answered once."""

import secrets
import uuid
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from surveyapp import audit, clock, mail
from surveyapp.audit import Actor
from surveyapp.directory.models import Passkey, User

MESSAGE = "directory.passkey_added"
MOST = 20
NAME_LENGTH = 60


class PasskeyRefused(Exception):
    """What the browser sent proves nothing; the message is a short code for the audit log."""


@dataclass(frozen=True)
class Party:
    """This service as a passkey knows it: the host's name and the address people type."""

    host: str
    origin: str
    name: str

    @property
    def is_possible(self) -> bool:
        """A passkey is bound to a name; it cannot be made for a bare number, as in `http://127.0.0.1`."""
        try:
            ip_address(self.host)
        except ValueError:
            return bool(self.host)
        return False


def party_of(base_url: str, name: str) -> Party:
    """The party for the address that people type."""
    parts = urlsplit(base_url)
    return Party(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", name)


def new_challenge() -> str:
    return bytes_to_base64url(secrets.token_bytes(32))


def options_to_add(user: User, party: Party, challenge: str) -> str:
    """What the browser needs to make a passkey, as JSON: one that stays on the device and asks who is there."""
    made = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=party.name,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name or user.email,
        challenge=base64url_to_bytes(challenge),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_named(user),
    )
    return webauthn.options_to_json(made)


def options_to_prove(party: Party, challenge: str, user: User | None = None) -> str:
    """What the browser needs to use a passkey, as JSON; only the person's own when it is known who is asked."""
    made = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=base64url_to_bytes(challenge),
        allow_credentials=_named(user) if user else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(made)


def _named(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in user.passkeys]


def add(session: Session, user: User, party: Party, challenge: str, sent: str, name: str, actor: Actor) -> Passkey:
    """Keep a new passkey's public half and tell the person by mail; raises PasskeyRefused."""
    if len(user.passkeys) >= MOST:
        raise PasskeyRefused("too_many")
    try:
        proved = webauthn.verify_registration_response(
            credential=sent,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as wrong:
        raise PasskeyRefused("not_proved") from wrong
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == proved.credential_id)) is not None:
        raise PasskeyRefused("known_already")
    made = Passkey(id=uuid.uuid4(), credential_id=proved.credential_id, public_key=proved.credential_public_key)
    made.sign_count, made.name, made.created_at = proved.sign_count, name.strip()[:NAME_LENGTH], clock.now()
    user.passkeys.append(made)
    audit.record(session, "user.passkey_added", actor, ("user", user.id), passkey=str(made.id))
    _tell(session, user, made)
    return made


def _tell(session: Session, user: User, made: Passkey) -> None:
    about, ids = f"user:{user.id}", {"user": str(user.id), "at": made.created_at.isoformat()}
    key = f"passkey/{made.id}"
    mail.queue(session, MESSAGE, user.email, about=about, reason_key=key, language=user.language, ids=ids)


def prove(session: Session, party: Party, challenge: str, sent: str, only: User | None = None) -> User:
    """Whose passkey answered the challenge; raises PasskeyRefused. `only` is who has already given a password."""
    found = _passkey(session, sent)
    if only is not None and found.user_id != only.id:
        raise PasskeyRefused("another_persons")
    try:
        proved = webauthn.verify_authentication_response(
            credential=sent,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=found.public_key,
            credential_current_sign_count=found.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as wrong:
        raise PasskeyRefused("not_proved") from wrong
    found.sign_count, found.last_used_at = proved.new_sign_count, clock.now()
    user = session.get(User, found.user_id)
    if user is None or not user.active:
        raise PasskeyRefused("closed")
    return user


def _passkey(session: Session, sent: str) -> Passkey:
    try:
        credential_id = parse_authentication_credential_json(sent).raw_id
    except (WebAuthnException, ValueError, TypeError, KeyError) as wrong:
        raise PasskeyRefused("not_readable") from wrong
    found = session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
    if found is None:
        raise PasskeyRefused("not_known")
    return found


def rename(session: Session, user: User, passkey_id: uuid.UUID, name: str, actor: Actor) -> bool:
    """Give one's passkey another name; whether it is there."""
    found = _own(user, passkey_id)
    if found is None or not name.strip():
        return False
    found.name = name.strip()[:NAME_LENGTH]
    audit.record(session, "user.passkey_renamed", actor, ("user", user.id), passkey=str(passkey_id))
    return True


def remove(session: Session, user: User, passkey_id: uuid.UUID, actor: Actor) -> bool:
    """Forget one's passkey; whether it was there."""
    found = _own(user, passkey_id)
    if found is None:
        return False
    user.passkeys.remove(found)
    audit.record(session, "user.passkey_removed", actor, ("user", user.id), passkey=str(passkey_id))
    return True


def _own(user: User, passkey_id: uuid.UUID) -> Passkey | None:
    return next((one for one in user.passkeys if one.id == passkey_id), None)
