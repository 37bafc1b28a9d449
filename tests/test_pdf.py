"""The process that makes a PDF: whatever happens at its end, or inside it, is told by its answer and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from surveyapp import pdf

PAGE = '<!DOCTYPE html><html lang="en"><title>Letters</title><h1>Letters</h1>'
CRASHING_AT_ITS_END = "import atexit, os; atexit.register(os.abort); from surveyapp.pdf import main; main()"


def test_a_document_that_was_made_is_not_lost_to_a_crash_while_python_tidies_up() -> None:
    made = subprocess.run(
        [sys.executable, "-c", CRASHING_AT_ITS_END], input=PAGE.encode(), capture_output=True, check=False
    )
    assert made.returncode == 0 and made.stdout.startswith(b"%PDF") and made.stdout.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("crashes", [1, 2])
def test_a_process_that_crashes_once_gets_one_more_try(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, crashes: int
) -> None:
    crashed, program = tmp_path / "crashed", tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho >> {crashed}\n[ $(wc -l < {crashed}) -le {crashes} ] && kill -9 $$\ncat\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    if crashes == 1:
        assert pdf.as_pdf(PAGE) == PAGE.encode()
    else:
        with pytest.raises(pdf.PdfFailed, match="Ended with -9"):
            pdf.as_pdf(PAGE)


def test_a_process_that_dies_without_a_word_is_told_by_how_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(pdf.PdfFailed) as caught:
        pdf.as_pdf(PAGE)
    assert caught.value.kind == "Ended with 1"
