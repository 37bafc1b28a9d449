"""A data key per identified record, and columns encrypted under it: destroy the key and the columns are gone."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from pydantic import SecretStr
from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, and_, func, select
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column, relationship

from surveyapp.db import Base, RandomId
from surveyapp.encryption.ring import (
    CannotDecrypt,
    KeyRing,
    UnknownKey,
    decrypt,
    encrypt,
    encrypt_all,
    key_id,
    new_key,
)

_ring: KeyRing | None = None
_reload: Callable[[], list[str]] | None = None
BATCH = 200


class NoApplicationKeys(RuntimeError):
    """The application key ring is not set up; run `surveyapp init`."""


class KeyDestroyed(CannotDecrypt):
    """The record's data key has been destroyed by disposal or erasure; its content is gone for good."""


def use_ring(ring: KeyRing, reload: Callable[[], list[str]] | None = None) -> None:
    """Set the process's key ring; the application does this once when it starts.

    `reload` gives the keys as they are kept now: a key made by a rotation since then is found there.
    """
    global _ring, _reload
    _ring, _reload = ring, reload


def ring_of(texts: Sequence[SecretStr]) -> KeyRing:
    """The ring of the keys in the settings."""
    return KeyRing.from_base64([text.get_secret_value() for text in texts])


def _unwrap(wrapped: bytes, place: str) -> bytes:
    """Decrypt under the ring; when the key is missing there, take the ring as it is kept now and try once more."""
    global _ring
    try:
        return ring().decrypt(wrapped, place)
    except UnknownKey:
        kept = _reload() if _reload is not None else []
        if len(kept) <= len(ring().keys):
            raise
        _ring = KeyRing.from_base64(kept)
        return _ring.decrypt(wrapped, place)


def n_under_older_keys(session: Session) -> int:
    """How many data keys are wrapped under another than the newest application key."""
    return session.scalar(select(func.count()).select_from(DataKey).where(_is_older())) or 0


def wrap_anew(session: Session) -> int:
    """Wrap every data key under the newest application key, a batch a transaction; safe to stop and repeat."""
    n = 0
    while batch := list(session.scalars(select(DataKey).where(_is_older()).limit(BATCH).with_for_update())):
        for key in batch:
            key.wrapped = ring().encrypt(key.open(), f"data_keys/{key.id}")
        session.commit()
        n += len(batch)
    return n


def _is_older() -> ColumnElement[bool]:
    newest = key_id(ring().keys[0])
    first_bytes = func.substr(DataKey.wrapped, 1, len(newest), type_=LargeBinary)
    return and_(DataKey.wrapped.is_not(None), first_bytes != newest)


def ring() -> KeyRing:
    """The process's key ring."""
    if _ring is None or not _ring.keys:
        raise NoApplicationKeys("There is no application key. Run `surveyapp init` to make one.")
    return _ring


class DataKey(RandomId, Base):
    """One record's own key, wrapped under the application key ring; `wrapped` is emptied when it is destroyed."""

    __tablename__ = "data_keys"

    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)

    @classmethod
    def new(cls) -> "DataKey":
        """A fresh key, already wrapped."""
        made = cls(id=uuid.uuid4())
        made.wrapped = ring().encrypt(new_key(), f"data_keys/{made.id}")
        return made

    def open(self) -> bytes:
        """The key itself; raises KeyDestroyed after disposal. Kept on the object while it lives in the session."""
        if self.wrapped is None:
            raise KeyDestroyed("This record has been disposed of.")
        opened: bytes | None = self.__dict__.get("_opened")
        if opened is None:
            opened = _unwrap(self.wrapped, f"data_keys/{self.id}")
            self.__dict__["_opened"] = opened
        return opened

    def destroy(self) -> None:
        """Make everything encrypted under this key unreadable."""
        self.wrapped = None
        self.__dict__.pop("_opened", None)


class HasDataKey:
    """Mixin for an identified record: a `data_key`, made on first need, for its `Encrypted` columns."""

    id: Mapped[uuid.UUID]
    __tablename__: str

    @declared_attr
    @classmethod
    def data_key_id(cls) -> Mapped[uuid.UUID | None]:
        return mapped_column(ForeignKey("data_keys.id"), index=True)

    @declared_attr
    @classmethod
    def data_key(cls) -> Mapped[DataKey | None]:
        return relationship(DataKey, lazy="joined", cascade="save-update, merge")

    def record_key(self) -> DataKey:
        """This record's data key, made when there is none yet."""
        if self.data_key is None:
            self.data_key = DataKey.new()
        return self.data_key


class Encrypted:
    """A text attribute kept encrypted in the binary column named `<attribute>_cipher`, bound to its record and column.

    `name_cipher: Mapped[bytes | None]` and `name = Encrypted()` in the model; None stays None. Reading after the data
    key was destroyed raises KeyDestroyed.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.column = f"{name}_cipher"

    @overload
    def __get__(self, record: None, owner: type) -> "Encrypted": ...
    @overload
    def __get__(self, record: HasDataKey, owner: type) -> str | None: ...
    def __get__(self, record: HasDataKey | None, owner: type) -> "Encrypted | str | None":
        if record is None:
            return self
        cipher: bytes | None = getattr(record, self.column)
        if cipher is None:
            return None
        return decrypt(record.record_key().open(), cipher, self._place(record)).decode()

    def __set__(self, record: HasDataKey, value: str | None) -> None:
        if value is None:
            setattr(record, self.column, None)
            return
        record.id = record.id or uuid.uuid4()  # the place needs the id before the flush would give it
        setattr(record, self.column, encrypt(record.record_key().open(), value.encode(), self._place(record)))

    def _place(self, record: HasDataKey) -> str:
        return f"{record.__tablename__}/{record.id}/{self.column}"


@dataclass(frozen=True)
class SealedRow:
    """A new record's own key and encrypted columns, as values for the tables themselves."""

    key_id: uuid.UUID
    wrapped_key: bytes
    ciphers: dict[str, bytes | None]


def seal_row(table: str, record_id: uuid.UUID, texts: Mapping[str, str | None]) -> SealedRow:
    """What a record's `Encrypted` attributes would hold, without the record: for writing many at once."""
    key, made_id = new_key(), uuid.uuid4()
    ciphers: dict[str, bytes | None] = {f"{name}_cipher": None for name in texts}
    told = {f"{name}_cipher": text.encode() for name, text in texts.items() if text is not None}
    places = [f"{table}/{record_id}/{column}" for column in told]
    ciphers.update(zip(told, encrypt_all(key, list(told.values()), places), strict=True))
    return SealedRow(made_id, ring().encrypt(key, f"data_keys/{made_id}"), ciphers)
