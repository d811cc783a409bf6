"""Wire names → Python names: valid, readable, unique in their scope, and the same on every machine.

A name that has been made safe is another type, `SafeName`; templates and views hold nothing else as an identifier.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# A fixed list, not the running interpreter's: output must not depend on the machine.
KEYWORDS = frozenset(
    [
        "False",
        "None",
        "True",
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "except",
        "finally",
        "for",
        "from",
        "global",
        "if",
        "import",
        "in",
        "is",
        "lambda",
        "nonlocal",
        "not",
        "or",
        "pass",
        "raise",
        "return",
        "try",
        "while",
        "with",
        "yield",
    ]
)
"""Words that Python has taken; `match`, `case` and `type` are names wherever a name may be."""
BUILTINS = frozenset(["str", "int", "float", "bool", "bytes", "list", "dict", "tuple", "set", "object"])
"""The builtins that annotations are made of."""
_MODULES = frozenset(["datetime", "decimal", "uuid", "msgspec", "models"])
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{kind}{number}" for kind in ("com", "lpt") for number in range(10))]
)
"""What no file may be called on Windows, whatever it ends with."""
ATTRIBUTES_TAKEN = KEYWORDS | BUILTINS | _MODULES | {"unset"}
"""What no model attribute may be called, beside what the runtime's `Model` defines: it would hide what annotations name."""
PARAMETERS_TAKEN = ATTRIBUTES_TAKEN | frozenset(
    [
        "self",
        "cls",
        "options",
        "timeout",
        "max_retries",
        "max_response_bytes",
        "hooks",
        "idempotency_key",
        "extra_headers",
        "extra_query",
        "extra_body",
        "as_stream",
    ]
)
"""What no method parameter may be called."""


def other_name(name: str) -> str:
    """What else a builtin or a module is called, where a member of a class hides it: `builtins.list`, `models_module`."""
    return f"builtins.{name}" if name in BUILTINS else f"{name}_module"


METHODS_TAKEN = (
    KEYWORDS
    | DEVICES
    | frozenset(["close", "aclose", "with_options", "self", "cls"])
    # what a class of calls is made with
    | frozenset(["builtins", "cached_property", "deprecated", "overload"])
    | frozenset(other_name(name) for name in (*_MODULES, "params", "resources"))
)
"""What no method or resource may be called; `list` and `models` may: see `ResourceView.within`."""
CLASSES_TAKEN = KEYWORDS | frozenset(
    [
        "Any",
        "Literal",
        "ClassVar",
        "TypeAlias",
        "TYPE_CHECKING",
        "Model",
        "UNSET",
        "Unset",
        "UnknownStr",
        "UnknownInt",
        "UnknownFloat",
        "UnknownModel",
        "DecimalNumber",
        "DecimalText",
        "FileInput",
        "File",
        "Client",
        "AsyncClient",
        "Call",
        "Path",
        "Query",
        "Header",
        "Cookie",
        "JsonBody",
        "FormBody",
        "MultipartBody",
        "RawBody",
        "CallOptions",
        "Unpack",
    ]
)
"""What no model may be called."""

_ONE_WORD = {
    one.lower(): one
    for one in [
        "ETag",
        "GitHub",
        "GitLab",
        "GraphQL",
        "IPv",
        "MySQL",
        "OAuth",
        "OpenAI",
        "OpenID",
        "PostgreSQL",
    ]
}
"""What is one word in spite of its capitals: a class keeps them."""
_WORD = re.compile(
    rf"(?:{'|'.join(_ONE_WORD.values())})(?![a-z])[0-9]*"
    r"|[A-Z]{2,}(?:v[0-9]+|s)(?![a-z])"  # APIv2, IDs
    r"|[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+"
)
_SIGNS = {
    "+": " plus ",
    "-1": " minus 1",
    "@": " at ",
    "$": " ",
    "%": " percent ",
    "&": " and ",
    "<": " lt ",
    ">": " gt ",
    "=": " eq ",
    "*": " star ",
}
_LONGEST = 100


class SafeName(str):
    """A Python identifier that is no keyword."""

    __slots__ = ()


