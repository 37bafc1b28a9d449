"""Making this machine's secrets: session key, application key, password salt, and the release key pair."""

import base64
import os
import secrets
import tomllib
from collections.abc import Callable
from pathlib import Path

from surveyapp.encryption.ring import new_key
from surveyapp.encryption.sealed_box import ReleasePrivateKey

PRIVATE = 0o600


def make_missing_secrets(instance: Path, release_key: Path) -> list[str]:
    """Create what is missing and leave what is there; returns what was made, in words."""
    instance.mkdir(parents=True, exist_ok=True)
    file = instance / "secrets.toml"
    known = tomllib.loads(file.read_text()) if file.exists() else {}
    made = []
    for name, fresh in FRESH.items():
        if not known.get(name):
            known[name] = fresh()
            made.append(f"{name} in {file.name}")
    if not release_key.exists() and not known.get("release_public_keys"):
        private = ReleasePrivateKey.generate()
        write_private(release_key, private.to_pem())
        known["release_public_keys"] = [private.public.text]
        made.append(f"the release key in {release_key.name}; keep a copy apart (`surveyapp releases key export`)")
    if made:
        write_private(file, _toml(known).encode())
    return made


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    part = path.with_suffix(path.suffix + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def add_application_key(instance: Path) -> None:
    """Put a new application key first in secrets.toml; the older ones stay."""
    file = instance / "secrets.toml"
    known = tomllib.loads(file.read_text())
    known["application_keys"] = [_key_text(), *known["application_keys"]]
    write_private(file, _toml(known).encode())


def keys_in(instance: Path) -> list[str]:
    """The application keys as they stand in secrets.toml now; a running server looks here for a key it misses."""
    file = instance / "secrets.toml"
    return list(tomllib.loads(file.read_text()).get("application_keys", [])) if file.exists() else []


def _key_text() -> str:
    return base64.b64encode(new_key()).decode()


FRESH: dict[str, Callable[[], str | list[str]]] = {
    "secret_key": lambda: secrets.token_urlsafe(48),
    "password_salt": lambda: secrets.token_urlsafe(32),
    "application_keys": lambda: [_key_text()],
}


def _toml(values: dict[str, str | list[str]]) -> str:
    lines = ["# Made by `surveyapp init`. Keep it secret; back it up apart from the database."]
    for name, value in values.items():
        text = "[" + ", ".join(f'"{v}"' for v in value) + "]" if isinstance(value, list) else f'"{value}"'
        lines.append(f"{name} = {text}")
    return "\n".join(lines) + "\n"
