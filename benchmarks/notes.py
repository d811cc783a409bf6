"""What bounds a target that is missed, by the key of its measurement: where the time goes, as a profiler shows it."""

from __future__ import annotations

_WALKED = (
    "what fits the description is decoded by msgspec alone, at 0.6x to 1.1x. A document of a kilobyte costs the Python around that, "
    "about a microsecond; a union costs a call of ours for each value. What the description does not have is kept: a document with fields "
    "of its own is decoded natively once its class is known, but where they are in objects inside, or where a required field is missing "
    "(Azure's `usage` in each chunk of a stream), it is read again as plain JSON and walked along its types"
)
_CALLED = (
    "what a bare call does not do: paths and queries by parameter style, credentials, a deadline at each read and write, a body that is "
    "read and inflated within bounds, a second response object that holds it, typed models. Each is a few microseconds of Python; none stands out"
)

_WHOLE = (
    "a sampling profile gives a quarter of the CPU time to the tests, which the peers do not emit: each operation with all and with the least arguments, "
    "each answer, each model in three payloads, every payload held against its schema by jsonschema. Another quarter lays out 340,000 lines, a sixth makes "
    "the views of models and calls, a tenth reads; no single function takes a twentieth. With two jobs one process does all but the layout; from three on (-j 3) "
    "another makes the tests, for more memory than is allowed here"
)

NOTES: dict[str, str] = {
    "generate-openapi-python-client": _WHOLE,
    "generate-openapi-generator": _WHOLE,
    "generate-one-schema": (
        "the changed document is read anew, and all views are made: a schema that changes may change any name, signature, payload or docstring that leads "
        "to it. What is saved is the layout of what stays as it is. A cache of views by fingerprint would save more, and have to be right always"
    ),
    "growth": (
        "versions are compared and shared definition by definition, so a version that changes little still costs the reading of it, and a look at each "
        "of its definitions"
    ),
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
    "diff-equal": (
        "a file that cannot be read is never 'no changes': one of two equal files is read into the model, which takes many times what "
        "its parser takes, as every schema is looked at; where it was read before, it comes from the cache, and unpacking that is half of the time. "
        "On small files it is the start of Python and its imports"
    ),
}
