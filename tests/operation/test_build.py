"""A provable build: every dependency by hash, a bill of materials that names them all, no secret in any file."""

import json
import math
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.operation.bill_of_materials import bill_of_materials, locked

ROOT = Path(__file__).parents[2]
SHAPES = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*\n[A-Za-z0-9+/=]{20}"),
    "cloud key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "forge token": re.compile(r"\b(?:ghp|gho|ghs|glpat|xox[abp])[-_][A-Za-z0-9-]{20,}"),
    "password in an address": re.compile(
        r"\b[a-z][a-z+]*://[^\s/:@\"'<>{}\[\]]+:(?!\.\.\.|%s|pass@|\{)[^\s/@\"'<>{}\[\]]{3,}@"
    ),
    "assigned secret": re.compile(
        r"(?i)\b(?:api_?key|secret_key|password_salt|access_token|client_secret)\b['\"]?\s*[=:]\s*['\"]([A-Za-z0-9+/_=-]{24,})['\"]"
    ),
}
FIRST_PARTY = (
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".html",
    ".js",
    ".json",
    ".lock",
    ".txt",
    ".service",
    ".conf",
    ".po",
)
MADE_UP = ("tests/",)
"""Keys in tests are invented there; a real one still has the shape of a private key, a cloud key or a forge token."""


def entropy(text: str) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def secrets_in(path: str, text: str) -> list[str]:
    found = []
    for name, shape in SHAPES.items():
        for match in shape.finditer(text):
            is_made_up = path.startswith(MADE_UP) and name in ("assigned secret", "password in an address")
            is_plain = name == "assigned secret" and entropy(match[1]) < 3.5
            if not is_made_up and not is_plain:
                found.append(f"{path}: {name}")
    return found


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if name.endswith(FIRST_PARTY) and "/vendor/" not in name]


def test_no_file_holds_a_secret() -> None:
    names = tracked()
    assert len(names) > 500
    found = [one for name in names for one in secrets_in(name, (ROOT / name).read_text("utf-8", "replace"))]
    assert not found, found


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN PRIVATE " + "KEY-----\nMC4CAQAwBQYDK2VuBCIEIB3a9ka",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
        "postgresql://app:" + "hunter2xyz@db.example/app",
        'SECRET_KEY = "' + "q8Zt3vN1xK5mW7pR2sD9fG4hJ6lB0cYe" + '"',
    ],
)
def test_the_scan_would_find_one(planted: str) -> None:
    assert secrets_in("surveyapp/config.py", planted)


def test_every_locked_dependency_has_a_hash_and_stands_in_the_bill_of_materials() -> None:
    pinned = locked(ROOT / "requirements.lock")
    assert len(pinned) > 40 and all(one.hashes for one in pinned)
    bill = bill_of_materials(ROOT)
    names = {(one["name"], one["version"]) for one in bill["components"]}
    assert {(one.name, one.version) for one in pinned} <= names
    assert "govuk-frontend" in {name for name, _version in names}, "vendored files of the look are named too"
    assert bill["bomFormat"] == "CycloneDX" and all(one["purl"].startswith("pkg:") for one in bill["components"])


@pytest.mark.one_backend
def test_the_command_prints_it(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["bill-of-materials"])
    assert done.exit_code == 0 and json.loads(done.stdout)["specVersion"] == "1.6"


@pytest.mark.parametrize(
    ("words", "status"), [(["--help"], 0), (["demo", "--help"], 0), ([], 2), (["nonsense"], 2), (["demo", "--prt"], 2)]
)
def test_the_one_command_helps_and_says_wrong_usage_with_its_own_status(words: list[str], status: int) -> None:
    answer = subprocess.run([sys.executable, ROOT / "run", *words], capture_output=True, text=True, check=False)
    assert answer.returncode == status and "./run demo" in answer.stdout + answer.stderr
