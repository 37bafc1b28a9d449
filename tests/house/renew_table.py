"""`python -m tests.house.renew_table`: write the table of endpoints and permissions anew, for a person to read."""

import base64
import json
import tempfile

from surveyapp.app import create_app
from surveyapp.config import Settings
from tests.house.test_endpoints import TABLE, declarations

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        key = base64.b64encode(b"k" * 32).decode()
        app = create_app(Settings(instance_dir=folder, secret_key="t" * 48, application_keys=[key]))
        TABLE.write_text(json.dumps(dict(sorted(declarations(app).items())), indent=1) + "\n")
