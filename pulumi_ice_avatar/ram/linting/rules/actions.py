"""RAM2xx: the strings of Action and NotAction.

An action is `<ram-code>:<name>`; the service checks neither, and letters match in either case in most services
(https://www.alibabacloud.com/help/en/ram/policy-elements, Action). What is known of services is far from complete, so
these rules speak where something is known to be wrong, and where one single known name is a slip away. System policies
themselves hold names that no list has, so an unknown action is never an error.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, lru_cache

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.linting.rules import (
    ACTION,
    ERROR,
    STATEMENT,
    SUGGESTION,
    WARNING,
    Problem,
    Repair,
    remove,
    replace,
    rule,
)
from pulumi_ice_avatar.ram.linting.rules.syntax import placeholder
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.patterns import covered, is_pattern
from pulumi_ice_avatar.ram.reading.statements import Path, Statement
from pulumi_ice_avatar.ram.spelling import Vocabulary
from pulumi_ice_avatar.ram.wording import quote

__all__: list[str] = []

_FOREIGN = frozenset(",;|()[]{}<>\"'`=&+#@!%^~$\\")
"""ASCII that no code and no name of an action has; more than letters, digits and `-` is accepted all the same."""

_WIDE_COLON = "："


@lru_cache(maxsize=16)  # the rules look at one action after another
def _parts(action: str) -> tuple[str, str] | None:
    """Split a well-formed action into its code and its name; None for any other, `*` and a template among them."""
    code, colon, name = action.partition(":")
    if not (code and name and colon) or ":" in name or not action.isascii() or not action.isprintable():
        return None
    if " " in action or not _FOREIGN.isdisjoint(action):
        return None
    return None if placeholder(action) else (code, name)


_LONGEST = 128
"""No name in the tables is longer, so nothing can be said of one that is."""


def _short_parts(action: str) -> tuple[str, str] | None:
    return _parts(action) if len(action) <= _LONGEST else None


# --- form ------------------------------------------------------------------------------------------------------------


@rule("RAM201", "malformed-action", ERROR, ACTION)
def malformed_action(action: str) -> Problem | None:
    if _parts(action) or not action.strip("*") or placeholder(action) or _has_blanks_only(action):
        return None
    form = "an action is <ram-code>:<name>, such as ice:GetAvatar"
    if action.startswith(("acs:", "arn:")):
        return Problem(f"{quote(action)} is a resource name, no action: put it under Resource")
    if action.count(":") > 1 and any(each in action for each in ",;| \n"):
        return Problem(f"{quote(action)} is several actions in one string: make each an entry of a list")
    for mistaken in (_WIDE_COLON, ".", "/"):
        code, found, name = action.partition(mistaken)
        meant = f"{code}:{name}"
        if found and ":" not in action and _parts(meant) and (catalogue.service(code) or mistaken == _WIDE_COLON):
            return Problem(
                f"{quote(action)} has {quote(mistaken)} for the colon: write {quote(meant)}", fix=replace(meant)
            )
    if ":" not in action and is_pattern(action):
        # Whether a star may stand for the colon is not documented; that it crosses colons in resources is.
        return Problem(f"{quote(action)} has no colon: {form}", severity=WARNING)
    if ":" not in action:
        meant = catalogue.near_action(f"?:{action}") or ""
        return Problem(f"{quote(action)} names no service: {f'did you mean {meant}?' if meant else form}")
    if action.count(":") > 1:
        return Problem(f"{quote(action)} has more than one colon: {form}")
    if action.startswith(":") or action.endswith(":"):
        return Problem(f"{quote(action)} has nothing {'before' if action[0] == ':' else 'behind'} the colon: {form}")
    strange = next((each for each in action if not each.isascii() or each in _FOREIGN), " ")
    return Problem(f"{quote(action)} has {quote(strange)} in it, which no action has: {form}")


@rule("RAM206", "whitespace-in-action", ERROR, ACTION)
def whitespace_in_action(action: str) -> Problem | None:
    if _parts(action) or not _has_blanks_only(action):
        return None
    meant = _without_blanks(action)
    message = f"{quote(action)} has a blank or an invisible character in it: write {quote(meant)}"
    return Problem(message, fix=replace(meant))


def _has_blanks_only(action: str) -> bool:
    """Tell whether blanks and characters that cannot be seen are all that is wrong with an action."""
    if action.isprintable() and " " not in action:
        return False
    meant = _without_blanks(action)
    return not placeholder(action) and (meant == "*" or _parts(meant) is not None)


def _without_blanks(action: str) -> str:
    return "".join([each for each in action if each.isprintable() and each != " "])


# --- the service -----------------------------------------------------------------------------------------------------

_WORDS = frozenset(("es", "events", "kafka", "logs", "organizations", "ssm", "states"))
"""Prefixes of AWS that are plain words, so that some service may have them too: only its actions betray AWS."""


@rule("RAM207", "aws-action", ERROR, ACTION)
def aws_action(action: str) -> Problem | None:
    parts = _short_parts(action)
    if not parts or catalogue.service(parts[0]):
        return None
    code, name = parts
    service = catalogue.aws("prefix", code)
    exact = catalogue.aws("action", action)
    if exact is None and (service is None or (code.lower() in _WORDS and catalogue.wrong_prefix(code))):
        return None
    what = f"{quote(action)} is an action of AWS"
    if exact and exact.ram is None:
        return Problem(f"{what}: {exact.note}")
    if exact:
        note = f" ({exact.note})" if exact.note and "tsv" not in exact.note else ""
        if exact.fit == "plain":
            return Problem(f"{what}: in RAM it is {exact.ram}{note}")
        return Problem(f"{what}: what comes nearest in RAM is {exact.ram}{note}")
    if not (service and service.ram):
        return None
    severity = WARNING if code.lower() in _WORDS else None
    meant = f"{service.ram}:{name}"
    if name == "*" or catalogue.action(meant) or (is_pattern(name) and catalogue.match(meant)):
        return Problem(f"{what}: in RAM it is {meant}", severity=severity)
    return Problem(f"{what}: in RAM the service is {service.ram}, with actions of its own", severity=severity)


@rule("RAM205", "wrong-ram-code", WARNING, ACTION, yields_to=("RAM207",))
def wrong_ram_code(action: str) -> Problem | None:
    parts = _short_parts(action)
    meant = catalogue.wrong_prefix(parts[0]) if parts else None
    if not parts or not meant:
        return None
    code, name = parts
    renamed = _renamed(f"{meant}:{name}")
    written = renamed.needs[0].action if renamed and renamed.needs else f"{meant}:{name}"
    return Problem(
        f"{quote(code)} in {quote(action)} is no RAM code, but another name of a service whose code is {meant}: "
        f"write {written}"
    )


@rule("RAM202", "unknown-service", WARNING, ACTION, yields_to=("RAM205", "RAM207"))
def unknown_service(action: str) -> Problem | None:
    parts = _short_parts(action)
    if not parts or catalogue.service(parts[0]) or catalogue.is_product(parts[0]):
        return None
    code, name = parts
    if is_pattern(code):
        meant = _near_family(code)
    else:
        of_ice = catalogue.near_action(action)
        meant = of_ice.partition(":")[0] if of_ice else catalogue.near_service(code)
    if not meant:
        return None
    return Problem(f"no service with the RAM code {quote(code)} is known: did you mean {meant}:{name}?")


def _near_family(code: str) -> str | None:
    """The beginning of codes that was meant by a mistyped one: `yundun*` by `yudun*`."""
    stem = code.rstrip("*")
    if is_pattern(stem) or any(each.startswith(stem.lower()) for each in catalogue.services()):
        return None
    meant = _families().nearest(stem.rstrip("-"))
    return f"{meant}{code[len(stem.rstrip('-')) :]}" if meant else None


@lru_cache(maxsize=1)
def _families() -> Vocabulary:
    return Vocabulary({each.partition("-")[0] for each in catalogue.services()})


_NAMED = 3
"""More names than these would make a message long."""

# --- the name --------------------------------------------------------------------------------------------------------

_VERBS = Vocabulary(("Create", "Delete", "Describe", "Modify", "Query", "Search", "Update"))
"""Of 24,200 operations three begin with a word that is a slip away from one of these: misspelt ones."""


@rule("RAM203", "unknown-action", WARNING, ACTION, yields_to=("RAM202", "RAM205", "RAM207", "RAM507"))
def unknown_action(action: str) -> Problem | None:
    parts = _short_parts(action)
    if not parts or is_pattern(action) or catalogue.action(action) or catalogue.operation(action):
        return None
    code, name = parts
    if not (catalogue.service(code) or catalogue.is_product(code)):
        return None
    unknown = f"{code} has no known action {name}"
    meant = catalogue.near_action(action)
    if meant and meant.partition(":")[0] != code.lower():
        return Problem(f"{unknown}, {meant.partition(':')[0]} has: write {meant}")
    meant = meant or _with_verb(code, name)
    if meant:
        return Problem(f"{unknown}: did you mean {meant}?")
    aws = catalogue.aws("action", action)
    if aws and aws.ram and aws.fit == "plain":
        return Problem(f"{unknown}, AWS has: in RAM it is {aws.ram}")
    if not catalogue.is_complete(code):
        return None
    names = [each.name for each in catalogue.actions(code)]
    return Problem(f"{unknown}: it has {' and '.join(names) if len(names) <= _NAMED else f'{len(names)} others'}")


@rule("RAM204", "action-pattern-matches-nothing", WARNING, ACTION, yields_to=("RAM202", "RAM205", "RAM207"))
def action_pattern_matches_nothing(action: str) -> Problem | None:
    parts = _short_parts(action)
    if not parts or not is_pattern(parts[1]) or is_pattern(parts[0]) or not parts[1].strip("*"):
        return None
    code, name = parts
    meant = _with_verb(code, name)
    if not meant and not catalogue.is_complete(code):
        return None
    if _covers_some(code, name):
        return None
    hint = f"did you mean {meant}?" if meant else f"{code}:* covers all it has"
    return Problem(f"{quote(action)} covers no known action of {code}: {hint}")


def _covers_some(code: str, name: str) -> bool:
    stem = name.rstrip("*")
    if is_pattern(stem):
        return bool(catalogue.match(f"{code}:{name}"))
    names = _sorted_names(code.lower())
    place = bisect_left(names, stem.lower())
    return place < len(names) and names[place].startswith(stem.lower())


@cache
def _sorted_names(code: str) -> list[str]:
    return sorted(each.name.partition(":")[2].lower() for each in catalogue.actions(code))


def _with_verb(code: str, name: str) -> str | None:
    """The action with its verb put right, if that is misspelt: `rds:DescribeRegions` for `rds:DescirbeRegions`."""
    end = next((place for place, each in enumerate(name) if place and not each.islower()), len(name))
    verb = _VERBS.nearest(name[:end])
    return f"{code}:{verb}{name[end:]}" if verb else None


@rule("RAM209", "action-case", SUGGESTION, ACTION, yields_to=("RAM210",))
def action_case(action: str) -> Problem | None:
    parts = _short_parts(action)
    if not parts:
        return None
    code, name = parts
    known = catalogue.action(action)
    if known is not None:
        if known.name == action or known.basis == "policy" or (known.basis == "inferred" and code.islower()):
            return None
        written = f"{code.lower()}:{name}" if known.basis == "inferred" else known.name
    else:
        written = f"{code.lower() if catalogue.service(code) else code}:{_recased(action, name)}"
    if written == action:
        return None
    return Problem(f"{quote(action)} is documented as {written}: write it so", fix=replace(written))


def _recased(action: str, name: str) -> str:
    """The name of a pattern such as `get*` in the case of what it covers; any other as it is."""
    stem = name.rstrip("*")
    if not stem[:1].islower() or stem == name or is_pattern(stem) or is_pattern(action.partition(":")[0]):
        return name
    covers = [each for each in catalogue.match(action) if each.basis in ("doc", "metadata")]
    documented = {each.name.partition(":")[2][: len(stem)] for each in covers}
    return documented.pop() + name[len(stem) :] if len(documented) == 1 else name


@rule("RAM211", "pattern-beyond-action", SUGGESTION, ACTION)
def pattern_beyond_action(action: str) -> Problem | None:
    parts = _short_parts(action)
    if not parts or not action.endswith("*") or is_pattern(action[:-1]) or not catalogue.is_complete(parts[0]):
        return None
    exact = catalogue.action(action[:-1])
    if exact is None:
        return None
    others = [each.name for each in catalogue.match(action) if each.name != exact.name]
    if not others:
        return None
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return Problem(
        f"{quote(action)} covers {', '.join(others[:_NAMED])}{more} besides {exact.name}: "
        f"write {exact.name} if no other is meant"
    )


# --- the list --------------------------------------------------------------------------------------------------------


@rule("RAM208", "api-name-not-permission", WARNING, STATEMENT, yields_to=("RAM507",))
def api_name_not_permission(statement: Statement) -> list[Problem] | None:
    problems = []
    for element, actions in (("Action", statement.actions), ("NotAction", statement.not_actions)):
        named = [
            (index, operation)
            for index, action in enumerate(actions)
            if len(action) <= _LONGEST and (operation := _renamed(action))
        ]
        if named:
            granted = Patterns(actions[:_MOST_GRANTED], ignore_case=True)
            for index, operation in named:
                place = statement.at(element, actions[index] if statement.irregular else index)
                problems.append(_renaming(operation, actions[index], granted, place))
    return problems or None


_MOST_GRANTED = 500
"""No policy within the limits of length has more actions in one statement."""


@lru_cache(maxsize=4096)
def _renamed(action: str) -> catalogue.Operation | None:
    """The operation that an action is the name of, where another action authorises it."""
    operation = catalogue.operation(action) if _parts(action) else None
    return operation if operation and not operation.is_action else None


def _renaming(operation: catalogue.Operation, action: str, granted: Patterns, place: Path) -> Problem:
    if not operation.needs:
        # It does no harm, and the operation works: nothing is lost but a line.
        return Problem(f"{quote(action)} needs no permission: remove it", at=place, severity=SUGGESTION)
    needed = [each.action for each in operation.needs if not each.when] or [operation.needs[0].action]
    said = f"{quote(action)} is the name of an operation, no action: what authorises it is {' and '.join(needed)}"
    if all(granted.match(each) for each in needed):
        return Problem(f"{said}, listed here too: remove it", at=place, severity=SUGGESTION)
    return Problem(f"{said}: write that", at=place)


_GRAVER = ("RAM201", "RAM202", "RAM203", "RAM204", "RAM205", "RAM206", "RAM207", "RAM208")


@rule("RAM210", "redundant-action", SUGGESTION, STATEMENT, yields_to=_GRAVER)
def redundant_action(statement: Statement) -> list[Problem] | None:
    if len(statement.actions) < _A_LIST and len(statement.not_actions) < _A_LIST:
        return None
    return [
        _redundancy(actions[index], actions[other], statement.at(element, index))
        for element, actions in (("Action", statement.actions), ("NotAction", statement.not_actions))
        if len(actions) >= _A_LIST and not statement.irregular
        for index, other in covered(actions, ignore_case=True)
    ] or None


_A_LIST = 2


def _redundancy(action: str, other: str, place: Path) -> Problem:
    if action == other:
        return Problem(f"{quote(action)} is listed twice: remove one", at=place, fix=remove())
    # Not every service is known to take either case.
    fix: Repair | None = remove() if Patterns((other,)).match(action) else None
    return Problem(f"{quote(action)} is covered by {quote(other)}: remove it", at=place, fix=fix)
