"""A fault of the generator or of its templates shows in the tests that the same generator emits.

`tests/mutants` puts faults into what was generated. Here they are where they would come from: in what decides a request or an
answer, in a template, in the runtime. A fault that the emitted tests shared would pass them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import CASES, ROOT

CALLS = "generator/apivolve/emit/calls"
RUNTIME = "templates/python/runtime"
EMIT = """\
import sys
from pathlib import Path
from apivolve.emit import emit, write_tree
from apivolve.load import load_api
from apivolve.model import Service
api = load_api(Path(sys.argv[1]) / "spec.yaml", service="faulty")
write_tree(Path("sdk"), emit(Service("faulty", (api,)), tool="test"))
"""


class Fault(NamedTuple):
    """A text of a file, what stands there instead, and the case of `tests/cases/emit` whose tests must see it."""

    file: str
    before: str
    after: str
    case: str


FAULTS = {
    "no-argument": Fault(f"{CALLS}/exchange.py", "return not ignored", "return not ignored and parameter.place != 'query'", "styles"),
    "name": Fault(f"{CALLS}/methods.py", "[literal(parameter.wire_name), ", "[literal(parameter.wire_name.replace('-', '_')), ", "styles"),
    "place": Fault(f"{CALLS}/methods.py", "{parameter.place.capitalize()}(", "{parameter.place.capitalize().replace('Cookie', 'Query')}(", "styles"),
    "style": Fault(f"{CALLS}/methods.py", "if style != _DEFAULT_STYLE[parameter.place] and", "if style == 'deepObject' and", "styles"),
    "explode": Fault(f"{CALLS}/methods.py", "if parameter.explode != (style in _EXPLODED) and", "if not parameter.explode and", "styles"),
    "method": Fault("templates/python/_calls.jinja", "method={{ method.http_method |", "method={{ 'POST' |", "styles"),
    "path": Fault("templates/python/_calls.jinja", "path={{ method.path |", "path={{ (method.path ~ '/') |", "styles"),
    "body": Fault(f"{CALLS}/bodies.py", 'kind = "MultipartBody" if media_type == FORMS[0] else "FormBody"', 'kind = "MultipartBody"', "bodies"),
    "encoding": Fault(f"{CALLS}/bodies.py", "if encoding.style in _STYLES and", "if encoding.style == 'form' and", "bodies"),
    "status": Fault(f"{CALLS}/exchange.py", 'statuses = "345d" if', 'statuses = "45d" if', "going-on"),
    "page": Fault(f"{CALLS}/kinds.py", "parameter={literal(told.parameter)}", "parameter={literal(told.items[0])}", "going-on"),
    "stream": Fault(f"{CALLS}/kinds.py", "found.last_event, found.whole", "None, found.whole", "going-on"),
    "credential": Fault("templates/python/_calls.jinja", "{% if method.auth_code != \"()\" %}", "{% if false %}", "features"),
    "format": Fault("generator/apivolve/emit/types/spelling.py", '"date-time": "datetime.datetime"', '"date-time": "str"', "features"),
    "delimiter": Fault(f"{RUNTIME}/styles.py", '"pipeDelimited": "%7C"', '"pipeDelimited": "%2C"', "styles"),
    "matrix": Fault(f"{RUNTIME}/styles.py", "return [_matrix(key, value) for key, value in pairs]", "return [_matrix(name, text) for text in joined]", "styles"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_generator_fails_the_emitted_tests(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    for folder in ("generator", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / fault.file
    text = path.read_text(encoding="utf-8")
    assert text.count(fault.before) == 1, "there is another text now: put the fault in anew"
    path.write_text(text.replace(fault.before, fault.after), encoding="utf-8")

    def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "generator")}
        return subprocess.run(
            [sys.executable, *command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )

    emitted = run("-c", EMIT, str(CASES / "emit" / fault.case), cwd=tmp_path)
    tested = run("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests", cwd=tmp_path / "sdk")

    assert emitted.returncode == 0, emitted.stderr
    assert tested.returncode == 1, tested.stdout
    assert "1 failed" in tested.stdout
