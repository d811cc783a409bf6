"""What bounds a target that is missed, by the key of its measurement. Where the time goes was looked up with a profiler."""

from __future__ import annotations

_WALKED = (
    "what fits the description is decoded by msgspec alone, faster than orjson. A document of a kilobyte costs the Python around that, "
    "about a microsecond; a union costs a call of ours for each value. What the description does not have is kept: a document with fields "
    "of its own is decoded natively once its class is known, but where they are in objects inside, or where a required field is missing "
    "(Azure's `usage` in each chunk of a stream), it is read again as plain JSON and walked along its types"
)
_CALLED = (
    "what a bare call does not do: paths and queries by parameter style, credentials, a deadline at each read and write, a body that is "
    "read and inflated within bounds, a second response object that holds it, typed models. Each is a few microseconds of Python; none stands out"
)
_WHOLE = (
    "the layout of the code: what the templates print is laid out statement by statement, and black does what it cannot. Then the "
    "views, of which there is one for each field of each model, and the tests of every operation, which this peer does not write"
)

NOTES: dict[str, str] = {
    "decode": _WALKED,
    "encode": (
        "msgspec writes NaN as null, and nothing may be sent that was not meant: a second native pass, as MessagePack, looks for it. "
        "Without that pass it is 1.0x to 1.2x"
    ),
    "import-libraries": (
        "the modules of the runtime, and those of older api-versions that the one asked for shares methods with. Certificates, models, "
        "streams, pages and jobs are loaded when they are first used"
    ),
    "call": _CALLED,
    "call-async": _CALLED,
    "generate-openapi-python-client": _WHOLE,
    "generate-openapi-generator": _WHOLE,
    "generate-memory": "views and printed text of the whole package are held at once, in each process that lays out a part of it",
    "generate-unchanged": "Python and the imports of the tool; then the hashes of what was read and written",
    "generate-one-schema": "the specification is read and all files are printed, to know which changed; those alone are laid out",
    "diff-equal": (
        "a file that cannot be read is never 'no changes': one of two equal files is read into the model, which takes many times what "
        "its parser takes, as every schema is looked at. On small files it is the start of Python and its imports"
    ),
    "load-memory": "the parsed document and the model of it, with a place for each value",
    "growth": "small documents are cheaper than their size, as what every package has (the runtime, 60 files) is copied only",
}
