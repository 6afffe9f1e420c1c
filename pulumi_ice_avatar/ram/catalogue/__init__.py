"""What is known of Alibaba Cloud's services: action prefixes, actions, condition keys, regions, and their AWS names.

The tables are small files beside these modules, written by `tools/build_catalogue.py` from `tools/catalogue/`, where
each fact has its source. A module is imported and a file read when it is first needed, and actions are one file a
service.

What is *not* here proves little: `None` means "not known here", and only in a service for which `is_complete` holds
does it mean "does not exist". An action whose `basis` is `inferred` is known as the name of an operation alone;
nothing says that the permission has that name, and empty `resources` are unknown ones, not `*`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_ice_avatar import lazily

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.catalogue.counterparts import (
        AwsCounterpart as AwsCounterpart,
        AwsKind as AwsKind,
        aws as aws,
    )
    from pulumi_ice_avatar.ram.catalogue.keys import (
        ConditionKey as ConditionKey,
        condition_key as condition_key,
        near_condition_key as near_condition_key,
    )
    from pulumi_ice_avatar.ram.catalogue.permissions import (
        Action as Action,
        Needed as Needed,
        Operation as Operation,
        access as access,
        action as action,
        actions as actions,
        match as match,
        near_action as near_action,
        near_resource_type as near_resource_type,
        operation as operation,
        resource_templates as resource_templates,
        sensitive as sensitive,
    )
    from pulumi_ice_avatar.ram.catalogue.places import (
        NearRegion as NearRegion,
        Region as Region,
        near_region as near_region,
        region as region,
    )
    from pulumi_ice_avatar.ram.catalogue.policies import (
        PolicyStatement as PolicyStatement,
        SystemPolicy as SystemPolicy,
        system_policies as system_policies,
    )
    from pulumi_ice_avatar.ram.catalogue.prefixes import (
        Service as Service,
        is_complete as is_complete,
        is_product as is_product,
        near_service as near_service,
        service as service,
        services as services,
        wrong_prefix as wrong_prefix,
    )
    from pulumi_ice_avatar.ram.catalogue.provenance import Source as Source, sources as sources, updated as updated

_HOME = {
    "Action": "permissions",
    "AwsCounterpart": "counterparts",
    "AwsKind": "counterparts",
    "ConditionKey": "keys",
    "NearRegion": "places",
    "Needed": "permissions",
    "Operation": "permissions",
    "PolicyStatement": "policies",
    "Region": "places",
    "Service": "prefixes",
    "Source": "provenance",
    "SystemPolicy": "policies",
    "access": "permissions",
    "action": "permissions",
    "actions": "permissions",
    "aws": "counterparts",
    "condition_key": "keys",
    "is_complete": "prefixes",
    "is_product": "prefixes",
    "match": "permissions",
    "near_action": "permissions",
    "near_condition_key": "keys",
    "near_region": "places",
    "near_resource_type": "permissions",
    "near_service": "prefixes",
    "operation": "permissions",
    "region": "places",
    "resource_templates": "permissions",
    "sensitive": "permissions",
    "service": "prefixes",
    "services": "prefixes",
    "sources": "provenance",
    "system_policies": "policies",
    "updated": "provenance",
    "wrong_prefix": "prefixes",
}

__all__ = sorted(_HOME)

if not TYPE_CHECKING:  # or a type checker would take every misspelt name for one of these
    __getattr__, __dir__ = lazily.names(__name__, _HOME)
