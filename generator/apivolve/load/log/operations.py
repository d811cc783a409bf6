"""Operations as a specification writes them, rewritten by the changes of a log."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ...delta import ChangeTree
from ...jsonvalue import is_array, is_object, to_json
from ...outline import HEADERS, SCHEMA, name_of_member
from ..dialect import METHODS
from .components import NO_CHANGE, Above, Components
from .schemas import SchemaEditor, build, write_attributes

_HEADERS = re.compile(
    r"^(?:x-|content-|accept|if-|prefer$|range$|authorization$|user-agent$|repeatability-|client-request-id$)",
    re.I,
)
_TOP: Above = {}


def place_of(name: str, path: str) -> str:
    """Where a parameter of that name most likely stands, by the path template and by the names that headers have."""
    if f"{{{name}}}" in path:
        return "path"
    return "header" if _HEADERS.match(name) else "query"


class OperationEditor:
    """Rewrites the operations of one document."""

    def __init__(self, document: dict[str, Any], beside: frozenset[str]) -> None:
        self.document = document
        self.swagger = "swagger" in document
        self.components = Components(document)
        wrap = str(document.get("openapi", "")).startswith("3.0")
        self.schemas = SchemaEditor(self.components, wrap=wrap, beside=beside)

    def rewrite(
        self, trees: Mapping[tuple[str, str, str], ChangeTree]
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """The document with some operations (group, path, method) changed, and the components that had to be split."""
        roots: list[Any] = []
        made = dict(self.document)
        for group in ("paths", "x-ms-paths"):
            if not is_object(made.get(group)):
                continue
            items = made[group] = dict(made[group])
            for path, item in items.items():
                if not is_object(item):
                    continue
                wanted = {
                    method: trees[group, path, method] for method in item if (group, path, method) in trees
                }
                items[path] = self._path(path, item, wanted)
                for method in METHODS:
                    operation = items[path].get(method)
                    if is_object(operation):
                        roots += [operation.get(name) for name in ("parameters", "requestBody", "responses")]
                roots.append(items[path].get("parameters"))
        self.components.settle()
        self.components.document = made
        return self.components.finish(roots)

    def _path(self, path: str, item: dict[str, Any], trees: dict[str, ChangeTree]) -> dict[str, Any]:
        shared = item.get("parameters")
        changed = {
            name
            for tree in trees.values()
            if "parameters" in tree.below
            for name in tree.below["parameters"].below
        }
        if is_array(shared) and any(self._key(one)[1] in changed for one in shared):
            # one of them is to differ: each operation gets its own
            item = {name: value for name, value in item.items() if name != "parameters"}
            for method in METHODS:
                if is_object(item.get(method)):
                    own: list[Any] = item[method].get("parameters") or []
                    keys = [self._key(one) for one in own]
                    kept = [one for one in shared if self._key(one) not in keys]
                    item[method] = {**item[method], "parameters": [*kept, *own]}
        return {
            **item,
            **{method: self._operation(path, item[method], tree) for method, tree in trees.items()},
        }

    def _key(self, raw: Any) -> tuple[Any, Any]:
        resolved = self.components.resolved(raw)
        return (resolved.get("in"), resolved.get("name")) if is_object(resolved) else (None, None)

    def _operation(self, path: str, raw: dict[str, Any], tree: ChangeTree) -> dict[str, Any]:
        made = dict(raw)
        if "Description" in tree.attributes:
            word = "summary" if raw.get("summary") and not raw.get("description") else "description"
            made[word] = tree.after("Description")
            if not made[word]:
                del made[word]
        for token, inner in tree.below.get("parameters", NO_CHANGE).below.items():
            self._named(path, made, token, inner)
        responses = tree.below.get("responses", NO_CHANGE).below
        if responses:
            written = made.get("responses")
            found = dict(written) if is_object(written) else {}
            for status, inner in responses.items():
                name = next((one for one in found if one.upper() == status.upper()), status)
                if inner.mark is None and name in found:
                    found[name] = self.response(found[name], inner, _TOP)
                elif inner.mark is not None and inner.mark.attribute == "added":
                    found[name] = self._new_response(inner.whole)
                else:
                    found.pop(name, None)
            made["responses"] = found
        return made

    # --- parameters and bodies --------------------------------------------------------------------------

    def _named(self, path: str, made: dict[str, Any], name: str, tree: ChangeTree) -> None:
        """Change the parameter, or body, of a name."""
        parameters: list[Any] = [*(made.get("parameters") or [])]
        keys = [self._key(one) for one in parameters]
        is_body = SCHEMA in tree.below or (tree.mark is not None and SCHEMA in tree.whole)
        plain = [
            index for index, (place, one) in enumerate(keys) if one == name and (place == "body") == is_body
        ]
        form = [index for index, (place, _) in enumerate(keys) if place == "formData"]
        removed = tree.mark is not None and tree.mark.attribute == "removed"
        if tree.mark is not None and not removed:
            # of a page: what is shown of it says less than the log
            parameters = [one for one, (_, known) in zip(parameters, keys, strict=True) if known != name]
            if is_body and not self.swagger:
                made["requestBody"] = self._new_body(tree.whole)
            else:
                place = "body" if is_body else place_of(name, path)
                parameters.append(self._new_parameter(name, place, tree.whole))
        elif plain and not (is_body and not self.swagger):
            if removed:
                del parameters[plain[0]]
            else:
                parameters[plain[0]] = self.parameter(parameters[plain[0]], tree, _TOP)
        elif form:
            parameters = self._form(parameters, keys, tree, removed=removed)
        elif "requestBody" in made:
            if removed:
                del made["requestBody"]
            else:
                made["requestBody"] = self.body(made["requestBody"], tree, _TOP)
        else:
            # a body without a schema of its own in the log: only its name or description
            found = [
                index
                for index, (place, one) in enumerate(keys)
                if one == name or (place == "body" and name.endswith("~body"))
            ]
            for index in found[:1]:
                parameters[index : index + 1] = (
                    [] if removed else [self.parameter(parameters[index], tree, _TOP)]
                )
        made["parameters"] = parameters
        if not parameters:
            del made["parameters"]

    def _form(
        self, parameters: list[Any], keys: list[tuple[Any, Any]], tree: ChangeTree, *, removed: bool
    ) -> list[Any]:
        """Swagger 2.0 writes the fields of a form as parameters."""
        fields = tree.below.get(SCHEMA, NO_CHANGE).below
        made: list[Any] = []
        for raw, (place, name) in zip(parameters, keys, strict=True):
            inner = fields.get(name, NO_CHANGE) if place == "formData" else NO_CHANGE
            gone = removed and place == "formData"
            if not gone and (inner.mark is None or inner.mark.attribute == "added"):
                made.append(self.parameter(raw, inner, _TOP))
        for token, inner in fields.items():
            if inner.mark is not None and inner.mark.attribute == "added":
                made.append(self._new_parameter(name_of_member(token), "formData", inner.whole))
        return made

    def parameter(self, raw: Any, tree: ChangeTree, above: Above) -> Any:
        """A parameter, or header, with its changes."""
        return self._changed(raw, tree, above, self.parameter, self._parameter)

    def _parameter(self, raw: dict[str, Any], tree: ChangeTree, above: Above) -> dict[str, Any]:
        made = dict(raw)
        own = ChangeTree(
            {name: one for name, one in tree.attributes.items() if name in ("Description", "Required")}
        )
        rest = ChangeTree({name: one for name, one in tree.attributes.items() if name not in own.attributes})
        if "Required" in own.attributes:
            made["required"] = own.after("Required")
        if "schema" in raw or "content" in raw or not self.swagger:
            from_schema = "in" in raw and "description" not in raw and _has_text(raw.get("schema"))
            if "Description" in own.attributes and from_schema:
                rest.attributes["Description"] = own.attributes.pop("Description")
            schema = ChangeTree(rest.attributes, tree.below.get(SCHEMA, NO_CHANGE).below)
            schema.attributes.update(tree.below.get(SCHEMA, NO_CHANGE).attributes)
            self._schemas(made, schema, above)
            write_attributes(made, own)
        else:
            made = self.schemas.schema(
                made, ChangeTree({**rest.attributes, **own.attributes}, tree.below), above
            )
        return made

    def body(self, raw: Any, tree: ChangeTree, above: Above) -> Any:
        """A request body of OpenAPI 3 with its changes."""
        return self._changed(raw, tree, above, self.body, self._body)

    def _body(self, raw: dict[str, Any], tree: ChangeTree, above: Above) -> dict[str, Any]:
        made = dict(raw)
        self._schemas(made, tree.below.get(SCHEMA, NO_CHANGE), above)
        if "Required" in tree.attributes:
            made["required"] = tree.after("Required")
        write_attributes(
            made, ChangeTree({name: one for name, one in tree.attributes.items() if name == "Description"})
        )
        return made

    def _schemas(self, made: dict[str, Any], tree: ChangeTree, above: Above) -> None:
        """Change the schema of something: its own, or that of its first media type and all that have the same."""
        content = made.get("content")
        if not is_object(content):
            if tree:
                made["schema"] = self.schemas.schema(made.get("schema", {}), tree, above)
            return
        first = next(iter(content.values()), None)
        text = to_json(first.get("schema") if is_object(first) else None)
        made["content"] = {
            name: {**media, "schema": self.schemas.schema(media.get("schema", {}), tree, above)}
            if is_object(media) and tree and to_json(media.get("schema")) == text
            else media
            for name, media in content.items()
        }

    # --- responses --------------------------------------------------------------------------------------

    def response(self, raw: Any, tree: ChangeTree, above: Above) -> Any:
        """A response with its changes."""
        return self._changed(raw, tree, above, self.response, self._response)

    def _response(self, raw: dict[str, Any], tree: ChangeTree, above: Above) -> dict[str, Any]:
        made = dict(raw)
        schema = ChangeTree(
            tree.attributes, {token: one for token, one in tree.below.items() if token != HEADERS}
        )
        if schema and schema.attributes.keys() >= {"Type"} and not schema.after("Type"):
            made.pop("schema", None)
            made.pop("content", None)
        elif schema and not self.swagger and not raw.get("content"):
            made["content"] = {"application/json": {"schema": self.schemas.schema({}, schema, above)}}
        elif schema:
            self._schemas(made, schema, above)
        if HEADERS in tree.below:
            written = made.get("headers")
            headers = dict(written) if is_object(written) else {}
            for token, inner in tree.below[HEADERS].below.items():
                name = name_of_member(token)
                if inner.mark is None and name in headers:
                    headers[name] = self.parameter(headers[name], inner, above)
                elif inner.mark is not None and inner.mark.attribute == "added":
                    headers[name] = self._new_header(inner.whole)
                else:
                    headers.pop(name, None)
            made["headers"] = headers
            if not headers:
                del made["headers"]
        return made

    def _changed(
        self,
        raw: Any,
        tree: ChangeTree,
        above: Above,
        edit: Callable[[Any, ChangeTree, Above], Any],
        change: Callable[[dict[str, Any], ChangeTree, Above], dict[str, Any]],
    ) -> Any:
        if not tree or not is_object(raw):
            return self.components.follow(raw, above, self.schemas.schema)
        if isinstance(ref := raw.get("$ref"), str):
            return {**raw, "$ref": self.components.copy(ref, tree, above, edit)}
        return change(raw, tree, above)

    # --- what is new ------------------------------------------------------------------------------------

    def _new_parameter(self, name: str, place: str, whole: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {"name": name, "in": place}
        if text := whole.get("Description"):
            made["description"] = text
        made["required"] = bool(whole.get("Required")) or place == "path"
        return {**made, **self._new_schema(whole, own=place != "body")}

    def _new_schema(self, whole: dict[str, Any], *, own: bool) -> dict[str, Any]:
        """The schema of something: in Swagger 2.0 among its own members, unless it is a body."""
        if not own:
            return {"schema": build(whole.get(SCHEMA) or {})}
        schema = build({name: value for name, value in whole.items() if name != "Description"})
        if self.swagger:
            return schema or {"type": "string"}
        return {"schema": schema}

    def _new_header(self, whole: dict[str, Any]) -> dict[str, Any]:
        made = {"description": whole["Description"]} if whole.get("Description") else {}
        if whole.get("Required") and not self.swagger:
            made["required"] = True
        return {**made, **self._new_schema(whole, own=True)}

    def _new_body(self, whole: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {"description": whole["Description"]} if whole.get("Description") else {}
        made["required"] = bool(whole.get("Required"))
        return {**made, "content": {"application/json": {"schema": build(whole.get(SCHEMA) or {})}}}

    def _new_response(self, whole: Any) -> dict[str, Any]:
        headers: list[Any] = []
        schema: dict[str, Any] = {}
        if is_array(whole):
            headers = whole
        elif is_object(whole) and HEADERS in whole:
            headers, schema = whole[HEADERS], whole.get(SCHEMA) or {}
        elif is_object(whole):
            schema = whole
        made: dict[str, Any] = {"description": ""}
        if schema and self.swagger:
            made["schema"] = build(schema)
        elif schema:
            made["content"] = {"application/json": {"schema": build(schema)}}
        if headers:
            made["headers"] = {one["#name"]: self._new_header(one) for one in headers}
        return made


def _has_text(raw: Any) -> bool:
    return is_object(raw) and bool(raw.get("description"))
