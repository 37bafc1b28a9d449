"""`python -m surveyapp.reports.pdf_printer`: HTML on standard input, PDF/UA-1 on standard output."""

import sys

from weasyprint import HTML
from weasyprint.urls import URLFetcher


def main() -> None:
    """Print one document; only addresses of kind `data:` are followed."""
    html = sys.stdin.buffer.read().decode()
    fetcher = URLFetcher(allowed_protocols={"data"})
    sys.stdout.buffer.write(HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1"))


if __name__ == "__main__":
    main()
