"""Decide whether policies allow a request, and say which statements decided.

The order is that of `Policy evaluation process.md` and `Policy evaluation process of assuming a RAM role.md` in
AlibabaCloudDocs/ram@20c6e869 (2021-05-31):

1. the control policies of the resource directory must allow;
2. the session policy must allow;
3. the identity policies and the policy of the resource are asked side by side: a Deny in either wins, else an Allow
   in either. To assume a role, the caller's identity policies and the role's trust policy must both allow; with role
   SSO only the trust policy counts.

In each of them a matching Deny beats every Allow, and without either the answer is an implicit deny. What the
documents leave open is listed in `choices`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pulumi_ice_avatar.errors import InvalidInputError, PolicyError
from pulumi_ice_avatar.ram.deciding.compiled import CompiledPolicy, Mismatch, printable
from pulumi_ice_avatar.ram.deciding.compiler import compile_document
from pulumi_ice_avatar.ram.deciding.requests import RAM, ContextValue, Request
from pulumi_ice_avatar.ram.language import CONTROL, IDENTITY, KINDS, RESOURCE_BASED, SESSION, TRUST
from pulumi_ice_avatar.ram.wording import quote

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.reading.document import Document

    Policy = str | bytes | Mapping[str, Any] | Document | CompiledPolicy

__all__ = ["CompiledPolicy", "Decision", "Effect", "StatementResult", "compile_policy", "evaluate"]

Effect = Literal["allow", "deny", "implicit_deny"]

_KEPT = 64
"""So many texts are kept compiled: a command or a test asks about the same few again and again."""


class StatementResult(NamedTuple):
    """What one statement said to a request.

    Attributes:
        layer: The kind of its policy: `control`, `session`, `identity`, `resource` or `trust`.
        policy: The name of its policy.
        policy_index: The place of its policy among those of the layer, from 0.
        statement: Its place in the policy, from 0.
        sid: Its Sid; None without one.
        effect: `Allow` or `Deny`.
        mismatch: The first part that the request does not match; None where the statement applies.
    """

    layer: str
    policy: str
    policy_index: int
    statement: int
    sid: str | None
    effect: str
    mismatch: Mismatch | None

    def __str__(self) -> str:
        return f"{self.policy} statement {self.statement}{f' ({printable(self.sid)})' if self.sid else ''}"

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON values."""
        return {**self._asdict(), "mismatch": self.mismatch and self.mismatch._asdict()}


class Decision:
    """Whether a request is allowed, and why; true where it is.

    Attributes:
        effect: `allow`; `deny` where a statement denies; `implicit_deny` where none allows.
    """

    def __init__(
        self, effect: Effect, request: Request, layers: _Layers, verdicts: dict[str, Effect], note: str = ""
    ) -> None:
        self.effect: Effect = effect
        self._request = request
        self._layers = layers
        self._verdicts = verdicts
        self._note = note

    def __bool__(self) -> bool:
        return self.effect == "allow"

    def __repr__(self) -> str:
        return f"<Decision {self.effect}: {self.reason}>"

    @property
    def statements(self) -> tuple[StatementResult, ...]:
        """The statements that decided; none where the deny is implicit."""
        return self._results[0]

    @property
    def others(self) -> tuple[StatementResult, ...]:
        """Every other statement, with the first part of it that the request does not match."""
        return self._results[1]

    @property
    def reason(self) -> str:
        """The decision in one line."""
        if self._note:
            return self._note
        if self.effect == "implicit_deny":
            silent = [layer for layer, verdict in self._verdicts.items() if verdict == "implicit_deny"]
            return f"no statement of the {' or '.join(silent)} policies allows it"
        return f"{'allowed' if self else 'denied'} by {', '.join(map(str, self.statements))}"

    def to_dict(self) -> dict[str, Any]:
        """The decision as JSON values."""
        return {
            "decision": self.effect,
            "reason": self.reason,
            "statements": [result.to_dict() for result in self.statements],
            "others": [result.to_dict() for result in self.others],
        }

    @cached_property
    def _results(self) -> tuple[tuple[StatementResult, ...], tuple[StatementResult, ...]]:
        # Most callers only want the effect, so explaining waits until somebody asks.
        wanted = "Allow" if self else "Deny"
        deciding: list[StatementResult] = []
        others: list[StatementResult] = []
        for layer, policies in self._layers.items():
            decisive = self.effect != "implicit_deny" and self._verdicts.get(layer) == self.effect
            for index, policy in enumerate(policies):
                for statement in policy.statements:
                    mismatch = statement.mismatch(self._request)
                    decided = decisive and mismatch is None and statement.effect == wanted
                    (deciding if decided else others).append(
                        StatementResult(
                            layer, policy.name, index, statement.index, statement.sid, statement.effect, mismatch
                        )
                    )
        return tuple(deciding), tuple(others)


