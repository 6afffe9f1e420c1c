"""Seed files: read, check against the published schema, report everything that is wrong in one line."""

from __future__ import annotations

import json
import os
import reprlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pulumi_ice_avatar.bundled import policies
from pulumi_ice_avatar.emulator.clock import seconds
from pulumi_ice_avatar.emulator.contradictions import contradictions
from pulumi_ice_avatar.errors import ConfigurationError

__all__ = ["DEFAULT_SEED", "check_avatar", "decode", "load"]

#: What the emulator serves without a seed file, and a pattern for one.
DEFAULT_SEED = Path(__file__).with_name("default-seed.json")

#: A line has room for so many problems.
_SHOWN = 10


def load(seed: Mapping[str, Any] | str | os.PathLike[str] | None) -> dict[str, Any]:
    """Read and check a seed.

    Args:
        seed: A seed, the path of a seed file, or None for the default one.

    Raises:
        ConfigurationError: The seed cannot be read, or is not one.
    """
    if isinstance(seed, Mapping):
        name = "seed"
        try:
            text = json.dumps(seed)
        except (TypeError, ValueError, RecursionError) as error:
            raise ConfigurationError(f"seed: cannot be written as JSON: {error}") from None
        content = decode(text.encode(), name)
    else:
        path = DEFAULT_SEED if seed is None else Path(seed)
        name = str(path)
        try:
            content = decode(path.read_bytes(), name)
        except OSError as error:
            raise ConfigurationError(f"{name}: cannot read the seed file: {error.strerror}") from None
    _raise(name, _problems(content, "#"))
    _raise(name, contradictions(content))
    checked: dict[str, Any] = content
    return checked


def check_avatar(record: Any) -> None:
    """Check one avatar as a seed file has it.

    Raises:
        ConfigurationError: It is not one.
    """
    _raise("avatar", _problems(record, "#/$defs/avatar"))


def decode(data: bytes, name: str) -> Any:
    """Read JSON strictly: no member twice, no NaN.

    Args:
        data: The JSON, in UTF-8.
        name: What it is, for the error.

    Raises:
        ConfigurationError: It is not JSON.
    """

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
            raise ConfigurationError(f"{name}: the member {reprlib.repr(twice)} stands twice in one object; remove one")
        return result

    def constant(text: str) -> None:
        raise ConfigurationError(f"{name}: {text} is not JSON")

    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=members, parse_constant=constant)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name}: not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{name}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise ConfigurationError(f"{name}: nested too deeply") from None
    except ValueError:
        raise ConfigurationError(f"{name}: a number has too many digits") from None


def _raise(name: str, problems: Iterator[str]) -> None:
    shown = list(islice(problems, _SHOWN))
    if not shown:
        return
    more = " (and more)" if next(problems, None) is not None else ""
    raise ConfigurationError(f"{name}: {'; '.join(shown)}{more}")


@lru_cache(maxsize=4)
def _validator(pointer: str) -> Any:
    from jsonschema import Draft202012Validator, FormatChecker

    formats = FormatChecker(())
    # Stricter than the format's own: UTC and whole seconds, as Alibaba Cloud writes times.
    formats.checks("date-time", raises=ValueError)(lambda text: not isinstance(text, str) or seconds(text) >= 0)
    schema = json.loads((policies() / "schema" / "emulator-seed.schema.json").read_text("utf-8"))
    chosen = schema if pointer == "#" else {"$defs": schema["$defs"], "$ref": pointer}
    return Draft202012Validator(chosen, format_checker=formats)


def _problems(content: Any, pointer: str) -> Iterator[str]:
    for error in _validator(pointer).iter_errors(content):
        # Not jsonschema's own messages: they repeat the value, which can be a secret or a megabyte long.
        yield f"{_pointer(error.absolute_path)} {_requirement(error)}"


def _pointer(path: Any) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path) or "/"


def _requirement(error: Any) -> str:
    match error.validator:
        case "type":
            types = error.validator_value
            return f"has to be {' or '.join(map(_TYPES.__getitem__, [types] if isinstance(types, str) else types))}"
        case "enum":
            return f"has to be one of {', '.join(error.validator_value)}"
        case "required":
            return f"lacks {', '.join(name for name in error.validator_value if name not in error.instance)}"
        case "additionalProperties":
            extra = sorted(set(error.instance).difference(error.schema["properties"]))
            known = ", ".join(error.schema["properties"])
            return f"has unknown members: {', '.join(map(reprlib.repr, extra[:_SHOWN]))}; known are {known}"
        case "minItems" | "minLength":
            return "must not be empty"
        case "maxLength":
            return f"is longer than {error.validator_value} characters"
        case "minimum":
            return f"must not be less than {error.validator_value}"
        case "maximum":
            return f"must not be more than {error.validator_value}"
        case _:
            return f"has to be {error.schema['description'][0].lower()}{error.schema['description'][1:].rstrip('.')}"


_TYPES = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "a whole number",
    "object": "an object",
    "string": "a text",
}
