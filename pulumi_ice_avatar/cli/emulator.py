"""`ice-avatar emulator`: serve the emulator in the foreground."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import os
import re
import sys
from collections.abc import Iterable

__all__ = ["EXAMPLES", "configure", "run"]


EXAMPLES = {
    "ice-avatar emulator --port 4010": "serve the default seed at a fixed port",
    "ice-avatar emulator --print-seed > seed.json": "begin a seed of your own",
    "ice-avatar emulator --seed seed.json --state state.json": "start from it, and keep what changes",
    "ice-avatar emulator --fault throttle_per_second=5 --fault latency_ms=200": "be strict and slow",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    from pulumi_ice_avatar.emulator.faults import BODIES, Faults

    parser.add_argument("--seed", metavar="FILE", help="JSON file with what it knows at first; default: a small one")
    parser.add_argument(
        "--state", metavar="FILE", help="keep everything in this file; if it exists, start from it instead of a seed"
    )
    parser.add_argument("--print-seed", action="store_true", help="print the default seed, a pattern for one, and exit")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on (default: any that is free)")
    parser.add_argument("--allow-remote", action="store_true", help="allow --host to be another address than loopback")
    parser.add_argument(
        "--fault",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a fault in effect from the start",
    )
    parser.add_argument("--verbose", action="store_true", help="write a line for each request to stderr")
    faults = _table(
        (each.name, f"{each.metadata['effect']}: {each.metadata['setting'].takes}")
        for each in dataclasses.fields(Faults)
    )
    parser.epilog = (
        f"faults (lists have commas between their names):\n{faults}\n\nspoilt bodies:\n{_table(BODIES.items())}\n\n"
        "Once it answers, stdout has one line of JSON with its endpoints and pid. SIGINT and SIGTERM stop it."
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from pulumi_ice_avatar.emulator import Emulator, Faults
    from pulumi_ice_avatar.emulator.seed import DEFAULT_SEED

    if arguments.print_seed:
        # Bytes, because a terminal's encoding may lack what the seed's names have.
        sys.stdout.buffer.write(DEFAULT_SEED.read_bytes())
        return 0
    emulator = Emulator(
        arguments.seed,
        state=arguments.state,
        host=arguments.host,
        port=arguments.port,
        faults=Faults.from_text(arguments.fault),
        allow_remote=arguments.allow_remote,
    )
    if arguments.verbose:
        log = logging.getLogger("pulumi_ice_avatar.emulator")
        log.setLevel(logging.INFO)
        log.addHandler(logging.StreamHandler())

    def announce() -> None:
        endpoint = emulator.endpoint
        print(json.dumps({"endpoint": endpoint, "ramEndpoint": endpoint, "pid": os.getpid()}), flush=True)
        print(
            f"ice-avatar: emulator ready; export ICE_AVATAR_ENDPOINT={endpoint} ICE_AVATAR_RAM_ENDPOINT={endpoint} "
            "and an access key of its seed (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET); "
            "Ctrl-C stops it",
            file=sys.stderr,
        )

    emulator.run(announce)
    return 0


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"  {name:21} {text}" for name, text in rows)


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)