_Layers = dict[str, tuple[CompiledPolicy, ...]]


def evaluate(
    policies: Policy | Iterable[Policy],
    *,
    action: str,
    resource: str = "*",
    context: Mapping[str, ContextValue | None] | None = None,
    session_policy: Policy | None = None,
    control_policies: Policy | Iterable[Policy] | None = None,
    resource_policy: Policy | None = None,
    trust_policy: Policy | None = None,
    principal: str | None = None,
) -> Decision:
    """Decide whether policies allow a request.

    A policy is JSON or YAML text, a mapping, a parsed document, or what `compile_policy` made of one of these: compile
    those that are asked about often.

    Args:
        policies: The identity policies of the caller, one or many.
        action: The action, such as `ice:GetAvatar`.
        resource: The ARN of the resource, where `*` and `?` stand for themselves; a lone `*` for an operation that has
            no resource, as all of ICE's.
        context: The value of each condition key: a string, number, Boolean, aware datetime, or a list of these.
            None and an empty list mean that the request lacks the key.
        session_policy: The policy passed to AssumeRole, where the caller is a session of a role.
        control_policies: The control policies that bind the account; an empty list allows nothing.
        resource_policy: The policy of the resource, such as a bucket policy.
        trust_policy: The trust policy of the role that is to be assumed.
        principal: Who asks, for policies that name principals: `acs:ram::<account>:root`, `…:user/<name>`,
            `…:role/<name>`, `…:assumed-role/<role>/<session>`, `…:saml-provider/<name>`, `…:oidc-provider/<name>`,
            a service such as `ecs.aliyuncs.com`, or the UID of a user. None is an anonymous request.

    Returns:
        The decision.

    Raises:
        PolicyError: A policy or the request is malformed.
    """
    layers: _Layers = {}
    if control_policies is not None:
        layers[CONTROL] = _compiled(control_policies, CONTROL)
    if session_policy is not None:
        layers[SESSION] = _compiled(session_policy, SESSION)
    layers[IDENTITY] = _compiled(policies, IDENTITY)
    if resource_policy is not None:
        layers[RESOURCE_BASED] = _compiled(resource_policy, RESOURCE_BASED)
    if trust_policy is not None:
        layers[TRUST] = _compiled(trust_policy, TRUST)
        if resource_policy is not None:
            raise PolicyError("a role has a trust policy and no resource policy: give one of the two")
        if principal is None:
            raise PolicyError("a trust policy is asked about a principal: say who wants to assume the role")
    request = Request(action, resource, context, principal)
    for compiled in layers.values():
        for policy in compiled:
            request.prepare(policy.needs)
    return _decide(layers, request)


