"""Write the table of `pulumi_ice_avatar.settings` down as docs/settings.md; part of tools/build_docs.py."""

from __future__ import annotations

from pathlib import Path

from pulumi_ice_avatar.settings import REGIONS, SETTINGS, Setting

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"

_BEFORE = """\
# Settings

The first that is set wins: an argument (`region=`, `--region`), Pulumi's configuration under `ice-avatar:`, then
under `alicloud:`, then the environment from left to right, then the default. An empty value counts as not set.
`ice-avatar doctor` shows what is in effect and where it was found.

"""

_AFTER = f"""
Which credentials are used: a key pair, if `access_key` is set; else those of `credentials_uri`; else those of
`profile`; else what Alibaba's default credential chain finds, as for every program that uses its SDK:
`ALIBABA_CLOUD_ACCESS_KEY_ID` and `…_SECRET`, OIDC, `~/.aliyun/config.json`, `~/.alibabacloud/credentials.ini`, the
role of an ECS instance, `ALIBABA_CLOUD_CREDENTIALS_URI`. With a role set, they are used to assume it. Credentials
are never an input of a resource, and never reach the state.

The endpoint is the one that is documented for the region, or for its VPC (`network`), and is always named to the
SDK, whose own table has another for five of the six documented regions: {", ".join(REGIONS)}. With `endpoint` set
no region is needed; an endpoint with `http://` is for the emulator.

In the stack's configuration:

```console
$ pulumi config set ice-avatar:region cn-shanghai
$ pulumi config set alicloud:accessKey LTAI… --secret
$ pulumi config set alicloud:secretKey … --secret
```
"""


def page() -> str:
    """The page."""
    head = "| setting | `ice-avatar:` | `alicloud:` | environment | default | meaning |"
    return f"{_BEFORE}{head}\n{'| --- ' * 6}|\n" + "\n".join(map(_row, SETTINGS)) + f"\n{_AFTER}"


def _row(setting: Setting) -> str:
    cells = (
        f"`{setting.name}`",
        f"`{setting.config}`",
        f"`{setting.alicloud}`" if setting.alicloud else "",
        ", ".join(f"`{name}`" for name in setting.environment),
        f"`{setting.default}`" if setting.default else "",
        setting.meaning,
    )
    return f"| {' | '.join(cells)} |"
