"""A dump, the log and the server's own files hold no token, code, address, browser or answer of a leaver."""

import base64
from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.orm import Session

from surveyapp.config import Settings
from surveyapp.engine.loader import Shelf
from surveyapp.responses.codes import ReceiptCode
from tests.benchmarks.complete_questionnaires import questionnaire
from tests.responses.load import QuickLeaver
from tests.responses.real_server import Server, server
from tests.responses.storage import found_in, stored_bytes

PLACE, BROWSER, WORDS = "198.51.100.237", "PlantedBrowser/77.4", "planted words of an answer"
NETWORK = {"X-Forwarded-For": PLACE, "User-Agent": BROWSER, "Referer": "https://planted.example/mail"}


def leave(served: Server, token: str, memorable: str, *, sends: bool) -> QuickLeaver:
    """One leaver who types words, switches the language, fails with a code, and (perhaps) sends."""
    leaver = QuickLeaver(served.port, token, headers=NETWORK, typed={"q-q0_4": WORDS}, word=memorable)
    leaver.ask("POST", "/receipt", leaver.form_of(leaver.ask("GET", "/receipt")[2]) | {"code": "BCDF" * 6})
    leaver.ask("GET", f"/a/{token}x", expected=404)
    if sends:
        leaver.answer_everything()
        leaver.open_receipt()
    else:
        leaver.begin()
    return leaver


def dump(database_url: str) -> bytes:
    """Every row as text and as bytes, the data files, the write-ahead log."""
    engine = create_engine(database_url)
    found: list[bytes] = []
    with Session(engine) as session:
        for table in inspect(engine).get_table_names():
            for row in session.execute(text(f"SELECT * FROM {table}")):
                found += [bytes(one) if isinstance(one, (bytes, memoryview)) else str(one).encode() for one in row]
        found += stored_bytes(session)
    engine.dispose()
    return b"\n".join(found)


def written(secret: str) -> list[bytes]:
    """A secret as it could lie about: as typed, in base64, as hexadecimal digits."""
    plain = secret.encode()
    return [plain, base64.b64encode(plain)[:-4], plain.hex().encode()]


def test_no_dump_log_or_file_holds_what_would_lead_to_a_leaver(database_url: str, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "questionnaires")
    (shelf.root / "leaver").mkdir(parents=True)
    (shelf.root / "leaver" / "1.yaml").write_text(questionnaire(), encoding="utf-8")
    with server(tmp_path, database_url, workers=1) as served:
        served.environment["SURVEYAPP_TRUSTED_PROXIES"] = "1"
        tokens = served.prepare(2, shelf)
        served.start()
        sent = leave(served, tokens[0], "", sends=True)
        begun = leave(served, tokens[1], "plantedmemorableword", sends=False)
        held = dump(Settings(instance_dir=tmp_path, database_url=database_url).database_address)
    assert sent.receipt and begun.saved
    code = ReceiptCode.typed(sent.receipt)
    secrets = [*tokens, code.text, code.in_groups, PLACE, BROWSER, WORDS, "plantedmemorableword", "planted.example"]
    own = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"Rhiannon" not in one and one for one in own)
    planted = [form for secret in secrets for form in written(secret)]
    assert found_in(held + b"".join(own), planted) == set()
    assert found_in(held, [b"questionnaire.answered"]), "the dump was searched in the right place"
