"""The web server starts without the libraries that only reports, files and cuts need."""

import subprocess
import sys

HEAVY = ("plotly", "scipy", "docx", "xlsxwriter", "pandas", "openpyxl", "weasyprint", "sklearn", "ibis")


def test_importing_the_application_loads_no_heavy_library() -> None:
    said = "import sys, surveyapp.app; print([name for name in sys.argv[1:] if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", said, *HEAVY], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
