"""RAM policy documents: read, check, decide, render, apply.

The names below load on first use, so that a look-up never pays for the linter nor the linter for Pulumi.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_ice_avatar import lazily

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.deciding.comparison import Comparison as Comparison, compare as compare
    from pulumi_ice_avatar.ram.deciding.evaluator import Decision as Decision, evaluate as evaluate
    from pulumi_ice_avatar.ram.linting.linter import Finding as Finding, lint as lint, validate as validate
    from pulumi_ice_avatar.ram.reading.document import Document as Document, parse as parse
    from pulumi_ice_avatar.ram.resources import Group as Group, RamPolicy as RamPolicy, Role as Role, User as User
    from pulumi_ice_avatar.ram.templating import Template as Template, template as template, templates as templates

_HOME = {
    "Comparison": "deciding.comparison",
    "Decision": "deciding.evaluator",
    "Document": "reading.document",
    "Finding": "linting.linter",
    "Group": "resources",
    "RamPolicy": "resources",
    "Role": "resources",
    "Template": "templating",
    "User": "resources",
    "compare": "deciding.comparison",
    "evaluate": "deciding.evaluator",
    "lint": "linting.linter",
    "parse": "reading.document",
    "template": "templating",
    "templates": "templating",
    "validate": "linting.linter",
}

__all__ = sorted(_HOME)

if not TYPE_CHECKING:  # or a type checker would take every misspelt name for one of these
    __getattr__, __dir__ = lazily.names(__name__, _HOME)
