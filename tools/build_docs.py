"""Write the pages of docs/ that are made from the code and its data.

python tools/build_docs.py           write them
python tools/build_docs.py --check   only tell whether they are up to date
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import cli_page
import evaluation_page
import settings_page
import template_proofs

from pulumi_ice_avatar.ram.linting import handbook

DOCS = Path(__file__).parent.parent / "docs"

GROUPS = {
    "0": "The text",
    "1": "Structure",
    "2": "Actions",
    "3": "Resources",
    "4": "Conditions",
    "5": "Principals",
    "6": "Security",
    "7": "Ways to more rights",
    "8": "Redundancy",
    "9": "Around policies: comparing them, and the settings of a project",
}

INTRODUCTION = """\
# Rules

Each has a code that is never used again, a name, a severity and a page. `ice-avatar rule RAM108` prints the page, and
`ice-avatar rules` this table with the age of what the rules know of services.

| severity | means | fails by default |
| --- | --- | --- |
| error | outside the documented language, or seen to be refused by the service | yes |
| security | taken, and dangerous | yes |
| warning | taken, but probably not what was meant | no |
| suggestion | taken and meant, and could be written better | no |

A rule marked *fix* has mistakes that `ice-avatar validate --fix` mends. One marked *off* runs only where it is selected
by its code or name.
"""


def pages() -> Iterator[tuple[Path, str]]:
    """Every page with its text."""
    yield DOCS / "rules.md", rules()
    for code in handbook.entries():
        yield DOCS / "rules" / f"{code}.md", f"{handbook.titled_page(code).rstrip()}\n\n[All rules](../rules.md)\n"
    yield cli_page.PAGE, cli_page.page()
    yield evaluation_page.PAGE, evaluation_page.page()
    yield settings_page.PAGE, settings_page.page()
    yield template_proofs.PAGE, template_proofs.page()


def rules() -> str:
    """The table of all rules."""
    lines = [INTRODUCTION.rstrip()]
    group = ""
    for entry in handbook.entries().values():
        if entry.code[3] != group:
            group = entry.code[3]
            lines += [
                "",
                f"## {GROUPS[group]}",
                "",
                "| code | name | severity | in a nutshell | |",
                "| --- | --- | --- | --- | --- |",
            ]
        marks = ["fix"] * ("\n## Fix\n" in handbook.page(entry.code)) + ["off"] * (not entry.default)
        summary = handbook.summary(entry.code).replace("|", "\\|")
        link = f"[{entry.code}](rules/{entry.code}.md)"
        lines.append(f"| {link} | {entry.name} | {entry.severity} | {summary} | {', '.join(marks)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the pages or check them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="only tell whether they are up to date")
    check = parser.parse_args().check
    wanted = dict(pages())
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    gone = [path for path in sorted((DOCS / "rules").glob("*.md")) if path not in wanted]
    if check:
        for path in [*stale, *gone]:
            print(f"docs/{path.relative_to(DOCS)} is out of date: run python tools/build_docs.py", file=sys.stderr)
        return 1 if stale or gone else 0
    (DOCS / "rules").mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
