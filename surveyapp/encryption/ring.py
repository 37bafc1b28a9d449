"""Authenticated encryption with named keys (AES-256-GCM), bound to the place each cipher text belongs to."""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_ID_BYTES = 8


class CannotDecrypt(Exception):
    """The cipher text was altered, moved from its place, or belongs to a key that is not in the ring."""


class UnknownKey(CannotDecrypt):
    """The cipher text names a key that is not in the ring: made since by a rotation, or lost."""


def pad(plain: bytes) -> bytes:
    """Pad to a bucket (64, 128, 256 ... bytes), so that a length tells little; the length itself comes first."""
    framed = len(plain).to_bytes(4, "big") + plain
    bucket = 64
    while bucket < len(framed):
        bucket *= 2
    return framed.ljust(bucket, b"\0")


def unpad(padded: bytes) -> bytes:
    """Undo `pad`."""
    length = int.from_bytes(padded[:4], "big")
    return padded[4 : 4 + length]


def encrypt(key: bytes, plain: bytes, place: str) -> bytes:
    """Encrypt `plain`, padded, under one 32-byte key; `place` must be given again, the same, to decrypt."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, pad(plain), place.encode())


def encrypt_all(key: bytes, plains: Sequence[bytes], places: Sequence[str]) -> list[bytes]:
    """Encrypt several texts under one key, each for its own place; the key is made ready once."""
    ready, nonces = AESGCM(key), os.urandom(NONCE_BYTES * len(plains))
    sealed = []
    for number, (plain, place) in enumerate(zip(plains, places, strict=True)):
        nonce = nonces[number * NONCE_BYTES : (number + 1) * NONCE_BYTES]
        sealed.append(nonce + ready.encrypt(nonce, pad(plain), place.encode()))
    return sealed


def decrypt(key: bytes, cipher: bytes, place: str) -> bytes:
    """Undo `encrypt`; raises CannotDecrypt for a changed text, another key or another place."""
    try:
        return unpad(AESGCM(key).decrypt(cipher[:NONCE_BYTES], cipher[NONCE_BYTES:], place.encode()))
    except (InvalidTag, ValueError) as error:
        raise CannotDecrypt(place) from error


def key_id(key: bytes) -> bytes:
    """A name for a key that says nothing about it."""
    return hashlib.sha256(b"key id" + key).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True)
class KeyRing:
    """The application's keys, newest first: new texts use the first, old ones find theirs by its id."""

    keys: tuple[bytes, ...]

    @classmethod
    def from_base64(cls, texts: list[str]) -> "KeyRing":
        """Build the ring from settings; each text is 32 bytes in base64."""
        keys = tuple(base64.b64decode(text) for text in texts)
        if any(len(key) != 32 for key in keys):
            raise ValueError("An application key must be 32 bytes in base64; `surveyapp init` makes one.")
        return cls(keys)

    def encrypt(self, plain: bytes, place: str) -> bytes:
        """Encrypt under the newest key; the key's id leads the cipher text."""
        key = self.keys[0]
        return key_id(key) + encrypt(key, plain, place)

    def decrypt(self, cipher: bytes, place: str) -> bytes:
        """Decrypt with whichever key of the ring the text names."""
        wanted = cipher[:KEY_ID_BYTES]
        for key in self.keys:
            if key_id(key) == wanted:
                return decrypt(key, cipher[KEY_ID_BYTES:], place)
        raise UnknownKey(f"{place}: its key is not in the ring")

    def is_newest(self, cipher: bytes) -> bool:
        """Whether the text is already under the newest key (rotation skips it)."""
        return cipher[:KEY_ID_BYTES] == key_id(self.keys[0])

    def blind_index(self, purpose: str, value: str) -> bytes:
        """A keyed fingerprint for exact look-up of an encrypted value; the oldest key, so that rotation keeps it."""
        derived = _derived(self.keys[-1], f"blind index {purpose}")
        return hmac.digest(derived, value.strip().casefold().encode(), "sha256")[:16]


@lru_cache(maxsize=64)
def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, purpose.encode(), "sha256")


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(32)
