"""`surveyapp serve`: the production server."""

import click
from flask.cli import ScriptInfo, pass_script_info

from surveyapp.operation import serving


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes; each answers several requests at once.")
@pass_script_info
def serve(info: ScriptInfo, host: str, port: int, workers: int) -> None:
    """Serve the product until stopped."""
    serving.serve(info.load_app(), host, port, workers)
