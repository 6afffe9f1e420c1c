from __future__ import annotations

from datetime import datetime, timezone
from urllib.parse import parse_qsl, unquote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pulumi_ice_avatar.emulator import GatewayError
from pulumi_ice_avatar.emulator.signature import (
    Authorization,
    Verifier,
    canonical_query,
    canonical_request,
    sign,
    string_to_sign,
)
from pulumi_ice_avatar.emulator.state import AccessKey

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("avatar_id", "query", "signature"),
    [
        (
            "Avatar-XXXX",
            "AvatarId=Avatar-XXXX",
            "b81c181a5593d2f986b330a5ca23e8e163a8add416a7ddd0ebcc28611bae241b",
        ),
        (
            "a b+~*/中",
            "AvatarId=a%20b%2B~%2A%2F%E4%B8%AD",
            "d8c7ddba24fac5e63da0e61a13e542b598ce98321a0c6a38affe734f9b4fd8c1",
        ),
    ],
)
def test_known_answers(avatar_id: str, query: str, signature: str) -> None:
    headers = {
        "accept": ["application/json"],
        "host": ["ice.cn-shanghai.aliyuncs.com"],
        "user-agent": ["ua"],
        "x-acs-action": ["GetAvatar"],
        "x-acs-content-sha256": [EMPTY],
        "x-acs-credentials-provider": ["static_ak"],
        "x-acs-date": ["2026-01-01T00:00:00Z"],
        "x-acs-signature-nonce": ["0123456789abcdef0123456789abcdef"],
        "x-acs-version": ["2020-11-09"],
    }

    assert canonical_query([("AvatarId", avatar_id)]) == query
    request = canonical_request("POST", "/", query, headers, headers, EMPTY)
    assert sign("SECRET", string_to_sign(request)) == signature


# Hypothesis takes a while to learn all of Unicode when it runs for the first time.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["AvatarId", "PageNo", "PageSize", "Tag.1.Key"]), st.text()))
def test_canonical_query_does_not_depend_on_the_urls_encoding(parameters: dict[str, str]) -> None:
    canonical = canonical_query(parse_qsl(urlencode(parameters), keep_blank_values=True))

    assert canonical == canonical_query(parse_qsl(canonical, keep_blank_values=True))
    assert {
        name: unquote(value) for name, _, value in (each.partition("=") for each in canonical.split("&") if each)
    } == (parameters)
    assert not set(canonical) & set(" +*/")


def test_headers_are_trimmed_sorted_and_joined() -> None:
    request = canonical_request("GET", "/", "", {"b": [" two ", "one"], "a": [""], "c": ["no"]}, ["b", "a"], EMPTY)

    assert request == f"GET\n/\n\na:\nb:one,two\n\na;b\n{EMPTY}"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([], "IncompleteSignature"),
        (["ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=0"] * 2, "IncompleteSignature"),
        (["ACS3-HMAC-SHA256"], "IncompleteSignature"),
        (["ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b"], "IncompleteSignature"),
        (["ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=nothex"], "IncompleteSignature"),
        (["ACS3-HMAC-SHA256 Credential=,SignedHeaders=b,Signature=0"], "IncompleteSignature"),
        (["ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=0,More=1"], "IncompleteSignature"),
        (["ACS3-HMAC-SM3 Credential=a,SignedHeaders=b,Signature=0"], "InvalidSignatureMethod"),
        (["acs3-hmac-sha256 Credential=a,SignedHeaders=b,Signature=0"], "InvalidSignatureMethod"),
        (["Bearer emulator-token"], "InvalidSignatureMethod"),
        (["emulator-token"], "InvalidSignatureMethod"),
        ([""], "InvalidSignatureMethod"),
    ],
)
def test_authorization_that_is_none(values: list[str], code: str) -> None:
    with pytest.raises(GatewayError) as caught:
        Authorization.parse(values)

    assert caught.value.code == code
    assert "emulator-token" not in str(caught.value)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=200))
def test_any_authorization_is_read_or_refused(text: str) -> None:
    try:
        parsed = Authorization.parse([f"ACS3-HMAC-SHA256 {text}"])
    except GatewayError as error:
        assert error.code == "IncompleteSignature"  # noqa: PT017
    else:
        assert parsed.access_key_id in text


def test_reprs_hide_what_is_secret() -> None:
    key = AccessKey("the-id", "the-secret", security_token="the-token")
    authorization = Authorization.parse(["ACS3-HMAC-SHA256 Credential=the-id,SignedHeaders=host,Signature=abcdef"])

    shown = repr([key, authorization])

    assert "the-id" in shown
    assert not [secret for secret in ("the-secret", "the-token", "abcdef") if secret in shown]


def test_nonces_are_remembered_for_the_window_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = Verifier({"k": AccessKey("k", "s")})
    now = [1_800_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])

    def used(nonce: str) -> bool:
        date = datetime.fromtimestamp(now[0], timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {
            "host": ["h"],
            "x-acs-content-sha256": [EMPTY],
            "x-acs-date": [date],
            "x-acs-signature-nonce": [nonce],
        }
        signature = sign("s", string_to_sign(canonical_request("GET", "/", "", headers, headers, EMPTY)))
        authorization = Authorization("k", frozenset(headers), signature)
        try:
            verifier.verify(authorization, method="GET", path="/", pairs=[], headers=headers, body=b"")
        except GatewayError as error:
            assert error.code == "SignatureNonceUsed"  # noqa: PT017
            return True
        return False

    assert not used("first")
    now[0] += 14 * 60
    assert used("first")
    for number in range(100):
        assert not used(f"later-{number}")
    now[0] += 16 * 60
    assert not used("last")
    assert len(verifier._nonces) == 1
