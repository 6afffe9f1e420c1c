"""`ice-avatar templates`: the twin of `ram.templates` and `ram.template`."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pulumi_ice_avatar.cli import add_examples
from pulumi_ice_avatar.cli.options import add_format, print_table
from pulumi_ice_avatar.errors import InvalidInputError

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.templating import Template

__all__ = ["EXAMPLES", "configure", "parse_parameters", "run"]


EXAMPLES = {
    "ice-avatar templates list": "all bundled policies",
    "ice-avatar templates list --format json": "the same with their parameters and documents",
    "ice-avatar templates show get-avatar-from-network": "what it allows, and its parameters",
    "ice-avatar templates show trust-ecs --format json": "the same for scripts",
    "ice-avatar templates render get-avatar > policy.json": "a document to hand to other tools",
    "ice-avatar templates render get-avatar-from-network -p source_ip=203.0.113.0/24": "with a parameter",
    "ice-avatar templates render avatar-reader+get-avatar-https-only | ice-avatar validate -": "two in one, checked",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)

    def add_verb(name: str, does: str) -> argparse.ArgumentParser:
        verb = verbs.add_parser(
            name, help=does, description=f"{does[0].upper()}{does[1:]}.", allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        add_examples(verb, EXAMPLES)
        return verb

    listing = add_verb("list", "list the bundled policies")
    add_format(listing, "table", "json")
    show = add_verb("show", "describe a bundled policy and its parameters")
    show.add_argument("name", metavar="TEMPLATE", help="its name")
    add_format(show, "text", "json")
    render = add_verb("render", "print a bundled policy with its parameters filled in")
    render.add_argument(
        "name", metavar="TEMPLATE[+TEMPLATE…]", help="its name; further names add the conditions of those policies"
    )
    render.add_argument(
        "-p",
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="the value of a parameter: text, or JSON where it begins with [ or a quotation mark; "
        "given again, further values of a list",
    )
    add_format(render, "json")


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for."""
    from pulumi_ice_avatar.ram.templating import find, template, templates

    if arguments.verb == "list":
        if arguments.format == "json":
            _print_json([_described(each) for each in templates()])
        else:
            print_table([{"name": each.name, "kind": each.kind, "title": each.title} for each in templates()])
    elif arguments.verb == "show":
        found = find(arguments.name)
        if arguments.format == "json":
            _print_json(_described(found))
        else:
            _print_text(found)
    else:
        _print_json(template(arguments.name, **parse_parameters(arguments.parameter)))
    return 0


def parse_parameters(pairs: Iterable[str]) -> dict[str, Any]:
    """Read what `-p NAME=VALUE` gave.

    Args:
        pairs: The texts behind each `-p`.

    Returns:
        The value of each parameter: text, or a list where it was given more than once or as JSON.

    Raises:
        InvalidInputError: One is no pair, or its JSON is broken.
    """
    given: dict[str, Any] = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not (name and separator):
            raise InvalidInputError(f"-p {pair}: write NAME=VALUE, such as source_ip=203.0.113.0/24")
        value = _value(name, text)
        given[name] = _list(given[name]) + _list(value) if name in given else value
    return given


def _value(name: str, text: str) -> Any:
    if not text.startswith(("[", '"')):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInputError(f"-p {name}: what begins with [ or a quotation mark has to be JSON") from None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _described(template: Template) -> dict[str, Any]:
    described = template._asdict()
    del described["text"], described["allowed_when"], described["refused_when"]
    parameters = {name: each._asdict() for name, each in template.parameters.items()}
    return {**described, "parameters": parameters, "document": template.document}


def _print_text(template: Template) -> None:
    lines = [
        f"{template.name}: {template.title} ({template.kind} policy)",
        "",
        *textwrap.wrap(template.description, 100, break_on_hyphens=False),
    ]
    for heading, actions in (("allows", template.must_allow), ("denies", template.must_deny)):
        lines += ["", f"{heading}:", *(f"  {action}" for action in actions)] if actions else []
    if template.parameters:
        lines += ["", "parameters:"]
    for each in template.parameters.values():
        default = json.dumps(each.default, ensure_ascii=False)
        lines.append(
            f"  {each.name}: {each.description} ({'for example' if each.required else 'by default'} {default})"
        )
    if template.accepted_findings:
        lines += ["", "findings that stay:"]
        lines += [f"  {code}: {reason}" for code, reason in template.accepted_findings.items()]
    print("\n".join(lines), template.text, sep="\n\n", end="")


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
