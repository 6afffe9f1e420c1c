"""The error codes the emulator answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pulumi_ice_avatar.emulator.choices import CHOICES

__all__ = ["CODES", "Code", "GatewayError"]

_GATEWAY = "https://developer.aliyun.com/ask/278265"
_PARAMETERS = "https://help.aliyun.com/document_detail/435312.html"
_DNS = "https://help.aliyun.com/en/dns/error-code"
_STS = "https://help.aliyun.com/document_detail/53438.html"
_ICE = "dew-serverless/acs-metadata@b3c749cc:en_us/ice/2020-11-09/api-docs.json"
_ASSUME_ROLE = "dew-serverless/acs-metadata@b3c749cc:en_us/sts/2015-04-01/api-docs.json"
_RAM = "AlibabaCloudDocs/ram@20c6e869:cn.zh-CN/API参考/错误代码表.md"
_ROLES = "AlibabaCloudDocs/ram@20c6e869:intl.zh-CN/API参考/API 参考（RAM）/角色管理接口/CreateRole.md"
_TERRAFORM = "aliyun/terraform-provider-alicloud@81c43b67:alicloud/resource_alicloud_ram_policy.go"


class Code(NamedTuple):
    """An error code and the HTTP status that goes with it.

    Attributes:
        status: The HTTP status of the answer.
        source: Where the code is documented or was seen; empty where the emulator made it up.
    """

    status: int
    source: str


CODES: Mapping[str, Code] = {
    "AvatarNotFound": Code(404, ""),
    "IncompleteSignature": Code(400, _GATEWAY),
    "InternalError": Code(500, _DNS),
    "InvalidAccessKeyId.Inactive": Code(400, _GATEWAY),
    "InvalidAccessKeyId.NotFound": Code(404, "https://help.aliyun.com/en/polardb/client-error-codes"),
    "InvalidApi.NotFound": Code(404, _GATEWAY),
    "InvalidParameter": Code(400, _ICE),
    "InvalidProduct.NotFound": Code(404, "http://help-w.com/finance/1578857855_zh.html"),
    "InvalidSecurityToken.Expired": Code(400, _STS),
    "InvalidSecurityToken.Malformed": Code(400, _STS),
    "InvalidSecurityToken.MismatchWithAccessKey": Code(400, _STS),
    "InvalidSignatureMethod": Code(400, _GATEWAY),
    "InvalidTimeStamp.Expired": Code(400, _GATEWAY),
    "InvalidTimeStamp.Format": Code(400, _GATEWAY),
    "MissingParameter": Code(400, _PARAMETERS),
    "MissingSecurityToken": Code(400, "https://github.com/denverdino/aliyungo/issues/204"),
    "NoPermission": Code(
        403, "https://alibabacloud.com/help/en/ram/support/how-to-troubleshoot-an-access-denied-error"
    ),
    "ServiceUnavailable": Code(503, _DNS),
    "SignatureDoesNotMatch": Code(400, _GATEWAY),
    "SignatureNonceUsed": Code(400, _GATEWAY),
    "Throttling.User": Code(400, _DNS),
    "UnsupportedHTTPMethod": Code(400, _GATEWAY),
    # RAM
    **dict.fromkeys(
        (
            "InvalidParameter.Comments.Length",
            "InvalidParameter.Description.Length",
            "InvalidParameter.DisplayName.Length",
            "InvalidParameter.GroupName.InvalidChars",
            "InvalidParameter.GroupName.Length",
            "InvalidParameter.PolicyDocument.Length",
            "InvalidParameter.PolicyName.InvalidChars",
            "InvalidParameter.PolicyName.Length",
            "InvalidParameter.PolicyType",
            "InvalidParameter.UserName.InvalidChars",
            "InvalidParameter.UserName.Length",
            "InvalidParameter.VersionId.Format",
            "MalformedPolicyDocument",
        ),
        Code(400, _RAM),
    ),
    "InvalidParameter.RoleName.InvalidChars": Code(400, _ROLES),
    "InvalidParameter.RoleName.Length": Code(400, _ROLES),
    **dict.fromkeys(
        (
            "EntityNotExist.Group",
            "EntityNotExist.Group.Policy",
            "EntityNotExist.Policy",
            "EntityNotExist.Policy.Version",
            "EntityNotExist.User",
            "EntityNotExist.User.AccessKey",
            "EntityNotExist.User.Policy",
        ),
        Code(404, _RAM),
    ),
    "EntityNotExist.Role": Code(404, _ASSUME_ROLE),
    "EntityNotExist.Role.Policy": Code(404, _TERRAFORM),
    **dict.fromkeys(
        (
            "DeleteConflict.Policy.Group",
            "DeleteConflict.Policy.User",
            "DeleteConflict.Policy.Version",
            "DeleteConflict.Policy.Version.Default",
            "DeleteConflict.Role.Policy",
            "DeleteConflict.User.AccessKey",
            "DeleteConflict.User.Group",
            "DeleteConflict.User.Policy",
            "EntityAlreadyExists.Group.Policy",
            "EntityAlreadyExists.Policy",
            "EntityAlreadyExists.User",
            "EntityAlreadyExists.User.Policy",
            "LimitExceeded.Group.Policy",
            "LimitExceeded.Policy",
            "LimitExceeded.Policy.Version",
            "LimitExceeded.Role.Policy",
            "LimitExceeded.User.AccessKey",
            "LimitExceeded.User.Policy",
        ),
        Code(409, _RAM),
    ),
    "EntityAlreadyExists.Role": Code(409, _ROLES),
    "EntityAlreadyExists.Role.Policy": Code(409, "AliyunContainerService/ack-ram-tool:pkg/openapi/ram.go"),
    # Credentials of a role
    **dict.fromkeys(
        (
            "InvalidParameter.DurationSeconds",
            "InvalidParameter.PolicyGrammar",
            "InvalidParameter.PolicySize",
            "InvalidParameter.RoleSessionName",
        ),
        Code(400, _ASSUME_ROLE),
    ),
}


class GatewayError(Exception):
    """An error as the gateway answers it.

    Attributes:
        code: The error code, such as `AvatarNotFound`.
        message: What happened, with a note where the answer rests on a choice of the emulator's.
        status: The HTTP status.
        access_denied_detail: The answer's `AccessDeniedDetail`; None for none.
        retry_after_ms: The answer's `x-acs-retry-after` header in milliseconds; None for none.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        choice: str | None = None,
        access_denied_detail: Mapping[str, str] | None = None,
        retry_after_ms: int | None = None,
    ) -> None:
        """Make an error.

        Args:
            code: The error code.
            message: What happened, as a sentence.
            status: The HTTP status; by default the one `CODES` has for the code, or 400.
            choice: The entry of `CHOICES` this answer rests on, if it is not the one named like the code.
            access_denied_detail: What to answer as `AccessDeniedDetail`.
            retry_after_ms: What to answer as `x-acs-retry-after`, in milliseconds.
        """
        chosen = CHOICES.get(choice or code)
        note = f" ({chosen.part} chosen by the emulator: {chosen.known})" if chosen else ""
        super().__init__(f"{code}: {message}{note}")
        self.code = code
        self.message = f"{message}{note}"
        self.status = status if status is not None else CODES.get(code, Code(400, "")).status
        self.access_denied_detail = access_denied_detail
        self.retry_after_ms = retry_after_ms
