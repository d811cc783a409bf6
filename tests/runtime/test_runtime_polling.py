"""Long-running operations: Azure's rules, failures, deadlines, and where the links may lead."""

from __future__ import annotations

from typing import Any

import pytest
from exchanges import Server, reply
from runtime_models import Inner
from sdk_runtime import (
    ApiKeyScheme,
    Call,
    DecodeError,
    JsonBody,
    LongRunning,
    NotFoundError,
    OperationFailed,
    RequestTimeout,
)

STATUS = "https://api.test/status"


class Job:
    """Runs an operation to its end on a server in memory."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.seen: list[str] = []

    def result(
        self, server: Server, method: str = "POST", how: Any = None, timeout: Any = None, **more: Any
    ) -> Any:
        options, settings = more.pop("options", None), more.pop("settings", {})
        given = {
            "returns": {"200": {"application/json": Inner}, "202": {}},
            "body": JsonBody({"a": 1}),
            **more,
        }
        call: Call[Any] = Call(name="op", method=method, path="/x", **given)

        def run(transport: Any) -> Any:
            poller = transport.begin(call, how, options)
            self.seen.append(poller.status)
            result = poller.result(timeout)
            assert poller.done
            self.seen.append(poller.status)
            assert poller.result() == result
            return result

        async def run_async(transport: Any) -> Any:
            poller = await transport.begin(call, how, options)
            self.seen.append(poller.status)
            result = await poller.result(timeout)
            assert poller.done
            self.seen.append(poller.status)
            assert await poller.result() == result
            return result

        return server.use(run, **settings) if self.kind == "sync" else server.use_async(run_async, **settings)


@pytest.fixture(params=["sync", "async"])
def job(request: pytest.FixtureRequest) -> Job:
    return Job(request.param)


def started(body: Any = None, status: int = 202, **headers: str) -> Any:
    return reply(status, body, **headers)


def told(status: str, **more: Any) -> Any:
    headers = more.pop("headers", {})
    return reply(200, {"status": status, **more}, **headers)


def asked(server: Server) -> list[tuple[str, str]]:
    return [(request.method, request.url.path) for request in server.requests]


# ----- which address tells, and which has the result


@pytest.mark.parametrize("header", ["operation_location", "azure_asyncoperation"])
@pytest.mark.parametrize(
    ("method", "how", "location", "last", "expected"),
    [
        # Azure's rules without final-state-via.
        ("PUT", None, None, {}, [("GET", "/x")]),
        ("PATCH", None, None, {}, [("GET", "/x")]),
        ("POST", None, "/made", {}, [("GET", "/made")]),
        ("POST", None, None, {"n": 1}, []),
        ("POST", None, "/made", {"resourceLocation": "/named"}, [("GET", "/named")]),
        ("PUT", None, None, {"resourceLocation": "/named"}, [("GET", "/named")]),
        # With it.
        ("POST", "location", "/made", {"resourceLocation": "/named"}, [("GET", "/made")]),
        ("POST", "azure-async-operation", "/made", {"n": 1}, []),
        ("POST", "operation-location", "/made", {"n": 1}, []),
        ("PUT", "original-uri", "/made", {}, [("GET", "/x")]),
        ("POST", "original-uri", None, {}, [("GET", "/x")]),
        ("PUT", "azure-async-operation", None, {}, [("GET", "/x")]),
    ],
)  # fmt: skip
def test_where_the_result_is(
    job: Job, header: str, method: str, how: Any, location: Any, last: Any, expected: Any
) -> None:
    headers = {header: STATUS, **({"location": location} if location else {})}
    server = Server(
        started(**headers),
        told("Running"),
        told("Succeeded", **last),
        *[reply(200, {"n": 1})] * len(expected),
    )
    result = job.result(server, method, LongRunning(final_state_via=how))
    assert result.n == 1
    assert asked(server) == [(method, "/x"), ("GET", "/status"), ("GET", "/status"), *expected]
    assert job.seen == ["InProgress", "Succeeded"]
    assert all(request.content == b"" for request in server.requests[1:])


def test_a_part_of_the_status_is_the_result(job: Job) -> None:
    server = Server(started(operation_location=STATUS), told("succeeded", result={"n": 5, "new": 1}))
    result = job.result(server, how=LongRunning(result=Inner, path=("result",)))
    assert (result.n, result.extra_fields) == (5, {"new": 1})


def test_a_part_that_is_no_result(job: Job) -> None:
    server = Server(started(operation_location=STATUS), told("succeeded", result=[1]))
    with pytest.raises(DecodeError, match="expected an object"):
        job.result(server, how=LongRunning(result=Inner, path=("result",)))


def test_by_location_alone(job: Job) -> None:
    server = Server(
        started(location="/wait"), reply(202, None, location="/wait2"), reply(202), reply(200, {"n": 1})
    )
    assert job.result(server) == Inner(n=1)
    assert [path for _, path in asked(server)] == ["/x", "/wait", "/wait2", "/wait2"]


def test_by_the_resource_itself(job: Job) -> None:
    def state(name: str) -> Any:
        return reply(200, {"n": 1, "properties": {"provisioningState": name}})

    server = Server(
        reply(201, {"properties": {"provisioningState": "Creating"}}), state("Updating"), state("Succeeded")
    )
    assert job.result(server, "PUT").n == 1
    assert [path for _, path in asked(server)] == ["/x", "/x", "/x"]


@pytest.mark.parametrize(
    ("method", "first"),
    [
        ("POST", reply(200, {"n": 1})),
        ("PUT", reply(200, {"n": 1})),
        ("PUT", reply(200, {"n": 1, "properties": {"provisioningState": "Succeeded"}})),
        ("PUT", reply(201, {"n": 1, "properties": {}})),
    ],
)
def test_what_is_done_at_once(job: Job, method: str, first: Any) -> None:
    server = Server(first)
    assert job.result(server, method).n == 1
    assert len(server.requests) == 1


def test_deleting(job: Job) -> None:
    for answers in (
        [started(azure_asyncoperation=STATUS), told("Succeeded")],
        [started(location="/wait"), reply(202), reply(204)],
        [reply(204)],
    ):
        assert job.result(Server(*answers), "DELETE", body=None, returns={"202": {}, "204": {}}) is None


# ----- waiting


def test_how_long_is_waited(job: Job) -> None:
    server = Server(
        started(operation_location=STATUS, retry_after="7"),
        told("Running", headers={"retry_after_ms": "250"}),
        told("Running"),
        told("Running", headers={"retry_after": "0"}),
        told("Running", headers={"retry_after": "9" * 9}),
        told("Succeeded", n=1),
    )
    job.result(server)
    assert server.pauses == [7.0, 0.25, 5.0, 0.1, 600.0]


def test_one_that_never_ends(job: Job) -> None:
    server = Server(started(operation_location=STATUS), *[told("Running")] * 100)
    now = [0.0]

    class Pauses(list[float]):
        def append(self, seconds: float) -> None:
            super().append(seconds)
            now[0] += seconds

    server.pauses = Pauses()
    text = r"^op: 200 OK \(1 attempt\): not finished in time, the status is 'Running'"
    with pytest.raises(RequestTimeout, match=text):
        job.result(server, timeout=60.0, settings={"clock": lambda: now[0]})
    assert sum(server.pauses) < 60
    assert len(server.pauses) == 11


def test_asking_is_repeated_like_any_get(job: Job) -> None:
    server = Server(started(operation_location=STATUS), reply(500), told("Succeeded", n=1))
    assert job.result(server).n == 1


# ----- failing


@pytest.mark.parametrize("status", ["Failed", "failed", "Canceled", "Cancelled"])
def test_failures(job: Job, status: str) -> None:
    error = {"code": "Quota", "message": "no more"}
    server = Server(started(operation_location=STATUS), told(status, error=error))
    with pytest.raises(OperationFailed, match=rf"^op: 200 OK \(1 attempt\): {status}: no more") as caught:
        job.result(server)
    assert (caught.value.status, caught.value.operation) == (status, "op")
    assert caught.value.body["error"] == error


def test_a_failure_stays_one() -> None:
    server = Server(started(operation_location=STATUS), told("Failed"))

    def run(transport: Any) -> None:
        poller = transport.begin(Call(name="op", method="POST", path="/x", returns={"202": {}}))
        for _ in range(2):
            with pytest.raises(OperationFailed):
                poller.result()
        assert poller.done

    server.use(run)


def test_a_resource_that_failed(job: Job) -> None:
    server = Server(reply(201, {"properties": {"provisioningState": "Failed"}}))
    with pytest.raises(OperationFailed, match="Failed"):
        job.result(server, "PUT")


@pytest.mark.parametrize(
    "answer", [reply(200, {}), reply(200, {"status": None}), reply(200, []), reply(200), reply(200, "<html>")]
)
def test_a_status_that_is_not_told(job: Job, answer: Any) -> None:
    with pytest.raises(DecodeError, match="op: 200 OK"):
        job.result(Server(started(operation_location=STATUS), answer))


def test_a_status_that_is_not_found(job: Job) -> None:
    with pytest.raises(NotFoundError):
        job.result(Server(started(operation_location=STATUS), reply(404)))


@pytest.mark.parametrize("link", ["http://api.test/x", "ftp://api.test/", "https://u:p@api.test/"])
def test_links_that_are_not_followed(job: Job, link: str) -> None:
    with pytest.raises(DecodeError, match="cannot be followed"):
        job.result(Server(started(operation_location=link)))


def test_a_link_to_another_origin_carries_nothing_secret(job: Job) -> None:
    server = Server(
        started(operation_location="https://evil.test/s", location="https://evil.test/l"),
        told("Succeeded"),
        reply(200, {"n": 1}),
    )
    job.result(
        server,
        auth=(("Key",),),
        options={"extra_headers": {"x-extra": "s3cr3t"}},
        settings={"schemes": (ApiKeyScheme("Key", "header", "api-key"),), "credential": "s3cr3t"},
    )
    assert server.requests[0].headers["api-key"] == "s3cr3t"
    for there in server.requests[1:]:
        assert there.url.host == "evil.test"
        assert "s3cr3t" not in f"{there.url} {there.headers.raw!r}"


def test_asking_about_it_carries_credential_and_headers_but_no_key_or_body(job: Job) -> None:
    server = Server(started(operation_location=STATUS), told("Succeeded", n=1))
    job.result(
        server, options={"extra_headers": {"x-extra": "e"}, "idempotency_key": "k", "extra_body": {"b": 1}}
    )
    assert server.requests[0].headers["idempotency-key"] == "k"
    assert server.requests[1].headers["x-extra"] == "e"
    assert "idempotency-key" not in server.requests[1].headers
