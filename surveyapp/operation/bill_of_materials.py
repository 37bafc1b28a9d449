"""The software bill of materials (CycloneDX 1.6): every locked Python package with its hashes, every vendored file."""

import json
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
NPM_LOCKS = "surveyapp/web/build/package-lock.json"


class NoLock(RuntimeError):
    """The lock is not beside the code: this is not a checkout of the project."""


@dataclass(frozen=True)
class Pinned:
    """One locked package: any of the hashes may be the file that was installed."""

    name: str
    version: str
    hashes: tuple[str, ...]


def locked(path: Path) -> list[Pinned]:
    """Every package that a lock names."""
    if not path.exists():
        raise NoLock(f"{path.name} is missing; run this in a checkout of the project.")
    found: list[Pinned] = []
    for entry in re.split(r"\n(?=\S)", path.read_text()):
        match = PINNED.match(entry)
        if match:
            found.append(Pinned(match["name"], match["version"], tuple(HASH.findall(entry))))
    return found


def bill_of_materials(root: Path) -> dict[str, Any]:
    """The whole bill; the same for the same locks."""
    components = [_python(one) for one in locked(root / "requirements.lock")]
    components += _vendored(root / NPM_LOCKS)
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}


def _python(one: Pinned) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "name": one.name,
        "version": one.version,
        "purl": f"pkg:pypi/{one.name}@{one.version}",
        "properties": [{"name": "pip:sha256", "value": value} for value in one.hashes],
    }
    try:
        said = metadata(one.name)
    except PackageNotFoundError:
        return component
    licence = next((said[name] for name in ("License-Expression", "License") if name in said), "")
    if licence and "\n" not in licence:
        component["licenses"] = [{"license": {"name": licence[:100]}}]
    return component


def _vendored(lock: Path) -> list[dict[str, Any]]:
    packages: dict[str, dict[str, Any]] = json.loads(lock.read_text())["packages"]
    return [
        {
            "type": "library",
            "name": place.removeprefix("node_modules/"),
            "version": one["version"],
            "purl": f"pkg:npm/{place.removeprefix('node_modules/').replace('@', '%40')}@{one['version']}",
            "properties": [{"name": "npm:integrity", "value": one.get("integrity", "")}],
        }
        for place, one in packages.items()
        if place
    ]
