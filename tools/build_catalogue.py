"""Build the tables that the linter and the evaluator ship, from the sources in `tools/catalogue/`.

    python tools/build_catalogue.py           write pulumi_ice_avatar/ram/catalogue/data/
    python tools/build_catalogue.py --check   only tell whether what is there equals a rebuild
    python tools/build_catalogue.py --sdk     list operations of the installed ICE client that the sources lack

The sources are tab-separated, one fact a row, each with where it was read:

======================== ============================================================================
ram-codes.tsv            the prefixes of actions, what they stand for, and what is mistaken for them
complete.tsv             codes of which every action is known: only there is an absent action unknown
permission-names.tsv     actions with level, resources and condition keys; `basis` says what that is
                         worth: `metadata` and `doc` are Alibaba Cloud's word, `policy` was seen in a
                         system policy, `inferred` is only the name of an operation
api-operations.tsv.gz    the operations of all products, which become `inferred` actions
api-to-permission.tsv    operations that are authorised under another action, or under none
sensitive-actions.tsv    actions that give out, replace or destroy credentials and keys
condition-keys.tsv       the keys of conditions; an empty type is not documented
regions.tsv              regions of Alibaba Cloud
aws-regions.tsv          regions that only AWS has
aws-to-ram.tsv           what AWS calls it, what RAM calls it, and how well the two fit
system-policies.tsv      system policies, one statement a row; 204 are names without a document
sources.tsv              what was read, from when it is, and when it was read
======================== ============================================================================

To refresh: replace or edit a source, run this script, run the tests, commit both. A new operation of the ICE client
(`--sdk`) becomes a row of permission-names.tsv and, once its page is read, gets its level there.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib.util
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tools" / "catalogue"
SHIPPED = ROOT / "pulumi_ice_avatar" / "ram" / "catalogue" / "data"

Row = dict[str, str]

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""The words of an action's name, as the catalogue splits them: DescribeDBInstances is Describe, DB, Instances."""

LEVELS = {"get", "list", "create", "update", "delete", "patch", "none", ""}

MEANT = {"page", "policy", "metadata", "doc"}
"""Evidence on which a wrong prefix may be corrected. An ARN's service segment need not be the prefix of the actions,
and the lists of the official skills (`skill`) contain wrong prefixes themselves."""

PLAIN_STAR = {"log", "oss"}
"""Codes whose `*` is not documented: official samples use ARNs where the metadata of log gives `*`, and the page of
OSS does not state the resource of account-level calls."""


def rows(name: str) -> Iterator[Row]:
    """Read a source table."""
    path = SOURCES / name
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def level(text: str) -> str:
    """Bring an access level to one of get, list, create, update, delete, or nothing.

    The metadata has a few lists (`get,list`, `,update`) and one `patch`; `none` is a literal value that says nothing.
    """
    first = next((part for part in text.split(",") if part), "")
    if first not in LEVELS:
        raise SystemExit(f"unknown access level {text!r}")
    return {"none": "", "patch": "update"}.get(first, first)


def resource(template: str) -> str:
    """Widen a resource template to what may be compared: any region, any account.

    Pages print a region or an account as a placeholder, as `*` or as an example (`cn-hangzhou`) with no difference in
    meaning; an empty segment and the account `system` do mean something. Some pages end an ARN at the account.
    """
    if template == "*":
        return template
    acs, service, region, account, rest = template.split(":", 4)
    return ":".join((acs, service, region and "*", account if account in ("", "system") else "*", rest or "*"))


def services() -> dict[str, Any]:
    """The index: every code, what is mistaken for one, and what is at least the name of a product."""
    table = list(rows("ram-codes.tsv"))
    codes = {row["ram_code"] for row in table}
    products = {row["product"] for row in rows("api-operations.tsv.gz")}
    meant: dict[str, set[str]] = defaultdict(set)
    for row in table:
        for prefix in row["wrong_prefixes"].split():
            meant[prefix].add(row["ram_code"] if row["evidence"] in MEANT else "")
    used = {
        prefix.lower() for row in rows("system-policies.tsv") for prefix in re.findall(r"([\w-]+):", row["actions"])
    }
    wrong = {prefix: min(to) for prefix, to in meant.items() if len(to) == 1 and "" not in to}
    if mistaken := wrong.keys() & (codes | used):
        raise SystemExit(f"prefixes that are called wrong but are used: {sorted(mistaken)}")
    return {
        "codes": {row["ram_code"]: [row["products"], row["evidence"]] for row in table},
        "complete": sorted(row["ram_code"] for row in rows("complete.tsv")),
        "products": " ".join(sorted(products - codes)),
        "wrong": dict(sorted(wrong.items())),
    }


