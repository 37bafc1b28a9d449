"""Drafts: encrypted under a key from the leaver's link (and memorable word), saved page by page."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Executable, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.db import is_postgresql
from surveyapp.encryption.records import ring
from surveyapp.encryption.ring import CannotDecrypt, decrypt, encrypt
from surveyapp.responses.contents import SMALLEST
from surveyapp.responses.models import Draft, DraftHolder

WORD_PASSES, WORD_KIB, WORD_LANES = 2, 19_456, 1


class WrongWord(Exception):
    """The draft asks for a memorable word, and this was not it."""


@dataclass(frozen=True)
class Key:
    """What opens a draft: the holder's secret, or None for the application's own keys; `word` is a stretched word."""

    secret: bytes | None
    word: bytes = b""

    def seal(self, plain: bytes, draft_id: uuid.UUID) -> bytes:
        place = f"drafts/{draft_id}"
        if self.secret is None:
            return ring().encrypt(plain, place)
        return encrypt(self._derived(draft_id), plain, place)

    def open(self, content: bytes, draft_id: uuid.UUID) -> bytes:
        place = f"drafts/{draft_id}"
        if self.secret is None:
            return ring().decrypt(content, place)
        return decrypt(self._derived(draft_id), content, place)

    def _derived(self, draft_id: uuid.UUID) -> bytes:
        derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=draft_id.bytes, info=b"surveyapp draft")
        return derive.derive((self.secret or b"") + self.word)


APPLICATION_KEY = Key(None)


def stretched(word: str, link_id: uuid.UUID) -> bytes:
    """A memorable word made costly to guess; spaces and case do not matter."""
    plain = "".join(word.split()).casefold().encode()
    return hash_secret_raw(plain, link_id.bytes, WORD_PASSES, WORD_KIB, WORD_LANES, 32, Type.ID)


@dataclass(frozen=True)
class Held:
    """Where a leaver has got to: how they share, under which promise, their answers, how often each page was saved."""

    definition: str
    sharing: str
    promise: str
    is_for_interviewer: bool = False
    definition_hash: str = ""
    draft: Mapping[str, Any] = field(default_factory=dict)
    saves: Mapping[str, int] = field(default_factory=dict)

    def saved(self, page: str, draft: Mapping[str, Any]) -> "Held":
        """The same after a page was saved."""
        return replace(self, draft=draft, saves={**self.saves, page: self.saves.get(page, 0) + 1})

    def shared(self, sharing: str, promise: str, is_for_interviewer: bool) -> "Held":
        """The same after the leaver chose anew how to share."""
        return replace(self, sharing=sharing, promise=promise, is_for_interviewer=is_for_interviewer)

    def to_bytes(self) -> bytes:
        return json.dumps(vars(self), separators=(",", ":"), ensure_ascii=False).encode().ljust(SMALLEST)

    @classmethod
    def from_bytes(cls, held: bytes) -> "Held":
        return cls(**json.loads(held))


@dataclass(frozen=True)
class Owner:
    """Whose draft it is: the kind of holder, its id, and the case when it may be known."""

    holder: DraftHolder
    holder_id: uuid.UUID
    case_id: uuid.UUID | None = None
    occasion: str = ""


_BY_HOLDER = select(Draft).where(Draft.holder == bindparam("holder"), Draft.holder_id == bindparam("holder_id"))
_BY_HOLDER_LOCKED = _BY_HOLDER.with_for_update()
_BEGUN: dict[str, Executable] = {
    "sqlite": sqlite.insert(Draft).on_conflict_do_nothing(index_elements=["holder", "holder_id"]),
    "postgresql": postgresql.insert(Draft).on_conflict_do_nothing(index_elements=["holder", "holder_id"]),
}


def find(session: Session, owner: Owner, *, lock: bool = False) -> Draft | None:
    """The owner's draft row; `lock` keeps a second device waiting until this save is done."""
    query = _BY_HOLDER_LOCKED if lock else _BY_HOLDER
    return session.scalar(query, {"holder": owner.holder, "holder_id": owner.holder_id})


def begin(session: Session, owner: Owner, key: Key, held: Held) -> Draft:
    """Start a draft, or return the one that two presses of the button raced for."""
    draft_id = uuid.uuid4()
    values = {
        "id": draft_id,
        "holder": owner.holder,
        "holder_id": owner.holder_id,
        "case_id": owner.case_id,
        "occasion": owner.occasion,
        "begun_on": clock.today(),
        "has_word": bool(key.word),
        "content": key.seal(held.to_bytes(), draft_id),
    }
    session.connection().execute(_BEGUN["postgresql" if is_postgresql(session) else "sqlite"], values)
    found = find(session, owner, lock=True)
    assert found is not None
    return found


def open_draft(row: Draft, key: Key) -> Held:
    """What the draft holds; raises `WrongWord` when it was made with another word than this key's."""
    if row.content is None:
        raise CannotDecrypt(f"drafts/{row.id}")
    try:
        return Held.from_bytes(key.open(row.content, row.id))
    except CannotDecrypt:
        if row.has_word:
            raise WrongWord from None
        raise


def save(session: Session, row: Draft, key: Key, held: Held) -> None:
    """Keep the new state; the caller holds the row's lock."""
    row.content = key.seal(held.to_bytes(), row.id)
    session.flush()


def destroy(session: Session, owner: Owner) -> None:
    """Delete the owner's draft, if there is one."""
    session.execute(delete(Draft).where(Draft.holder == owner.holder, Draft.holder_id == owner.holder_id))


def destroy_all_of(session: Session, case_id: uuid.UUID, occasion: str) -> int:
    """Delete every draft of a case and occasion (sent, declined, started again); how many there were."""
    gone = session.execute(delete(Draft).where(Draft.case_id == case_id, Draft.occasion == occasion))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts its rows


def begun_elsewhere(session: Session, owner: Owner) -> Draft | None:
    """The newest draft of the same case and occasion that another link (or HR, keying in) holds."""
    query = (
        select(Draft)
        .where(
            Draft.case_id == owner.case_id,
            Draft.occasion == owner.occasion,
            Draft.holder == DraftHolder.LINK,
            Draft.holder_id != owner.holder_id,
        )
        .order_by(Draft.begun_on.desc(), Draft.id)
        .limit(1)
    )
    return session.scalar(query)
