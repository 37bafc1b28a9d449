"""Boxes sealed to a public X25519 key: anyone may seal, only the holder of the private half opens.

Ephemeral X25519, HKDF-SHA256, ChaCha20-Poly1305; the plain text is padded to buckets first. The key id is in clear, so
that a box says which release key it waits for and nothing else.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from surveyapp.encryption.ring import CannotDecrypt, pad, unpad

KEY_BYTES = 32
ID_BYTES = 8
ZERO_NONCE = bytes(12)  # each box has a key of its own, used once


@dataclass(frozen=True)
class ReleasePublicKey:
    """The public half: what the web process holds."""

    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> "ReleasePublicKey":
        return cls(base64.b64decode(text))

    @property
    def text(self) -> str:
        return base64.b64encode(self.raw).decode()

    @property
    def id(self) -> str:
        """The key id that ballots carry."""
        return hashlib.sha256(b"release key" + self.raw).hexdigest()[: ID_BYTES * 2]

    def seal(self, plain: bytes, place: str) -> bytes:
        """Seal `plain`; `place` (a table and a purpose) must be given again to open."""
        once = X25519PrivateKey.generate()
        ephemeral = once.public_key().public_bytes_raw()
        shared = once.exchange(X25519PublicKey.from_public_bytes(self.raw))
        key = _box_key(shared, ephemeral, self.raw)
        return (
            bytes.fromhex(self.id) + ephemeral + ChaCha20Poly1305(key).encrypt(ZERO_NONCE, pad(plain), place.encode())
        )


@dataclass(frozen=True)
class ReleasePrivateKey:
    """The private half: only the cut, a child process of its own, holds it."""

    raw: bytes

    @classmethod
    def generate(cls) -> "ReleasePrivateKey":
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes | None = None) -> "ReleasePrivateKey":
        """Read a key file (or a passphrase-protected recovery copy)."""
        key = serialization.load_pem_private_key(pem, passphrase)
        if not isinstance(key, X25519PrivateKey):
            raise ValueError("This file holds another kind of key than a release key.")
        return cls(key.private_bytes_raw())

    def to_pem(self, passphrase: bytes | None = None) -> bytes:
        """The key as a file's content, protected when a passphrase is given."""
        protection = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        key = X25519PrivateKey.from_private_bytes(self.raw)
        return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)

    @property
    def public(self) -> ReleasePublicKey:
        return ReleasePublicKey(X25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw())

    def open(self, box: bytes, place: str) -> bytes:
        """Open a box; raises CannotDecrypt when it was altered, moved, or waits for another key."""
        named, ephemeral, cipher = box[:ID_BYTES], box[ID_BYTES : ID_BYTES + KEY_BYTES], box[ID_BYTES + KEY_BYTES :]
        public = self.public
        if named.hex() != public.id:
            raise CannotDecrypt(f"{place}: the box waits for release key {named.hex()}, this is {public.id}")
        shared = X25519PrivateKey.from_private_bytes(self.raw).exchange(X25519PublicKey.from_public_bytes(ephemeral))
        try:
            key = _box_key(shared, ephemeral, public.raw)
            return unpad(ChaCha20Poly1305(key).decrypt(ZERO_NONCE, cipher, place.encode()))
        except (InvalidTag, ValueError) as error:
            raise CannotDecrypt(place) from error


def _box_key(shared: bytes, ephemeral: bytes, public: bytes) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=b"surveyapp box" + ephemeral + public)
    return derive.derive(shared)
