"""What is given of forms: values in which it shows how each member is written."""

from __future__ import annotations

from typing import Any

from ...jsonvalue import is_array, is_object
from ...media import is_json
from ...model import Api, Content, Encoding, Record
from ...sample import NoSample
from .arguments import longer
from .payloads import Payloads
from .texts import as_written


def given_form(api: Api, payloads: Payloads, content: Content, form: Any, *, all_: bool) -> Any:
    """A form, a sample of all members or of those that must be, as it is given.

    Lists that are written in a style have two items. In the least form nothing is empty: of an empty object or list nothing
    is written, and it would be missed. Objects in a media type that only its own writers know, as XML, are left out. Raises
    NoSample where they are required.
    """
    record = api.resolve(content.type)
    if not is_object(form):
        return form
    if not all_ and any(item in ({}, []) for item in form.values()):
        whole = payloads.of(content.type, content.at, full=True, direction="request")
        form = {name: whole.get(name, item) if item in ({}, []) else item for name, item in form.items()}
    told = {one.wire_name: one for one in content.encoding}
    fields = {item.wire_name: item for item in record.fields} if isinstance(record, Record) else {}
    found: dict[str, Any] = {}
    for name, item in form.items():
        one, field = told.get(name), fields.get(name)
        if one is not None and not _is_writable(one, item):
            if field is None or field.required:
                raise NoSample(f"{name} is to be {one.content_type}, which is given as a file")
            continue
        is_styled = one is not None and (one.style or one.explode is not None)
        value = longer(api, field.type, item) if is_styled and field is not None else item
        try:
            found[name] = as_written(api, field.type, value) if field is not None else value
        except ValueError as error:
            raise NoSample(f"{name} is shown as what Python has no value for: {error}") from None
    return found


def _is_writable(told: Encoding, item: Any) -> bool:
    media_type = (told.content_type or "*/*").partition(",")[0].strip().lower()
    if is_json(media_type) or "*" in media_type or told.style or told.explode is not None:
        return True
    parts = item if is_array(item) else [item]
    return not any(is_object(part) or is_array(part) for part in parts)
