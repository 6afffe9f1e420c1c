"""Prove what the bundled policies allow, and write it down as docs/templates.md.

    python tools/template_proofs.py           write docs/templates.md
    python tools/template_proofs.py --check   only tell whether it is up to date

For every situation of a template's declaration the evaluator decides on every known action of ICE and of a list of
other services. A template is proven when what is allowed, and what is denied outright, is exactly what it declares.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.deciding.evaluator import CompiledPolicy, compile_policy, evaluate
from pulumi_ice_avatar.ram.templating import Parameter, Situation, Template, templates

PAGE = Path(__file__).parent.parent / "docs" / "templates.md"

#: Services with actions that a policy about avatars could be thought to touch, or must not touch.
OTHERS = ("ecs", "fc", "ims", "kms", "log", "mts", "oss", "ram", "sts", "vod")

_EVERYTHING = compile_policy({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


class Row(NamedTuple):
    """What a template decides in one situation, over all actions tried."""

    situation: Situation
    expected: frozenset[str]
    allowed: frozenset[str]
    denied: frozenset[str]


@cache
def universe() -> tuple[str, ...]:
    """Every action that is tried."""
    return tuple(action.name for code in ("ice", *OTHERS) for action in catalogue.actions(code))


def prove(template: Template) -> list[Row]:
    """Decide on every action in every situation that a template declares."""
    policy = compile_policy(template.document, kind=template.kind, name=template.name)
    everything = frozenset(template.must_allow)
    rows = [
        _row(template, policy, situation, everything if situation.actions is None else frozenset(situation.actions))
        for situation in template.allowed_when
    ]
    return rows + [_row(template, policy, situation, frozenset()) for situation in template.refused_when]


def failures(template: Template) -> Iterator[str]:
    """Say where a template does something else than it declares."""
    rows = prove(template)
    for row in rows:
        where = f"{template.name}, {row.situation.situation}"
        for effect, decided, declared in (
            ("allowed", row.allowed, row.expected),
            ("denied", row.denied, frozenset(template.must_deny)),
        ):
            for action in sorted(decided ^ declared):
                yield f"{where}: {action} {'is' if action in decided else 'is not'} {effect}"
    for action in sorted(frozenset(template.must_allow).difference(*(row.allowed for row in rows))):
        yield f"{template.name}: {action} is allowed in no situation"


def page() -> str:
    """The documentation of all templates, with what was proven of each."""
    ours = len(catalogue.actions("ice"))
    others = len(universe()) - ours
    lines = [
        "# Bundled policies",
        "",
        "Each is a file in [`policies/templates`](../policies/templates) that works as it stands, and a declaration in",
        "[`policies/declarations`](../policies/declarations) of what it has to allow and of its parameters. The tables",
        f"below are results: in every situation the evaluator decided on all {ours} actions of ICE and {others:,} of",
        f"other services ({', '.join(OTHERS)}). What is not listed as allowed was refused.",
        "",
        "`python tools/template_proofs.py` writes this page, and the tests check that it is up to date.",
        "",
        "| name | kind | what it is for | allows | denies |",
        "| --- | --- | --- | --- | --- |",
        *map(_summary, templates()),
        "",
        "Names combine with `+`: `avatar-reader+get-avatar-from-network+get-avatar-in-time-window` grants what the",
        "first one grants, under the conditions of all of them.",
    ]
    for template in templates():
        lines += ["", *_section(template)]
    return "\n".join(lines) + "\n"


def _row(template: Template, policy: CompiledPolicy, situation: Situation, expected: frozenset[str]) -> Row:
    decided: dict[str, list[str]] = {"allow": [], "deny": [], "implicit_deny": []}
    trust = template.kind == "trust"
    for action in universe():
        decision = evaluate(
            # The caller may do anything, so that only the trust policy decides.
            _EVERYTHING if trust else policy,
            action=action,
            resource=situation.resource,
            context=situation.context,
            principal=situation.principal,
            trust_policy=policy if trust else None,
        )
        decided[decision.effect].append(action)
    return Row(situation, expected, frozenset(decided["allow"]), frozenset(decided["deny"]))


def _summary(template: Template) -> str:
    link = f"[{template.name}](#{template.name})"
    cells = [link, template.kind, template.title, _count(template.must_allow), _count(template.must_deny)]
    return f"| {' | '.join(cells)} |"


def _section(template: Template) -> list[str]:
    lines = [f"## {template.name}", "", template.description, ""]
    lines += ["| situation | resource | who asks | context | allowed |", "| --- | --- | --- | --- | --- |"]
    for row in prove(template):
        context = [f"`{key}={value}`" for key, value in row.situation.context.items()]
        cells = [
            row.situation.situation,
            f"`{row.situation.resource}`",
            f"`{row.situation.principal}`" if row.situation.principal else "",
            "<br>".join(context),
            _names(row.allowed) or "nothing",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    if template.must_deny:
        lines += ["", f"Denied whatever else is granted: {_names(template.must_deny)}."]
    if template.parameters:
        lines += [
            "",
            "| parameter | value | where |",
            "| --- | --- | --- |",
            *map(_parameter, template.parameters.values()),
        ]
    for code, reason in template.accepted_findings.items():
        lines += ["", f"{code} stays: {reason}"]
    return lines


def _parameter(parameter: Parameter) -> str:
    name = f"`{parameter.name}`{' (required)' if parameter.required else ''}"
    return f"| {name} | {parameter.description} | `{parameter.pointer}` |"


def _count(actions: Sequence[str]) -> str:
    return f"{len(actions)} action{'s' if len(actions) > 1 else ''}" if actions else "nothing"


def _names(actions: Iterable[str]) -> str:
    return ", ".join(f"`{action}`" for action in sorted(actions))


def main() -> int:
    """Write the page or check it."""
    parser = argparse.ArgumentParser(description="Prove what the bundled policies allow.")
    parser.add_argument("--check", action="store_true", help="only tell whether docs/templates.md is up to date")
    wrong = [failure for template in templates() for failure in failures(template)]
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    if not parser.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page():
        print("docs/templates.md is out of date: run python tools/template_proofs.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
