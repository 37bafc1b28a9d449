"""`surveyapp serve`: the production server."""

import click
from flask.cli import ScriptInfo, pass_script_info

from surveyapp.config import SETTINGS_KEY
from surveyapp.operation import logs, serving, startup


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes; each answers several requests at once.")
@pass_script_info
def serve(info: ScriptInfo, host: str, port: int, workers: int) -> None:
    """Serve the product until stopped."""
    app = info.load_app()
    logs.configure(app.config[SETTINGS_KEY])
    startup.refuse_release_key(app.config[SETTINGS_KEY])
    serving.serve(app, host, port, workers)
