"""HTML as an accessible PDF (PDF/UA-1), made by a process of its own: the pages of others never wait for it.

`python -m surveyapp.pdf` is that process: HTML on standard input, the PDF on standard output.
"""

import os
import subprocess
import sys

LONGEST_SECONDS = 120


class PdfFailed(RuntimeError):
    """The PDF could not be made; the message is that of the program that makes it, and may hold words of the page."""

    @property
    def kind(self) -> str:
        """What kind of error it was, without its words: for a log."""
        lines = str(self).strip().splitlines()
        return lines[-1].partition(":")[0] if lines else type(self).__name__


def as_pdf(html: str) -> bytes:
    """The PDF of one document; nothing is fetched from anywhere. Errors: PdfFailed.

    A process that a signal ended (a library crashed, the machine was short of memory) gets one more try.
    """
    made = _made(html)
    if made.returncode < 0:
        made = _made(html)
    if made.returncode:
        raise PdfFailed(made.stderr.decode(errors="replace")[-400:] or f"Ended with {made.returncode}")
    return made.stdout


def _made(html: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "surveyapp.pdf"]
    try:
        return subprocess.run(command, input=html.encode(), capture_output=True, timeout=LONGEST_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PdfFailed(type(error).__name__) from error  # the whole message would hold the command, or half a document


def main() -> None:
    """Print one document; only addresses of kind `data:` are followed.

    Leaves without tidying up: a thread of Pango's may still run in a library that Python would unload (a rare crash).
    """
    from weasyprint import HTML  # noqa: PLC0415 - it takes a second to load, and only this process needs it
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - as above

    html = sys.stdin.buffer.read().decode()
    fetcher = URLFetcher(allowed_protocols={"data"})
    sys.stdout.buffer.write(HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1"))
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
