"""A data key per identified record, and columns encrypted under it: destroy the key and the columns are gone."""

import uuid
from typing import overload

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from surveyapp.db import Base, RandomId
from surveyapp.encryption.ring import CannotDecrypt, KeyRing, decrypt, encrypt, new_key

_ring: KeyRing | None = None


class NoApplicationKeys(RuntimeError):
    """The application key ring is not set up; run `surveyapp init`."""


class KeyDestroyed(CannotDecrypt):
    """The record's data key has been destroyed by disposal or erasure; its content is gone for good."""


def use_ring(ring: KeyRing) -> None:
    """Set the process's key ring; the application does this once when it starts."""
    global _ring
    _ring = ring


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
            opened = ring().decrypt(self.wrapped, f"data_keys/{self.id}")
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
