"""Webhooks: whose signature holds, and what comes of the body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import pickle
import time
from collections.abc import Callable
from email.message import Message
from typing import Any

import pytest
from runtime_models import Inner
from sdk_runtime import DecodeError, SignatureError, UnknownModel, union
from sdk_runtime.webhooks import HeaderItems, WebhookOptions, receive

KEY = bytes(range(24))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
BODY = b'{"n": 1}'
EITHER = union("Either", tag="type", variants=lambda: (("inner", Inner),))


def signature(body: bytes = BODY, key: bytes = KEY, *, seconds: int | str, name: str = "msg_1") -> str:
    digest = hmac.new(key, f"{name}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def signed(body: bytes = BODY, key: bytes = KEY, *, ago: int = 0, **headers: str) -> dict[str, str]:
    seconds = int(time.time()) - ago
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": f"{seconds}",
        "webhook-signature": signature(body, key, seconds=seconds),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }


def read(headers: HeaderItems | None = None, body: bytes | str = BODY, **options: Any) -> Any:
    told: WebhookOptions = {**options}  # type: ignore[typeddict-item]
    return receive("webhooks.parse", body, headers, Inner, told)


def test_the_example_of_standard_webhooks() -> None:
    # the reference libraries share this vector
    secret, name, seconds = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
    )
    headers = {
        "Webhook-Id": name,
        "Webhook-Timestamp": f"{seconds}",
        "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    body = '{"test": 2432232314}'
    options: WebhookOptions = {"secret": secret, "tolerance": float("inf")}
    assert receive("webhooks.parse", body, headers, Any, options) == {"test": 2432232314}
    with pytest.raises(SignatureError, match="300 seconds"):
        receive("webhooks.parse", body, headers, Any, {"secret": secret})


def test_an_option_that_is_none_is_refused() -> None:
    misspelled: Any = {"secrets": "whsec_"}
    with pytest.raises(TypeError, match=r"webhooks.parse\(\) got an unexpected keyword argument 'secrets'"):
        receive("webhooks.parse", b"{}", {}, Any, misspelled)


def test_without_a_secret_nothing_is_asked_of_the_headers() -> None:
    assert read() == read({}) == read(signed(b"other")) == Inner(n=1)


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_"), SECRET.rstrip("="), KEY])
def test_a_good_signature(secret: str | bytes) -> None:
    assert read(signed(), secret=secret) == Inner(n=1)
    assert read(signed(), BODY.decode(), secret=secret) == Inner(n=1)


def test_one_of_several_signatures_is_enough_and_other_schemes_are_passed_over() -> None:
    headers = signed()
    other = base64.b64encode(bytes(32)).decode()
    headers["webhook-signature"] = f"v1a,{other} v1,{other} snow\u2603 {headers['webhook-signature']} v2"
    assert read(headers, secret=SECRET) == Inner(n=1)


def test_headers_may_be_of_any_kind_and_in_any_case() -> None:
    message = Message()
    for name, value in signed().items():
        message[name.upper()] = value
    assert read(message, secret=SECRET) == Inner(n=1)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: None, "no header webhook-id"),
        (dict, "no header webhook-id"),
        (lambda: signed(webhook_timestamp=""), "no header webhook-timestamp"),
        (lambda: signed(webhook_signature=""), "no header webhook-signature"),
        (lambda: signed(webhook_timestamp="soon"), "not a number of seconds"),
        (lambda: signed(webhook_timestamp="1e9"), "not a number of seconds"),
        (lambda: signed(webhook_timestamp="\u0661\u0662"), "not a number of seconds"),
        (lambda: signed(ago=400), "more than 300 seconds"),
        (lambda: signed(ago=-400), "more than 300 seconds"),
        (lambda: signed(webhook_id="msg_2"), "not signed with this secret"),
        (lambda: signed(webhook_signature="v1,"), "not signed with this secret"),
        (lambda: signed(webhook_signature="v1"), "not signed with this secret"),
        (lambda: signed(b'{"n": 2}'), "not signed with this secret"),
        (lambda: signed(key=KEY[1:]), "not signed with this secret"),
    ],
)
def test_a_signature_that_does_not_hold(make: Callable[[], dict[str, str] | None], said: str) -> None:
    with pytest.raises(SignatureError, match=said) as caught:
        read(make(), secret=SECRET)
    assert caught.value.operation == "webhooks.parse"
    assert SECRET.removeprefix("whsec_") not in f"{caught.value!r}"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


def test_the_timestamp_is_signed_too() -> None:
    seconds = int(time.time())
    headers = signed(webhook_timestamp=f"{seconds - 1}", webhook_signature=signature(seconds=seconds))
    with pytest.raises(SignatureError, match="not signed"):
        read(headers, secret=SECRET)


@pytest.mark.parametrize("secret", ["", "whsec_", b"", "not base64!", None])
def test_a_secret_that_is_none_is_refused_and_not_shown(secret: Any) -> None:
    with pytest.raises(ValueError, match="the secret of a webhook") as caught:
        read(signed(key=b"\0"), secret=secret)
    assert "not base64!" not in f"{caught.value!r}"


def test_what_is_not_json_is_looked_at_after_the_signature() -> None:
    with pytest.raises(DecodeError, match=r"webhooks\.parse: not a JSON document") as caught:
        read(signed(b"{"), b"{", secret=SECRET)
    assert caught.value.operation == "webhooks.parse"
    with pytest.raises(SignatureError):
        read(signed(), b"{", secret=SECRET)
    for body in (b"", "\ud800", b"null", b"[]"):
        with pytest.raises(DecodeError):
            read(body=body)


def test_what_is_not_as_described_is_kept_or_refused() -> None:
    assert read(body=b'{"n": "x", "new": 1}').n == "x"
    with pytest.raises(DecodeError) as caught:
        read(body=b'{"n": "x"}', strict=True)
    assert caught.value.path == "$.n"


def test_an_event_that_nobody_knows_is_a_value() -> None:
    event = receive("webhooks.parse", '{"type": "newer", "a": 1}', None, EITHER, {"strict": True})
    assert isinstance(event, UnknownModel)
    assert event.extra_fields == {"type": "newer", "a": 1}
