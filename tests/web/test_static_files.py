"""Style sheets and scripts: small, compressed, cached by content, rebuilt to the same bytes from pinned packages."""

import gzip
import json
import os
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.web.static_files import FILES, FOLDER
from tests.web.gallery import make_app

BUILD = FOLDER.parent / "build"
VENDOR = FOLDER / "vendor"


@pytest.fixture
def client() -> FlaskClient:
    return make_app().test_client()


def test_a_leavers_page_loads_one_style_sheet_and_one_script_within_their_limits(client: FlaskClient) -> None:
    page = client.get("/a/token").text
    sheets, scripts = (
        re.findall(r'<link rel="stylesheet" href="([^"]+)"', page),
        re.findall(r'<script src="([^"]+)"', page),
    )
    assert (len(sheets), len(scripts)) == (1, 1)
    sizes = [len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in sheets + scripts]
    assert sizes[0] <= 12 * 1024 and sizes[1] <= 4 * 1024


def test_a_file_is_kept_for_ever_under_its_hash_and_briefly_without(client: FlaskClient) -> None:
    version = FILES["vendor/leaver.css"].version
    assert "immutable" in client.get(f"/static/vendor/leaver.css?v={version}").headers["Cache-Control"]
    assert "immutable" not in client.get("/static/vendor/leaver.css?v=old").headers["Cache-Control"]
    again = client.get("/static/vendor/leaver.css", headers={"If-None-Match": f'"{version}"'})
    assert (again.status_code, again.data) == (304, b"")


def test_a_browser_that_cannot_unpack_gets_the_plain_file(client: FlaskClient) -> None:
    plain = client.get("/static/vendor/leaver.css")
    packed = client.get("/static/vendor/leaver.css", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == (VENDOR / "leaver.css").read_bytes()


@pytest.mark.parametrize(
    "name", ["../__init__.py", "%2e%2e/__init__.py", "vendor", "vendor/nothing.css", "/etc/passwd"]
)
def test_nothing_but_the_committed_files_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code in (308, 404)


def test_pages_are_compressed_and_their_length_varies_so_that_it_tells_nothing(client: FlaskClient) -> None:
    answers = [client.get("/nowhere", headers={"Accept-Encoding": "gzip"}) for _ in range(8)]
    assert all(answer.headers["Content-Encoding"] == "gzip" for answer in answers)
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in answers)
    assert len({gzip.decompress(answer.data) for answer in answers}) == 1
    assert len({len(answer.data) for answer in answers}) > 1


def test_the_sheets_name_no_other_host_no_crown_and_no_licensed_font() -> None:
    for name in ("leaver.css", "staff.css"):
        text = (VENDOR / name).read_text(encoding="utf-8")
        assert not re.search(
            r"url\([\"']?(?:https?:)?//|@font-face|GDS Transport|crown|crest|@import", text, re.IGNORECASE
        )


def _contrast(first: str, second: str) -> float:
    def light(colour: str) -> float:
        digits = colour.lstrip("#")
        digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted([light(first), light(second)])
    return (lighter + 0.05) / (darker + 0.05)


def test_numbers_can_be_read_on_every_step_of_the_shading() -> None:
    sheet = (VENDOR / "staff.css").read_text(encoding="utf-8")
    steps = re.findall(r"\.app-shade-(?:above-)?\d\{background:(#\w+);color:(#\w+)\}", sheet)
    assert len(steps) == 10
    assert all(_contrast(paper, ink) >= 4.5 for paper, ink in steps)


def test_the_committed_files_are_those_the_last_build_wrote_from_these_sources() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    hint = "edit build/, then there: npm ci && npm run build, and commit static/vendor"
    for folder, part in ((BUILD, "sources"), (VENDOR, "written")):
        now = {name: sha256((folder / name).read_bytes()).hexdigest() for name in manifest[part]}
        assert now == manifest[part], hint
    known = {path.name for path in BUILD.iterdir() if path.suffix in {".scss", ".js", ".json", ".txt"}}
    assert known == set(manifest["sources"]), hint


def test_the_lock_names_no_host() -> None:
    assert "http" not in (BUILD / "package-lock.json").read_text(encoding="utf-8")


@pytest.mark.drill  # it reaches the network; in ./run test the manifest above is the guard
def test_building_again_from_the_pinned_packages_gives_the_same_bytes(tmp_path: Path) -> None:
    assert shutil.which("npm"), "The drill needs Node.js with npm to rebuild the look (Debian: apt-get install npm)."
    for name in ("package.json", "package-lock.json"):
        shutil.copy(BUILD / name, tmp_path)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--prefer-offline"], cwd=tmp_path, check=True)
    for path in BUILD.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    out = tmp_path / "out"
    built = subprocess.run(
        ["npm", "run", "build"], cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "LOOK_OUT": str(out)}
    )
    assert built.returncode == 0, built.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in VENDOR.iterdir()
    }
