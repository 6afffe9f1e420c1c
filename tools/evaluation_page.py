"""Write the evaluator's choices down as docs/evaluation.md; part of tools/build_docs.py."""

from __future__ import annotations

from pathlib import Path

from pulumi_ice_avatar.ram.deciding.choices import CHOICES

PAGE = Path(__file__).parent.parent / "docs" / "evaluation.md"

_BEFORE = """\
# What the evaluator decides

`ice-avatar simulate`, `ice-avatar compare`, `ram.evaluate` and the emulator decide by the same code, which follows the
documented order: control policies, then the session policy, then identity and resource policies; in each, a Deny that
matches decides, then an Allow that matches, and without either the request is denied implicitly. Assuming a role needs
both the caller's policies and the role's trust policy.

```console
$ ice-avatar simulate --policy template:get-avatar-https-only --action ice:GetAvatar --context acs:SecureTransport=true
allow: allowed by template:get-avatar-https-only statement 0
```

A malformed policy or context value is an error, never a silent "no match".

`ice-avatar compare OLD NEW` searches what NEW allows and OLD does not, over requests made from both policies: every
known action of the services they name, resources and conditions at, beside and beyond what they name. Each witness it
shows is confirmed by the evaluator; "no new access found" says that none of these requests is newly allowed.

## Where the documents leave room

None of these is known to be what the service does. A decision that hangs on one is worth trying out.

| name | what the documents say | what the evaluator does | why |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The page."""
    rows = ((f"`{each.name}`", each.documented, each.chosen, each.why) for each in CHOICES)
    return (
        _BEFORE
        + "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
        + "\n"
    )
