"""`ice-avatar simulate`: the twin of `ram.evaluate`."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from pulumi_ice_avatar.cli.options import add_format
from pulumi_ice_avatar.errors import InvalidInputError

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.deciding.evaluator import Decision
    from pulumi_ice_avatar.ram.reading.document import Document

__all__ = ["EXAMPLES", "configure", "run"]


EXAMPLES = {
    "ice-avatar simulate --policy policy.json --action ice:GetAvatar": "is the call allowed, and by which statement?",
    "ice-avatar simulate --policy template:get-avatar --action ice:ListAvatars": "why is a call refused?",
    "ice-avatar simulate --policy policy.json --action ice:GetAvatar --context acs:SourceIp=203.0.113.9": "and "
    "from this address?",
    "ice-avatar simulate --policy policy.json --control-policy control.json --action ice:GetAvatar": "and "
    "within what the resource directory lets the account do?",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add(
        "--policy",
        nargs="+",
        action="extend",
        default=[],
        metavar="POLICY",
        help="identity policies: files, - for standard input, or template:NAME",
    )
    add("--action", required=True, help="the action, such as ice:GetAvatar")
    add("--resource", default="*", help="the ARN of the resource (default: *, for none)")
    add(
        "--context",
        nargs="+",
        action="extend",
        default=[],
        metavar="KEY=VALUE",
        help="condition keys of the request, such as acs:SourceIp=203.0.113.9; a key given again has several values",
    )
    add("--session-policy", metavar="POLICY", help="the policy passed to AssumeRole")
    add("--control-policy", nargs="+", action="extend", metavar="POLICY", help="control policies that bind the account")
    add("--resource-policy", metavar="POLICY", help="the policy of the resource")
    add("--trust-policy", metavar="POLICY", help="the trust policy of the role that is to be assumed")
    add("--principal", help="who asks, such as acs:ram::1234567890123456:user/alice, ecs.aliyuncs.com")
    add_format(parser, "text", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print the decision: 0 allows, 1 does not."""
    from pulumi_ice_avatar.ram.deciding.evaluator import evaluate
    from pulumi_ice_avatar.ram.templating import load

    def optional(reference: str | None) -> Document | None:
        return None if reference is None else load(reference)

    decision = evaluate(
        [load(each) for each in arguments.policy],
        action=arguments.action,
        resource=arguments.resource,
        context=_context(arguments.context),
        session_policy=optional(arguments.session_policy),
        control_policies=None
        if arguments.control_policy is None
        else [load(each) for each in arguments.control_policy],
        resource_policy=optional(arguments.resource_policy),
        trust_policy=optional(arguments.trust_policy),
        principal=arguments.principal,
    )
    if arguments.format == "json":
        print(json.dumps(decision.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(decision)
    return 0 if decision else 1


def _context(pairs: list[str]) -> dict[str, list[str]]:
    context: dict[str, list[str]] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not (key and separator):
            raise InvalidInputError(f"--context {pair}: write KEY=VALUE, such as acs:SourceIp=203.0.113.9")
        context.setdefault(key, []).append(value)
    return context


def _print(decision: Decision) -> None:
    print(f"{decision.effect}: {decision.reason}")
    for each in decision.others:
        why = each.mismatch.message if each.mismatch else "applies, but did not decide"
        print(f"  {each.effect} in {each}: {why}")
