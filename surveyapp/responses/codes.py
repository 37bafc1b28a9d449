"""Receipt codes: 24 characters that only the leaver has; what the server keeps can check and open, not name, a code."""

import secrets
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
"""No vowels (no words appear by chance), no 0, 1, I, L, O, U or Y (none is taken for another)."""
LOOK_UP_CHARACTERS = 4
CHARACTERS = 24
_READ_AS = str.maketrans({" ": "", "-": "", "–": "", "\t": "", "\n": "", "\r": "", ".": ""})


class NotACode(ValueError):
    """What was typed cannot be a receipt code; it says nothing about codes that exist."""


@dataclass(frozen=True)
class ReceiptCode:
    """One code; `verifier` finds its receipt, `key` opens its copy, `secret` is the key material of its draft."""

    text: str

    @classmethod
    def new(cls) -> "ReceiptCode":
        return cls("".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS)))

    @classmethod
    def typed(cls, text: str) -> "ReceiptCode":
        """The code as somebody typed it, in groups or not, in any case; raises `NotACode`."""
        tidy = text.translate(_READ_AS).upper()
        if len(tidy) != CHARACTERS or not set(tidy) <= set(ALPHABET):
            raise NotACode
        return cls(tidy)

    @property
    def look_up(self) -> str:
        """The first four characters: what guesses are counted by."""
        return self.text[:LOOK_UP_CHARACTERS]

    @property
    def in_groups(self) -> str:
        """As it is shown and printed: `BCDF-2345-...`."""
        return "-".join(self.text[at : at + 4] for at in range(0, CHARACTERS, 4))

    @cached_property
    def verifier(self) -> bytes:
        return self._derived(b"verifier")

    @cached_property
    def key(self) -> bytes:
        return self._derived(b"copy")

    @cached_property
    def secret(self) -> bytes:
        return self._derived(b"draft")

    def _derived(self, purpose: bytes) -> bytes:
        info = b"surveyapp receipt " + purpose
        derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=self.look_up.encode(), info=info)
        return derive.derive(self.text[LOOK_UP_CHARACTERS:].encode())
