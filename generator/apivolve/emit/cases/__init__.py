"""The emitted tests: what is called, and what must then be on the wire.

They must fail when the client is wrong, so what they expect may not come from what makes the client. It comes from the
snapshot of the specification (`model`) and from the RFCs: `expected` writes requests, `answers` and `following` what a
service gives and what comes of that, `round_trips` and `python_types` what is read from models; `payloads` takes values that
`jsonschema` accepts by the schemas as they are written (`raw`). No template is read here, no module of the runtime, and
nothing that says how a request is written or an answer decoded (`calls.methods._sent`, `calls.bodies`, `calls.kinds`,
`types`' choice of classes).

A test is a caller, though, and this it shares with one:

* The names of methods, arguments and classes, and values as source (`names`, `Calls.arguments`, `types.expressions`). What
  is given to an argument is expected under the wire name of its parameter; a parameter or a body that no argument stands for
  is expected all the same.
* How a call is made (`Calls.kind`): iterated, awaited to the end of a job, or plainly. Called another way it raises, or its
  result is another.
* Which members a class gives by itself, and which enumerations have a name (`Spelling.constant`, `is_inline`). What a class
  gives too much is in no payload, and the round trip of the least payload finds it.

And two decisions about the specification, which are made once for the client, these tests, the gate and the mock server:

* `is_api_version` and `fixed_version`: which parameter the client fills in, and with which version. One that is missed becomes an argument, and one that is taken for it
  ceases to be one: signatures are compared as text in `tests/cases/emit`, and the mock refuses a version where `raw` says
  that another value is due.
* `continuing.stream_of` and `list_of`: where there is a stream or a list in pages, and at which members and parameters it
  goes on. Not how that is read or asked for. One that is found where there is none asks for items that the sampled answer
  does not have at that place, or sends a parameter that `raw` does not know; one that is missed shows in the signatures.

That it holds is measured: `tests/test_independence.py` puts faults into the generator, `tests/sweep_mutants.py` into what it
made, and the emitted tests must fail.
"""