@lru_cache(maxsize=65536)  # the names of a description are few, and each is asked for where it is used
def words(text: str) -> tuple[str, ...]:
    """The words of a name, lower case: `HTTPServer-2` → `http`, `server`, `2`."""
    if re.fullmatch(r"\s*-\d+(\.\d+)?\s*", text):
        text = text.replace("-", " minus ")
    text = text.replace("+", " plus ")
    if not re.search(r"[A-Za-z0-9]", text):
        for sign, word in _SIGNS.items():
            text = text.replace(sign, word)
    return tuple(
        word.lower() for word in _WORD.findall(text if text.isascii() else "".join(map(_folded, text)))
    )


def _folded(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain if plain or not char.isalnum() else f" u{ord(char):x} "


def snake(text: str, fallback: str) -> str:
    """A lower-case name: `finishReason` → `finish_reason`."""
    return _start("_".join(words(text))[:_LONGEST].rstrip("_") or fallback, "n")


def pascal(parts: Iterable[str], fallback: str) -> str:
    """A class name: `("createCompletion", "prompt")` → `CreateCompletionPrompt`."""
    made = "".join(_capital(word) for part in parts for word in words(part))[:_LONGEST]
    return _start(made or fallback, "N")


def _capital(word: str) -> str:
    plain = word.rstrip("0123456789")
    return _ONE_WORD.get(plain, plain[:1].upper() + plain[1:]) + word[len(plain) :]


def module(version: str) -> SafeName:
    """The package of an api-version: `2024-06-01-preview` → `v2024_06_01_preview`."""
    found = "_".join(re.findall(r"[a-z0-9]+", version.lower()))[:_LONGEST].rstrip("_")
    return SafeName(found if found.startswith("v") and found[1:2].isdigit() else f"v{found}")


_NO_PACKAGES = (
    sys.stdlib_module_names
    | KEYWORDS
    | DEVICES
    | frozenset(
        # what other versions of Python have or had, so that a name does not hang on the one that generates
        [
            "aifc",
            "annotationlib",
            "asynchat",
            "asyncore",
            "audioop",
            "cgi",
            "cgitb",
            "chunk",
            "compression",
            "crypt",
            "distutils",
            "imghdr",
            "imp",
            "lib2to3",
            "mailcap",
            "msilib",
            "nis",
            "nntplib",
            "ossaudiodev",
            "pipes",
            "smtpd",
            "sndhdr",
            "spwd",
            "sunau",
            "telnetlib",
            "uu",
            "xdrlib",
            "anyio",
            "certifi",
            "exceptiongroup",
            "h11",
            "httpcore",
            "httpcore2",
            "httpx",
            "httpx2",
            "idna",
            "msgspec",
            "opentelemetry",
            "pytest",
            "sniffio",
            "typing_extensions",
            "surface",
            "tests",
        ]
    )
)


def package_name(service: str) -> SafeName:
    """The import name of a service's package: never that of what it imports, or of a folder beside it."""
    name = snake(service, "client")
    return SafeName(f"{name}_client" if name in _NO_PACKAGES else name)


def _start(name: str, prefix: str) -> str:
    return f"{prefix}{name}" if name[:1].isdigit() else name


class Scope:
    """Names given out, each once: a clash gets a number, a word that is taken an underscore.

    With each name goes the same one with `beside` before it, `AsyncClient` with `Client`: that is given to no other.
    """

    def __init__(self, taken: Iterable[str] = (), *, beside: str = "") -> None:
        self.taken = frozenset(taken)
        self.beside = beside
        self.used: set[str] = set()
        self._numbers: dict[str, int] = {}

    def give(self, wanted: str) -> SafeName:
        """The wanted name, or the next one like it that is free. Case does not tell two names apart."""
        if wanted in self.taken:
            wanted = f"{wanted}_"
        name, number = wanted, self._numbers.get(wanted, 2)
        while not self._is_free(name):
            name, number = (
                f"{wanted.rstrip('_')}_{number}" if wanted.islower() else f"{wanted}{number}",
                number + 1,
            )
        self._numbers[wanted] = number
        self.used.update((name.lower(), f"{self.beside}{name}".lower()))
        return SafeName(name)

    def _is_free(self, name: str) -> bool:
        names = {name.lower(), f"{self.beside}{name}".lower()}
        return name not in self.taken and self.used.isdisjoint(names)
