"""What is sent: paths, parameters and bodies."""

from __future__ import annotations

import datetime
import io
import uuid
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

import pytest
from exchanges import Server, reply
from hypothesis import given, strategies as st
from runtime_models import Everything, Inner
from sdk_runtime import (
    UNSET,
    Call,
    Cookie,
    File,
    FormBody,
    Header,
    JsonBody,
    MultipartBody,
    PartEncoding,
    Path,
    Query,
    RawBody,
    RequestError,
    chosen,
    server_url,
)
from sdk_runtime.styles import cookie_pieces, header_text, path_text, query_pieces

ARRAY = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200, "B": 150}


# ----- the style table of OpenAPI 3.1.1, "Style Examples"


@pytest.mark.parametrize(
    ("style", "explode", "empty", "string", "array", "value"),
    [
        ("matrix", False, ";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        ("matrix", True, ";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
        ("label", False, ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label", True, ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        ("simple", False, "", "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("simple", True, "", "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ],
)  # fmt: skip
def test_path_styles(style: Any, explode: bool, empty: str, string: str, array: str, value: str) -> None:
    def text(given: Any) -> str:
        return path_text(Path("color", given, style=style, explode=explode))

    assert (text(""), text("blue"), text(ARRAY), text(OBJECT)) == (empty, string, array, value)


@pytest.mark.parametrize(
    ("style", "explode", "string", "array", "value"),
    [
        ("form", False, "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        ("form", True, "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("form", None, "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("spaceDelimited", False, "color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
        ("pipeDelimited", False, "color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("tabDelimited", None, "color=blue", "color=blue%09black%09brown", "color=R%09100%09G%09200%09B%09150"),
        ("spaceDelimited", True, "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("deepObject", None, "color=blue", "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown", "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ],
)  # fmt: skip
def test_query_styles(style: Any, explode: bool | None, string: str, array: str, value: str) -> None:
    def text(given: Any) -> str:
        return "&".join(query_pieces(Query("color", given, style=style, explode=explode)))

    assert (text("blue"), text(ARRAY), text(OBJECT)) == (string, array, value)
    assert text("") == "color="
    assert text([]) == ""


def test_header_and_cookie_styles() -> None:
    assert header_text(Header("x", ARRAY)) == "blue,black,brown"
    assert header_text(Header("x", OBJECT)) == "R,100,G,200,B,150"
    assert header_text(Header("x", OBJECT, explode=True)) == "R=100,G=200,B=150"
    assert header_text(Header("x", "a b/ü")) == "a b/ü"
    assert cookie_pieces(Cookie("color", ARRAY)) == ["color=blue", "color=black", "color=brown"]
    assert cookie_pieces(Cookie("color", ARRAY, explode=False)) == ["color=blue,black,brown"]
    assert cookie_pieces(Cookie("a", "x; y=1")) == ["a=x%3B%20y%3D1"]
    with pytest.raises(RequestError):
        cookie_pieces(Cookie("a", "x; y=1", style="cookie"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b&c=d/é", "a%20b%26c%3Dd%2F%C3%A9"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (1.5, "1.5"),
        (Decimal("1.10"), "1.10"),
        (datetime.date(2024, 1, 2), "2024-01-02"),
        (datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.UTC), "2024-01-02T03%3A00%3A00Z"),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        ((1, 2), "1&q=2"),
        ([True, None, "x"], "true&q=x"),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert "&".join(query_pieces(Query("q", value))) == f"q={text}"


def test_models_and_media_types_as_parameters() -> None:
    assert query_pieces(Query("f", Inner(n=1, text="a"), style="deepObject")) == [
        "f%5Bn%5D=1",
        "f%5Btext%5D=a",
    ]
    assert query_pieces(Query("f", {"a": {"b": 1}, "c": [1, 2]}, style="deepObject")) == [
        "f%5Ba%5D%5Bb%5D=1",
        "f%5Bc%5D%5B0%5D=1",
        "f%5Bc%5D%5B1%5D=2",
    ]
    assert query_pieces(Query("f", Inner(n=1), media_type="application/json")) == ["f=%7B%22n%22%3A1%7D"]


def test_allow_reserved() -> None:
    assert query_pieces(Query("q", "a/b:c?d", allow_reserved=True)) == ["q=a/b:c?d"]
    # What would end the value, or be read as something else, stays encoded.
    assert query_pieces(Query("q", "a&b#c+d", allow_reserved=True)) == ["q=a%26b%23c%2Bd"]


# ----- paths


def url_of(path: str, *parameters: Any, base_url: str = "https://api.test/v1", **options: Any) -> str:
    server = Server(reply(204))
    call: Call[None] = Call(name="op", method="GET", path=path, parameters=parameters, returns={"204": {}})
    server.send(call, options, base_url=base_url)
    return str(server.requests[0].url)


def test_path_and_query_are_joined() -> None:
    assert url_of("/a/{b}/c", Path("b", "x/y ?#%")) == "https://api.test/v1/a/x%2Fy%20%3F%23%25/c"
    assert url_of("/a?comp=list", Query("q", 1)) == "https://api.test/v1/a?comp=list&q=1"
    assert url_of("/a?comp={c}", Path("c", "x&y")) == "https://api.test/v1/a?comp=x%26y"
    assert url_of("/a?q=0&r=1", Query("q", 2)) == "https://api.test/v1/a?q=2&r=1"
    assert url_of("/a#frag") == "https://api.test/v1/a"
    assert url_of("a", base_url="https://api.test/") == "https://api.test/a"
    assert url_of("/a", Query("q", 1), base_url="https://h.test/x/?s=1") == "https://h.test/x/a?s=1&q=1"
    assert url_of("/{a}.{b}", Path("a", "x"), Path("b", "y")) == "https://api.test/v1/x.y"
    assert url_of("/~{a}", Path("a", "a..b")) == "https://api.test/v1/~a..b"


def test_absent_parameters_are_not_sent() -> None:
    assert url_of("/a", Query("q", None), Query("r", UNSET)) == "https://api.test/v1/a"


def test_two_exploded_objects_with_one_member_name_are_both_sent() -> None:
    parameters = (Query("created", {"gt": 1}), Query("arrived", {"gt": 2}))
    assert url_of("/a?gt=0", *parameters) == "https://api.test/v1/a?gt=1&gt=2"


def test_extra_query_adds_and_replaces() -> None:
    url = url_of("/a", Query("q", 1), Query("r", 1), extra_query={"q": [2, 3], "s": True})
    assert url == "https://api.test/v1/a?r=1&q=2&q=3&s=true"


@pytest.mark.parametrize("value", ["", ".", "..", [], {}, "\ud800", None, UNSET])
def test_a_path_value_never_changes_which_path_is_meant(value: Any) -> None:
    with pytest.raises(RequestError, match=r"^op: "):
        url_of("/a/{b}", Path("b", value))


@pytest.mark.parametrize(
    ("template", "parameters"),
    [
        ("/x/{a}{b}", (Path("a", "."), Path("b", "."))),
        ("/x/.{a}/y", (Path("a", "."),)),
        ("/x/{a}", (Path("a", ".", style="label"),)),
        ("/x/{a}", (Path("a", "../y", allow_reserved=True),)),
        ("/x/{a}", (Path("a", "%2e%2E", allow_reserved=True),)),
        ("/x/{a}", ()),
    ],
)
def test_dot_segments_by_detours(template: str, parameters: Any) -> None:
    with pytest.raises(RequestError):
        url_of(template, *parameters)


@given(value=st.text())
def test_any_text_is_one_path_segment(value: str) -> None:
    from urllib.parse import unquote, urlsplit

    try:
        url = url_of("/a/{b}/c", Path("b", value))
    except RequestError:
        assert value in ("", ".", "..")
    else:
        segments = urlsplit(url).path.split("/")
        assert [unquote(each) for each in segments] == ["", "v1", "a", value, "c"]


@given(value=st.text(), name=st.text(min_size=1))
def test_any_text_is_one_query_value(value: str, name: str) -> None:
    from urllib.parse import parse_qsl, urlsplit

    url = url_of("/a", Query(name, value))
    assert parse_qsl(urlsplit(url).query, keep_blank_values=True) == [(name, value)]


# ----- headers


@pytest.mark.parametrize("bad", ["a\r\nx: y", "a\nb", "a\x00", "a\x7f", "\ud800"])
@pytest.mark.parametrize("place", ["parameter", "extra", "default", "media type"])
def test_line_breaks_in_headers_are_refused(bad: str, place: str) -> None:
    server = Server(reply(204))
    parameters = (Header("x-a", bad),) if place == "parameter" else ()
    body = RawBody(b"", bad) if place == "media type" else None
    call: Call[None] = Call(name="op", method="PUT", path="/", parameters=parameters, body=body)
    options: Any = {"extra_headers": {"x-a": bad}} if place == "extra" else {}
    default = {"x-a": bad} if place == "default" else None
    with pytest.raises(RequestError) as caught:
        server.send(call, options, default_headers=default)
    assert "x: y" not in str(caught.value)
    assert not server.requests


def test_header_names_are_checked() -> None:
    server = Server(reply(204))
    call: Call[None] = Call(name="op", method="GET", path="/")
    with pytest.raises(RequestError, match="not a header name"):
        server.send(call, {"extra_headers": {"x\r\ny": "z"}})


def test_header_precedence_and_defaults() -> None:
    server = Server(reply(204))
    call: Call[None] = Call(
        name="op",
        method="GET",
        path="/",
        parameters=(Header("X-One", "param"), Header("x-two", "param"), Cookie("c", "1 2"), Cookie("d", None)),
        returns={"200": {"application/json": Any}, "204": {}},
        raises={"default": {"application/problem+json": Any}},
    )  # fmt: skip
    server.send(
        call,
        {"extra_headers": {"x-TWO": "extra", "X-Three": " ü\t"}},
        default_headers={"x-one": "default", "x-four": "default"},
        user_agent="me/1",
    )
    headers = server.requests[0].headers
    assert headers["x-one"] == "param"
    assert headers.get_list("x-two") == ["extra"]
    assert headers.raw[[k for k, _ in headers.raw].index(b"x-three")][1] == "ü".encode()
    assert headers["x-four"] == "default"
    assert headers["cookie"] == "c=1%202"
    assert headers["user-agent"] == "me/1"
    assert headers["accept"] == "application/json, application/problem+json"


# ----- bodies


def sent(body: Any, options: Any = None) -> Any:
    server = Server(reply(204))
    call: Call[None] = Call(name="op", method="POST", path="/", body=body, returns={"204": {}})
    server.send(call, options or {})
    return server.requests[0]


def test_json_body() -> None:
    request = sent(JsonBody(Inner(n=1, note=None)))
    assert request.content == b'{"n":1,"note":null}'
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == "19"
    assert sent(JsonBody([1], "application/x+json")).headers["content-type"] == "application/x+json"


def test_no_body() -> None:
    for body in (None, JsonBody(None), JsonBody(UNSET), RawBody(None), FormBody(None)):
        request = sent(body)
        assert request.content == b""
        assert "content-type" not in request.headers


def test_extra_body() -> None:
    options = {"extra_body": {"n": 2, "new": None}}
    assert sent(JsonBody(Inner(n=1)), options).content == b'{"n":2,"new":null}'
    assert sent(None, options).content == b'{"n":2,"new":null}'
    assert sent(FormBody({"a": 1}), {"extra_body": {"b": 2}}).content == b"a=1&b=2"
    for body in (JsonBody([1]), RawBody(b"x")):
        with pytest.raises(RequestError, match="extra_body"):
            sent(body, options)


def test_form_body() -> None:
    request = sent(FormBody(Everything(id="a b&c", flag=True, kebab="é", inner=Inner(n=1))))
    assert request.content == b"id=a+b%26c&flag=true&kebab-case=%C3%A9&inner=%7B%22n%22%3A1%7D"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert sent(FormBody({"a": [1, None, 2], "b": None})).content == b"a=1&a=2"
    for bad in (3, {"a": "\ud800"}):
        with pytest.raises(RequestError):
            sent(FormBody(bad))


def test_a_file_in_a_form_is_written_as_its_octets(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0 \xff&")
    with (tmp_path / "a.bin").open("rb") as file:
        for given in (b"\0 \xff&", tmp_path / "a.bin", File(tmp_path / "a.bin", name="b"), file):
            body = FormBody({"f": given, "key": b"\0"}, (PartEncoding("key", base64=True),))
            assert sent(body).content == b"f=%00+%FF%26&key=AA%3D%3D"
    with pytest.raises(RequestError, match="cannot read the file"):
        sent(FormBody({"f": tmp_path / "none"}))


def parts_of(request: Any) -> list[tuple[str, str, bytes]]:
    """Disposition, media type and content of each part."""
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    pieces = request.content.split(b"--" + boundary.encode())
    assert pieces[-1] == b"--\r\n"
    found: list[tuple[str, str, bytes]] = []
    for piece in pieces[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        found.append(
            (
                lines["Content-Disposition"],
                lines.get("Content-Type", ""),
                content.removesuffix(b"\r\n"),
            )
        )
    return found


def test_multipart_body(tmp_path: FilePath) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"PNG")
    opened = io.BytesIO(b"open")
    body = {
        "path": path,
        "bytes": b"raw",
        "named": File(b"x", 'odd\r\n".txt', "text/x"),
        "open": opened,
        "text": "é",
        "flag": True,
        "list": [1, 2],
        "object": Inner(n=1),
        "none": None,
    }
    assert parts_of(sent(MultipartBody(body))) == [
        ('form-data; name="path"; filename="a.png"', "image/png", b"PNG"),
        ('form-data; name="bytes"; filename="bytes"', "application/octet-stream", b"raw"),
        ('form-data; name="named"; filename="odd%0D%0A%22.txt"', "text/x", b"x"),
        ('form-data; name="open"; filename="open"', "application/octet-stream", b"open"),
        ('form-data; name="text"', "", "é".encode()),
        ('form-data; name="flag"', "", b"true"),
        ('form-data; name="list"', "", b"1"),
        ('form-data; name="list"', "", b"2"),
        ('form-data; name="object"', "application/json", b'{"n":1}'),
    ]
    assert not opened.closed


def test_a_form_with_styles() -> None:
    encoding = (
        PartEncoding("deep", style="deepObject", explode=True),
        PartEncoding("joined", style="form", explode=False),
        PartEncoding("piped", style="pipeDelimited"),
        PartEncoding("json", media_type="application/json"),
    )
    value = {
        "deep": {"a": [{"b": 1}, {"b": None}], "c": {"d": "é&"}},
        "joined": ["x", "y z"],
        "piped": ["p", "q"],
        "json": "text",
        "plain": [1, 2],
    }
    assert sent(FormBody(value, encoding)).content.decode() == (
        "deep%5Ba%5D%5B0%5D%5Bb%5D=1&deep%5Bc%5D%5Bd%5D=%C3%A9%26&joined=x%2Cy+z&piped=p%7Cq"
        "&json=text&plain=1&plain=2".replace("json=text", "json=%22text%22")
    )


def test_parts_with_an_encoding(tmp_path: FilePath) -> None:
    encoding = (
        PartEncoding("image", media_type="image/png, image/jpeg"),
        PartEncoding("any", media_type="image/*"),
        PartEncoding("meta", media_type="application/vnd.meta+json"),
        PartEncoding("text", media_type="text/markdown"),
        PartEncoding("deep", style="deepObject"),
    )
    jpeg = tmp_path / "a.jpg"
    jpeg.write_bytes(b"J")
    for image, kind in ((jpeg, "image/jpeg"), (b"?", "image/png"), (File(b"", media_type="x/y"), "x/y")):
        assert parts_of(sent(MultipartBody({"image": image}, encoding)))[0][1] == kind
    value = {"any": b"?", "meta": {"a": 1}, "text": "*", "deep": {"a": [1, 2]}}
    assert parts_of(sent(MultipartBody(value, encoding))) == [
        ('form-data; name="any"; filename="any"', "application/octet-stream", b"?"),
        ('form-data; name="meta"', "application/vnd.meta+json", b'{"a":1}'),
        ('form-data; name="text"', "text/markdown", b"*"),
        ('form-data; name="deep[a][0]"', "", b"1"),
        ('form-data; name="deep[a][1]"', "", b"2"),
    ]
    with pytest.raises(RequestError, match="'text' cannot be written as text/markdown"):
        sent(MultipartBody({"text": {"a": 1}}, encoding))


def test_headers_of_a_part() -> None:
    request = sent(MultipartBody({"f": File(b"x", "n", "a/b", {"X-Odd": "1"})}))
    assert b"X-Odd: 1\r\n" in request.content
    with pytest.raises(RequestError):
        sent(MultipartBody({"f": File(b"x", headers={"X-Odd": "1\r\nX: 2"})}))


def test_multipart_of_a_model_and_of_nothing() -> None:
    assert parts_of(sent(MultipartBody(Everything(id="a", kebab="k", data=b"x")))) == [
        ('form-data; name="id"', "", b"a"),
        ('form-data; name="data"; filename="data"', "application/octet-stream", b"x"),
        ('form-data; name="kebab-case"', "", b"k"),
    ]
    assert parts_of(sent(MultipartBody({}))) == []


@pytest.mark.parametrize(
    "value",
    [
        {"f": FilePath("/nonexistent/file")},
        {"f": io.StringIO("text")},
        {"f": File(b"", media_type="a\r\nb: c")},
        {"f": object()},
        {"f": "\ud800"},
        5,
    ],
)
def test_multipart_refusals(value: Any) -> None:
    with pytest.raises(RequestError, match=r"^op: "):
        sent(MultipartBody(value))


def test_bytes_that_are_no_file_are_base64_text() -> None:
    value = {"digest": b"\x00\xff", "more": [b"a"], "file": b"\x00"}
    told = tuple(PartEncoding(name, base64=True) for name in ("digest", "more"))
    body = sent(MultipartBody(value, told)).content
    assert b'name="digest"\r\n\r\nAP8=\r\n' in body
    assert b'name="more"\r\n\r\nYQ==\r\n' in body
    assert b'name="file"; filename="file"' in body


@pytest.mark.parametrize(
    ("content", "media_range", "expected"),
    [
        (b"bytes", "image/*", "application/octet-stream"),
        (b"bytes", "*/*", "application/octet-stream"),
        ("text", "text/*", "text/plain"),
        ("text", "*/*", "text/plain"),
        (File(b"", media_type="image/webp"), "image/*", "image/webp"),
        (File(b"", name="a.png"), "image/*; q=0.5", "image/png"),
        ((part for part in (b"a",)), "video/*", "application/octet-stream"),
    ],
)
def test_a_media_range_is_never_sent(content: Any, media_range: str, expected: str) -> None:
    assert sent(RawBody(content, media_range)).headers["content-type"] == expected


def test_a_media_range_is_that_of_the_file(tmp_path: FilePath) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"")
    for content in (path, File(path), File(path, name="b.jpeg")):
        assert sent(RawBody(content, "image/*")).headers["content-type"] == "image/jpeg"


def test_the_media_type_of_a_body_is_chosen() -> None:
    bodies = {"application/json": JsonBody({}), "image/*": RawBody(b"1"), "image/png": RawBody(b"2")}
    for media_type in ("application/json", "image/png", "image/*"):
        assert chosen(media_type, bodies) is bodies[media_type]
    assert chosen("Image/webp; x=1", bodies) is bodies["image/*"]
    assert chosen("a/b", {"*/*": bodies["image/*"], "b/*": RawBody(b"")}) is bodies["image/*"]
    with pytest.raises(RequestError, match=r"'text/plain' is not taken, only application/json, image/\*"):
        chosen("text/plain", bodies)


def test_raw_body(tmp_path: FilePath) -> None:
    path = tmp_path / "f.bin"
    path.write_bytes(b"file")
    for content, expected, length in (
        (b"bytes", b"bytes", "5"),
        ("té", "té".encode(), "3"),
        (path, b"file", "4"),
        (io.BytesIO(b"io"), b"io", "2"),
        (File(path, media_type="x/y"), b"file", "4"),
        ((part for part in (b"a", b"b")), b"ab", None),
    ):
        request = sent(RawBody(content, "a/b"))
        assert request.content == expected
        assert request.headers.get("content-length") == length
        assert request.headers["content-type"] == ("x/y" if isinstance(content, File) else "a/b")
    for bad in (5, "\ud800", io.StringIO("x"), FilePath("/nonexistent/file")):
        with pytest.raises(RequestError):
            sent(RawBody(bad))


def test_async_body_needs_an_async_client() -> None:
    async def chunks() -> Any:
        yield b"a"
        yield b"b"

    call: Call[None] = Call(name="op", method="PUT", path="/", body=RawBody(chunks()))
    with pytest.raises(RequestError, match=r"^op: .*asynchronous client"):
        Server(reply(204)).send(call)
    server = Server(reply(204))
    server.send_async(call)
    assert server.requests[0].content == b"ab"


# ----- servers


@pytest.mark.parametrize(
    ("template", "variables", "base_url", "expected"),
    [
        ("https://{endpoint}/openai", {"endpoint": "a.test"}, None, "https://a.test/openai"),
        ("https://{endpoint}/openai", {"endpoint": "https://a.test/"}, None, "https://a.test/openai"),
        ("https://{endpoint}/openai", {"endpoint": "http://a.test"}, None, "http://a.test/openai"),
        ("{endpoint}/openai/", {"endpoint": "https://a.test/"}, None, "https://a.test/openai"),
        ("https://{e}", {"e": None}, "https://b.test//", "https://b.test"),
        ("https://a.test", {}, None, "https://a.test"),
    ],
)  # fmt: skip
def test_server_url(template: str, variables: Any, base_url: Any, expected: str) -> None:
    assert server_url(template, variables, base_url) == expected


@pytest.mark.parametrize("variables", [{}, {"endpoint": None}, {"endpoint": ""}])
def test_server_url_names_what_is_missing(variables: Any) -> None:
    with pytest.raises(RequestError, match="'endpoint'"):
        server_url("https://{endpoint}/", variables, None)


@pytest.mark.parametrize(
    "url", ["", "example.com", "ftp://a.test", "https://", "http://a:b", "https://a.test/\n", "http://[x"]
)  # fmt: skip
def test_base_url_is_checked(url: str) -> None:
    with pytest.raises(RequestError, match="base_url"):
        Server().send(Call(name="op", method="GET", path="/"), base_url=url)
