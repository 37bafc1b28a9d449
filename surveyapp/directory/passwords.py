"""Passwords: argon2 with a pepper, one policy, and the same time spent for an address nobody has."""

import hashlib
import hmac

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from surveyapp.languages import N_

SHORTEST = 12
LONGEST = 200
COMMON = frozenset(
    {
        "password1234",
        "passwordpassword",
        "123456789012",
        "qwertyuiop12",
        "letmeinletmein",
        "welcome12345",
        "iloveyou1234",
        "administrator",
        "changemechangeme",
    }
)
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class PasswordRefused(Exception):
    """The password is too weak; the message says what to choose."""


def check_policy(password: str, email: str) -> None:
    """Raise PasswordRefused unless the password is long enough, not common, and not the address itself."""
    plain = password.strip().lower()
    if len(password) < SHORTEST:
        raise PasswordRefused(N_("Use at least 12 characters. Three random words work well."))
    if len(password) > LONGEST:
        raise PasswordRefused(N_("Use at most 200 characters."))
    if plain in COMMON or len(set(plain)) < 5:
        raise PasswordRefused(N_("Choose a password that is harder to guess. Three random words work well."))
    if email.split("@")[0].lower() in plain:
        raise PasswordRefused(N_("Leave your own name and address out of your password."))


def hash_password(password: str, pepper: str) -> str:
    """The text to store."""
    return _hasher.hash(_peppered(password, pepper))


def is_right(password: str, stored: str | None, pepper: str) -> bool:
    """Whether the password matches; an absent account takes as long as a wrong password."""
    try:
        return _hasher.verify(stored or NOBODYS, _peppered(password, pepper)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _peppered(password: str, pepper: str) -> bytes:
    return hmac.new(pepper.encode(), password.encode(), hashlib.sha256).hexdigest().encode()


NOBODYS = _hasher.hash(b"nobody has this password")