def actions() -> dict[str, dict[str, Any]]:
    """One table a code: its actions in groups that share all else, and its operations under other actions."""
    complete = {row["ram_code"] for row in rows("complete.tsv")}
    operations, redirected = _operations()
    names = _names(complete, redirected)
    files: dict[str, dict[str, Any]] = {}
    for code in sorted(names.keys() | operations.keys()):
        files[code] = {"actions": _groups(code, names[code].values(), code in complete)}
        if operations[code]:
            files[code]["operations"] = operations[code]
    others = {row["operation"].lower() for row in rows("api-operations.tsv.gz") if row["product"] != "ice"}
    others |= {name for code, table in names.items() if code != "ice" for name in table}
    files["ice"]["shared"] = " ".join(sorted(name for key, (name, _) in names["ice"].items() if key in others))
    return files


def _names(complete: set[str], redirected: dict[str, set[str]]) -> dict[str, dict[str, tuple[str, Row]]]:
    """Every action's spelling and row, by code and lower-case name; what is documented wins over what is inferred."""
    names: dict[str, dict[str, tuple[str, Row]]] = defaultdict(dict)
    for row in sorted(rows("permission-names.tsv"), key=lambda row: row["basis"] == "inferred"):
        code, _, name = row["action"].partition(":")
        if row["basis"] != "inferred" and name.lower() in names[code]:
            raise SystemExit(f"{row['action']} is documented twice")
        if row["basis"] != "inferred" or name.lower() not in redirected[code]:
            names[code].setdefault(name.lower(), (name, row))
    codes: dict[str, list[str]] = defaultdict(list)
    for row in rows("ram-codes.tsv"):
        for product in (row["ram_code"], *row["wrong_prefixes"].split()):
            codes[product].append(row["ram_code"])
    for row in rows("api-operations.tsv.gz"):
        name, inferred = row["operation"], {"basis": "inferred", "access_level": row["access_level"]}
        for code in codes[row["product"]]:
            if code not in complete and name.lower() not in redirected[code]:
                names[code].setdefault(name.lower(), (name, inferred))
    return names


