"""`apivolve mock`: a local server of a specification."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import click

from ..errors import Problem, UsageError
from ..mock import Mock, Server
from ..model import Service
from .console import say, warn
from .inputs import overrides_of, root_option
from .reading import services_at


@click.command()
@click.argument("spec", required=False, type=click.Path(path_type=Path))
@click.option("--version", "version", metavar="VERSION", help="This api-version alone.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address that it listens at.")
@click.option(
    "--port",
    default=0,
    show_default="any that is free",
    type=click.IntRange(0, 65535),
    help="The port that it listens at.",
)
@root_option
def mock(spec: Path | None, version: str | None, host: str, port: int, root: Path | None) -> None:
    """Serve SPEC on this machine: requests are held against it, answers are made of it.

    The address is printed as soon as requests are taken. Ctrl-C ends the server.
    """
    service = _one(services_at([spec] if spec is not None else [], root=root))
    warn([service], verbose=False)
    if version is not None:
        service = _narrowed(service, version)
    # lines of several connections do not run into each other
    lock = threading.Lock()

    def log(line: str) -> None:
        with lock:
            say(line)

    try:
        server = Server(Mock(service, overrides_of(service.name)), host, port, log)
    except OSError as error:
        raise UsageError(
            Problem(
                "cannot-listen", f"{host}:{port}: {error.strerror or error}", help="another --port, or none"
            )
        ) from error
    with server:
        names = ", ".join(api.version for api in service.versions)
        log(f"{service.name} {names}: Ctrl-C ends it")
        click.echo(server.url)
        try:
            server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            log("ended")


def _one(services: tuple[Service, ...]) -> Service:
    if len(services) != 1:
        names = ", ".join(service.name for service in services)
        raise UsageError(Problem("many-services", f"which of {names}?", help="apivolve mock SPEC"))
    return services[0]


def _narrowed(service: Service, version: str) -> Service:
    found = tuple(api for api in service.versions if api.version == version)
    if not found:
        known = ", ".join(api.version for api in service.versions)
        raise UsageError(
            Problem("no-version", f"{service.name} has no api-version {version!r}: there are {known}")
        )
    return replace(service, versions=found)