def compile_policy(policy: Policy, *, kind: str = IDENTITY, name: str | None = None) -> CompiledPolicy:
    """Check a policy once and make it ready for many decisions.

    Args:
        policy: The policy, as `evaluate` takes it.
        kind: What it is: `identity`, `session`, `control`, `resource` or `trust`.
        name: What messages and decisions call it; by default where it was read from, or its kind.

    Returns:
        The policy, to be given to `evaluate` in the place of the document.

    Raises:
        InvalidInputError: There is no such kind.
        PolicyError: The policy is malformed.
    """
    if kind not in KINDS:
        raise InvalidInputError(f"there is no policy kind {quote(kind)}: use {', '.join(KINDS)}")
    resource_based = kind in (RESOURCE_BASED, TRUST)
    if isinstance(policy, CompiledPolicy):
        if policy.resource_based != resource_based:
            names = "names principals" if resource_based else "names no principals"
            raise PolicyError(f"{policy.name}: this is no {kind} policy, which {names}")
        return policy
    name = name or f"the {kind} policy"
    if isinstance(policy, (str, bytes)):
        return _compiled_text(policy, resource_based, name)
    return _compiled_document(policy, resource_based, name)


def _decide(layers: _Layers, request: Request) -> Decision:
    verdicts: dict[str, Effect] = {}
    root = request.principal is not None and request.principal.is_root
    for gate in (CONTROL, SESSION):
        # Control policies do not bind the root user of a member.
        if gate in layers and not (root and gate == CONTROL):
            verdict = verdicts[gate] = _verdict(layers[gate], request)
            if verdict != "allow":
                return Decision(verdict, request, layers, verdicts)
    if root and TRUST in layers:
        return Decision("implicit_deny", request, layers, verdicts, "the root user of an account cannot assume a role")
    asked: dict[str, Effect] = {}
    note = ""
    if root:
        # No policy is attached to a root user, nor does it need one (choice: root-user).
        asked[IDENTITY] = "allow"
        note = "the root user of an account needs no policy"
    elif TRUST not in layers or (request.principal is not None and request.principal.type == RAM):
        # Nothing is attached to an identity provider, nor to a service (choice: service-principal).
        asked[IDENTITY] = _verdict(layers[IDENTITY], request)
    for layer in (RESOURCE_BASED, TRUST):
        if layer in layers:
            asked[layer] = _verdict(layers[layer], request)
    verdicts.update(asked)
    answers = asked.values()
    if "deny" in answers:
        return Decision("deny", request, layers, verdicts)
    allows = (all if TRUST in layers else any)(answer == "allow" for answer in answers)
    return Decision("allow" if allows else "implicit_deny", request, layers, verdicts, note)


def _verdict(policies: Iterable[CompiledPolicy], request: Request) -> Effect:
    # The policies of a layer are one list (choices: control-policy-levels, resource-group-policies).
    verdict: Effect = "implicit_deny"
    for policy in policies:
        for statement in policy.statements:
            # Once something allows, only a Deny can change the answer.
            if (verdict == "implicit_deny" or statement.denies) and statement.matches(request):
                if statement.denies:
                    return "deny"
                verdict = "allow"
    return verdict


def _compiled(given: Policy | Iterable[Policy], kind: str) -> tuple[CompiledPolicy, ...]:
    from pulumi_ice_avatar.ram.reading.document import Document

    if isinstance(given, (CompiledPolicy, str, bytes, Mapping, Document)):
        return (compile_policy(given, kind=kind),)
    if not isinstance(given, Iterable):
        raise PolicyError(f"{kind} policies are one policy or several, not {quote(given)}")
    return tuple(
        compile_policy(policy, kind=kind, name=f"{kind} policy {number}") for number, policy in enumerate(given, 1)
    )


@lru_cache(maxsize=_KEPT)
def _compiled_text(text: str | bytes, resource_based: bool, name: str) -> CompiledPolicy:
    return _compiled_document(text, resource_based, name)


def _compiled_document(
    policy: str | bytes | Mapping[str, Any] | Document, resource_based: bool, name: str
) -> CompiledPolicy:
    from pulumi_ice_avatar.ram.reading.document import Document, parse

    if not isinstance(policy, (str, bytes, Mapping, Document)):
        raise PolicyError(f"{name}: a policy is text, a mapping or a parsed document, not {quote(policy)}")
    document = policy if isinstance(policy, Document) else parse(policy)
    return compile_document(document, resource_based=resource_based, name=document.source or name)