def _operations() -> tuple[dict[str, dict[str, list[list[str]]]], dict[str, set[str]]]:
    """Operations by code, with the actions they need; and the names that are no actions themselves."""
    documented = {row["action"].lower() for row in rows("permission-names.tsv") if row["basis"] != "inferred"}
    needs: dict[str, dict[str, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
    table = list(rows("api-to-permission.tsv"))
    for row in table:
        product = row["product"]
        prefixes = {other["action"].partition(":")[0] for other in table if other["product"] == product} - {"(none)"}
        code = product if product in prefixes or not prefixes else min(prefixes)
        itself = f"{code}:{row['operation']}".lower()
        if row["action"].lower() == itself:
            continue  # only the case differs
        need = [row["action"], row["when"]]
        known = needs[code][row["operation"]]
        if row["action"] != "(none)" and need not in known:
            known.append(need)
    redirected = {
        code: {name.lower() for name in found if f"{code}:{name}".lower() not in documented}
        for code, found in needs.items()
    }
    return needs, defaultdict(set, redirected)


def _groups(code: str, found: Iterable[tuple[str, Row]], complete: bool) -> list[dict[str, Any]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name, row in found:
        resources = sorted({resource(template) for template in row.get("resource_templates", "").split()})
        year = re.search(r"documentation of (\d{4})", row.get("note", ""))
        star = resources == ["*"] and code not in PLAIN_STAR and (complete or row["basis"] == "metadata")
        group = {
            "basis": row["basis"],
            "level": level(row["access_level"]),
            "resources": resources,
            "keys": row.get("condition_keys", "").replace("/{tag}", "/{tag-key}").split(),
            "star": star,
            "year": int(year[1]) if year else None,
        }
        groups[json.dumps({key: value for key, value in group.items() if value}, sort_keys=True)].append(name)
    return [{**json.loads(key), "names": " ".join(sorted(names))} for key, names in sorted(groups.items())]


def words() -> str:
    """Every word that occurs in a name of an operation, action or condition key: a mistyped word is none of them."""
    found = {row["operation"] for row in rows("api-operations.tsv.gz")}
    found |= {row["action"].partition(":")[2] for row in rows("permission-names.tsv")}
    found |= {row["key"] for row in rows("condition-keys.tsv")}
    return " ".join(sorted({word.lower() for name in found for word in WORD.findall(name) if len(word) > 1}))


def aws() -> dict[str, dict[str, list[str]]]:
    """What AWS calls it, by kind. A prefix that Alibaba Cloud has too says nothing and is left out."""
    taken = {row["ram_code"] for row in rows("ram-codes.tsv")} | {
        row["product"] for row in rows("api-operations.tsv.gz")
    }
    kinds: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in rows("aws-to-ram.tsv"):
        if row["kind"] != "prefix" or row["aws"] not in taken:
            kinds[row["kind"]][row["aws"]] = [row["ram"], row["fit"], row["note"]]
    return kinds


def policies() -> list[dict[str, Any]]:
    """The system policies, each with its statements."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows("system-policies.tsv"):
        policy = found.setdefault(
            row["policy"],
            {"name": row["policy"], "kind": row["kind"], "version": row["version"], "updated": row["updated"]},
        )
        if row["effect"]:
            statement = {"effect": row["effect"], "actions": row["actions"], "resources": row["resources"]}
            policy.setdefault("statements", []).append({**statement, "condition": row["condition"]})
    return [found[name] for name in sorted(found)]


def build() -> dict[str, str]:
    """Make every shipped file: its name and its text."""
    sensitive = {row["action"]: row["why"] for row in rows("sensitive-actions.tsv")}
    tables: dict[str, Any] = {
        "services": services(),
        "words": words(),
        "aws": aws(),
        "system-policies": policies(),
        "sensitive": sensitive,
        "sources": [[row["what"], row["published"], row["read"], row["source"]] for row in rows("sources.tsv")],
        "condition-keys": [
            [row[column] for column in ("key", "type", "scope", "values", "when_absent")]
            for row in rows("condition-keys.tsv")
        ],
        "regions": {
            "aws": " ".join(row["region"] for row in rows("aws-regions.tsv")),
            "regions": {row["region"]: row["kind"] for row in rows("regions.tsv")},
        },
    }
    tables |= {f"actions/{code}": table for code, table in actions().items()}
    return {
        f"{name}.json": json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
        for name, table in tables.items()
    }


def sdk() -> list[str]:
    """Operations of the installed ICE client that permission-names.tsv lacks."""
    found = importlib.util.find_spec("alibabacloud_ice20201109.client")  # read, not imported: it is large
    if not found or not found.origin:
        raise SystemExit("the ICE client is not installed: pip install alibabacloud-ice20201109")
    text = Path(found.origin).read_text(encoding="utf-8")
    known = {row["action"] for row in rows("permission-names.tsv")}
    return sorted({f"ice:{name}" for name in re.findall(r"\baction = '(\w+)'", text)} - known)


def main() -> int:
    """Run the script; 1 when the check fails or the SDK has more."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="only compare")
    parser.add_argument("--sdk", action="store_true", help="compare the sources with the installed ICE client")
    arguments = parser.parse_args()
    if arguments.sdk:
        new = sdk()
        print("\n".join(new) or "the sources know every operation of the client")
        return int(bool(new))
    files = build()
    there = {str(path.relative_to(SHIPPED).as_posix()): path for path in SHIPPED.rglob("*.json")}
    stale = sorted(
        name
        for name in files.keys() | there.keys()
        if name not in files or name not in there or there[name].read_text(encoding="utf-8") != files[name]
    )
    if arguments.check:
        print("\n".join(stale) or "up to date")
        return int(bool(stale))
    for name in stale:
        path = SHIPPED / name
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name], encoding="utf-8", newline="\n")
        else:
            path.unlink()
    print(f"{len(files)} files, {sum(map(len, files.values())) // 1024} KiB, {len(stale)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
