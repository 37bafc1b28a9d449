"""A file encrypted piece by piece under an application key: another key, a cut-off end or a changed byte is noticed.

After a heading (what it is, the key's id, a salt) come pieces of AES-256-GCM. The nonce holds the piece's number and
whether it is the last, so that pieces cannot be dropped, moved or cut off; the heading is bound to every piece.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from surveyapp.encryption.ring import KEY_ID_BYTES, KeyRing, key_id

HEADING = b"surveyapp backup 1\n"
SALT_BYTES = 16
PIECE_BYTES = 1024 * 1024
LARGEST_PIECE = PIECE_BYTES + 64


class NotABackup(Exception):
    """The file is no backup, is cut off, was changed, or is under another key; the message says which."""


class WrongKey(NotABackup):
    """The file was written under an application key that this machine does not have."""


def write(path: Path, content: Iterable[bytes], ring: KeyRing) -> None:
    """Write the content to a file that only its owner reads, whole or not at all, under the newest key."""
    key = ring.keys[0]
    salt = os.urandom(SALT_BYTES)
    heading = HEADING + key_id(key) + salt
    cipher, part = _cipher(key, salt), path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(heading)
            for number, (piece, is_last) in enumerate(_pieces(content)):
                sealed = cipher.encrypt(_nonce(number, is_last), piece, heading)
                stream.write(bytes([is_last]) + len(sealed).to_bytes(4, "big") + sealed)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(path: Path, ring: KeyRing) -> Iterator[bytes]:
    """The content, piece by piece; raises NotABackup as soon as something is wrong."""
    with path.open("rb") as stream:
        heading = stream.read(len(HEADING) + KEY_ID_BYTES + SALT_BYTES)
        if not heading.startswith(HEADING) or len(heading) != len(HEADING) + KEY_ID_BYTES + SALT_BYTES:
            raise NotABackup(f"{path} is not a backup that `surveyapp backup` wrote.")
        cipher, number = _cipher(_key_named(heading[len(HEADING) :][:KEY_ID_BYTES], ring), heading[-SALT_BYTES:]), 0
        while True:
            is_last, sealed = _next_piece(stream, path)
            try:
                yield cipher.decrypt(_nonce(number, is_last), sealed, heading)
            except InvalidTag as error:
                raise NotABackup(f"{path} was changed after it was written.") from error
            if is_last:
                break
            number += 1
        if stream.read(1):
            raise NotABackup(f"{path} was changed after it was written: something follows its end.")


def _next_piece(stream: BinaryIO, path: Path) -> tuple[bool, bytes]:
    head = stream.read(5)
    length = int.from_bytes(head[1:], "big")
    sealed = stream.read(length) if len(head) == 5 and length <= LARGEST_PIECE else b""
    if len(head) < 5 or len(sealed) < length or not sealed:
        raise NotABackup(f"{path} is cut off: its end is missing. Copy it again from where it was made.")
    return bool(head[0]), sealed


def _key_named(wanted: bytes, ring: KeyRing) -> bytes:
    for key in ring.keys:
        if key_id(key) == wanted:
            return key
    raise WrongKey("The backup is under another application key. Bring the secrets.toml of the system that made it.")


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"surveyapp backup").derive(key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _pieces(content: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The content in pieces of one size, the last one marked; an empty content is one empty piece."""
    held = bytearray()
    for some in content:
        held += some
        while len(held) > PIECE_BYTES:
            yield bytes(held[:PIECE_BYTES]), False
            del held[:PIECE_BYTES]
    yield bytes(held), True
