"""`ice-avatar apply`: the twin of `ram.RamPolicy` for those who use no Pulumi."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_ice_avatar.cli.options import add_format
from pulumi_ice_avatar.errors import InvalidInputError, InvalidPolicyError

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.applying.account import Target

__all__ = ["EXAMPLES", "configure", "run"]


EXAMPLES = {
    "ice-avatar apply get-avatar --to role/studio --dry-run": "show what would be done",
    "ice-avatar apply get-avatar --to role/studio": "create the policy from a template, and attach it",
    "ice-avatar apply get-avatar-from-vpc -p source_vpc=vpc-bp1a2b3c4d5e6f7g8h9i0 --name studio-reader": "fill in a "
    "parameter, and choose the name",
    "ice-avatar apply policy.json --name studio-reader --adopt": "apply a document, replacing another of that name",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("policy", metavar="TEMPLATE|FILE", help="name of a bundled template, or a policy document")
    parser.add_argument(
        "-p", dest="parameters", action="append", default=[], metavar="KEY=VALUE", help="parameter of the template"
    )
    parser.add_argument(
        "--to", action="append", default=[], metavar="KIND/NAME", help="attach it to user/NAME, group/NAME or role/NAME"
    )
    parser.add_argument("--name", help="name of the policy (default: that of the template or file)")
    parser.add_argument("--description", default="", help="what it is for")
    parser.add_argument("--allow", action="append", default=[], metavar="CODE", help="accept findings of this code")
    parser.add_argument("--adopt", action="store_true", help="replace a policy of that name with another document")
    parser.add_argument("--dry-run", action="store_true", help="show the steps, change nothing")
    add_format(parser, "text", "json")


def run(arguments: argparse.Namespace) -> int:
    """Bring the account's policy to what is wanted; what is so already is left as it is."""
    from pulumi_ice_avatar import settings
    from pulumi_ice_avatar.ram.applying import deployment
    from pulumi_ice_avatar.ram.applying.account import Account

    name, document = _document(arguments.policy, arguments.parameters, arguments.allow)
    name = arguments.name or name
    if not deployment.NAME.fullmatch(name):
        raise InvalidInputError(f"policy name {name!r} is not 1 to 128 letters, digits and hyphens; set --name")
    wanted = deployment.Wanted(
        name=name, document=document, description=arguments.description, attach_to=frozenset(map(_target, arguments.to))
    )
    steps = deployment.plan(Account(settings.load(service="ram")), wanted, adopt=arguments.adopt)
    for step in steps:
        if not arguments.dry_run:
            step.change()
        if arguments.format == "text":
            print(f"{'would ' if arguments.dry_run else ''}{step.text}")
    if arguments.format == "json":
        _print_json(name, [step.text for step in steps], changed=bool(steps) and not arguments.dry_run)
    elif not steps:
        print(f"{name} is as wanted")
    return 0


def _document(policy: str, parameters: Sequence[str], allowed: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """A name for the policy, and its document, which the linter has found nothing against."""
    from pulumi_ice_avatar.ram.applying.deployment import objections
    from pulumi_ice_avatar.ram.reading.document import parse

    path = Path(policy)
    source: bytes | dict[str, Any]
    if path.suffix or path.exists():
        if parameters:
            raise InvalidInputError(f"-p sets parameters of a template; {policy} is a document and has none")
        name, source = path.stem, _read(path)
    else:
        from pulumi_ice_avatar.cli.templates import parse_parameters
        from pulumi_ice_avatar.ram.templating import template

        name, source = policy.replace("+", "-"), template(policy, **parse_parameters(parameters))
    findings = objections(source, allowed, policy)
    if findings:
        told = "; ".join(f"{finding.code} at {finding.pointer or '/'}: {finding.message}" for finding in findings)
        raise InvalidPolicyError(f"{policy} is not applied: {told}", findings)
    document: dict[str, Any] = parse(source).value
    return name, document


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{path}: {error.strerror}") from None


def _target(text: str) -> Target:
    from pulumi_ice_avatar.ram.applying.account import KINDS, Target

    kind, slash, name = text.partition("/")
    if kind not in KINDS or not slash or not name:
        raise InvalidInputError(f"--to {text!r} is not user/NAME, group/NAME or role/NAME")
    return Target(kind, name)


def _print_json(name: str, steps: list[str], *, changed: bool) -> None:
    import json

    json.dump({"policy": name, "changed": changed, "steps": steps}, sys.stdout, indent=2)
    print()
