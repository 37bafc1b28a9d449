"""Letter codes: 16 characters, 4 to look up and 12 secret, guess-limited by the database."""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, timedelta
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import Engine, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.db import reading, writing_session
from surveyapp.encryption.records import ring
from surveyapp.invitations import links
from surveyapp.invitations.models import LEAVING, Guess, LetterCode

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: nothing that looks like something else
LOOKUP_CHARACTERS = 4
SECRET_CHARACTERS = 12
GUESSES_AN_HOUR_PER_CODE = 20
GUESSES_AN_HOUR_PER_PLACE = 50
SALT_OF_NOBODY = bytes(16)
# 19 MB and two passes: the recommended minimum for argon2id, about 30 ms, for known and unknown codes alike.
TIME_COST, MEMORY_KIB, LANES = 2, 19_456, 1


class TooManyGuesses(Exception):
    """This code, or this place, has been tried too often within the hour."""


@dataclass(frozen=True)
class MintedCode:
    """A new letter code as printed (`ABCD-EFGH-...`) and the link token behind it; neither is kept anywhere.

    It opens nothing until `keep_code` has written down its first four characters and its salt.
    """

    code: str
    token: str
    salt: bytes

    @property
    def lookup(self) -> str:
        return self.code[:LOOKUP_CHARACTERS]


def new_code(session: Session) -> MintedCode:
    """Make up a letter code; the database is only asked which are taken."""
    lookup = _free_lookup(session)
    secret = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_CHARACTERS))
    salt = secrets.token_bytes(16)
    return MintedCode(grouped(lookup + secret), _token(secret, salt), salt)


def keep_code(session: Session, made: MintedCode, case_id: UUID, *, occasion: str = LEAVING) -> None:
    """Let a made-up code open the case's questionnaire from now on."""
    link = links.mint(session, case_id, "letter", occasion=occasion, token=made.token)
    session.add(LetterCode(lookup=made.lookup, salt=made.salt, link_id=link.link_id))
    session.flush()


def token_for(session: Session, engine: Engine, typed: str, place: str) -> str | None:
    """The link token behind a typed code, None for an unknown one; both take the same work.

    The guess is counted first, in a transaction of its own, so that nothing after it can take it back. `place` is the
    caller's network address; only a keyed fingerprint of it is kept, for an hour. Raises TooManyGuesses.
    """
    code = normalised(typed)
    count_guess(engine, f"place {place}", GUESSES_AN_HOUR_PER_PLACE)
    count_guess(engine, f"code {code[:LOOKUP_CHARACTERS]}", GUESSES_AN_HOUR_PER_CODE)
    with reading():  # SQLite's one write lock is not held while the code is worked out
        row = session.get(LetterCode, code[:LOOKUP_CHARACTERS])
        token = _token(code[LOOKUP_CHARACTERS:], row.salt if row else SALT_OF_NOBODY)
        return token if links.find(session, token).link is not None else None


def normalised(typed: str) -> str:
    """What was typed without spaces and dashes, in capitals, at most 16 characters."""
    kept = "".join(character for character in typed.upper() if character.isalnum())
    return kept[: LOOKUP_CHARACTERS + SECRET_CHARACTERS]


def grouped(code: str) -> str:
    """The code in four groups of four, as it is printed."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def forget_old_guesses(session: Session) -> int:
    """Delete the counts of past hours."""
    result = session.execute(delete(Guess).where(Guess.hour < clock.now() - timedelta(hours=2)))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts its rows


def _free_lookup(session: Session) -> str:
    while True:
        lookup = "".join(secrets.choice(ALPHABET) for _ in range(LOOKUP_CHARACTERS))
        if session.get(LetterCode, lookup) is None:
            return lookup


def _token(secret: str, salt: bytes) -> str:
    raw = hash_secret_raw(secret.encode(), salt, TIME_COST, MEMORY_KIB, LANES, links.TOKEN_BYTES, Type.ID)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def count_guess(engine: Engine, what: str, limit: int) -> None:
    """Take one guess out of this hour's; one statement, so that 200 at once leave exactly `limit`."""
    insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    hour = clock.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    counted = (
        insert(Guess)
        .values(key=ring().blind_index("guess", what), hour=hour, n=1)
        .on_conflict_do_update(index_elements=["key", "hour"], set_={"n": Guess.n + 1}, where=Guess.n < limit)
        .returning(Guess.n)
    )
    with writing_session(engine) as apart:
        taken = apart.scalar(counted)
    if taken is None:
        raise TooManyGuesses(what)
