"""The API as a whole, its servers, and the ways to authenticate."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Api, Requirement, SecurityScheme, Server
from ..calls import Call, shown
from ..pairs import ApiPair, RequirementPair, SchemePair, ServerPair
from ..proof import Address, Proof
from ..rule import Effect, narrower, noted, rule
from ..spelling import spell_change, spell_requirement


@rule(on=ApiPair)
def api_documentation_changed(pair: ApiPair) -> Iterator[Effect]:
    """The title or description of the API changed."""
    if pair.before and pair.after:
        if pair.before.title != pair.after.title:
            yield noted(f"the title was {pair.before.title!r}, is {pair.after.title!r}", detail="title")
        if pair.before.doc != pair.after.doc:
            yield noted("the description of the API changed", detail="description")


@rule(on=ServerPair)
def server_added(pair: ServerPair) -> Iterator[Effect]:
    """The service is at another place too."""
    if pair.before is None and pair.after:
        yield noted(f"server {pair.after.url} was added")


@rule(on=ServerPair)
def server_removed(pair: ServerPair) -> Iterator[Effect]:
    """The service is no longer said to be at this place.

    A warning: an address that is no longer written down usually still answers, and which one a caller uses is its
    configuration.
    """
    if pair.before and pair.after is None:
        yield noted(f"server {pair.before.url} was removed", severity="warning")


@rule(on=ServerPair)
def server_changed(pair: ServerPair) -> Iterator[Effect]:
    """A variable in the address of a server has another default or other allowed values.

    A value that was allowed and is not any more is an error; another default is a warning, as it moves callers who
    did not choose.
    """
    if not (pair.before and pair.after):
        return
    variables = {variable.name: variable for variable in pair.after.variables}
    for old in pair.before.variables:
        new = variables.get(old.name)
        if new is None:
            continue
        gone = [value for value in old.values if new.values and value not in new.values]
        if gone or (new.values and not old.values):
            said = f"no longer allows {', '.join(gone)}" if gone else f"allows only {', '.join(new.values)}"
            proof = Address(_filled(pair.before, old.name, gone[0] if gone else "elsewhere"), "before")
            yield narrower(f"variable {old.name} {said}", proof, detail=f"{old.name} values")
        elif old.values != new.values:
            yield noted(f"variable {old.name} allows other values", detail=f"{old.name} values")
        if old.default != new.default:
            change = spell_change({"default": old.default or ""}, {"default": new.default or ""})
            yield noted(f"variable {old.name}: {change}", severity="warning", detail=f"{old.name} default")
        if old.doc != new.doc:
            yield noted(f"variable {old.name} is described otherwise", detail=f"{old.name} description")
    if pair.before.doc != pair.after.doc:
        yield noted("the server is described otherwise", detail="description")


def _filled(server: Server, name: str, value: str) -> str:
    """The address of a server with one variable at a value, the others at their defaults."""
    url = server.url
    for variable in server.variables:
        text = value if variable.name == name else variable.default or next(iter(variable.values), "any")
        url = url.replace(f"{{{variable.name}}}", text)
    return url


@rule(on=SchemePair)
def security_scheme_added(pair: SchemePair) -> Iterator[Effect]:
    """There is another way to authenticate; operations say whether they take it."""
    if pair.before is None and pair.after:
        yield noted(f"security scheme {pair.after.name} was added")


@rule(on=SchemePair)
def security_scheme_removed(pair: SchemePair) -> Iterator[Effect]:
    """A way to authenticate is gone; operations that took it say so themselves."""
    if pair.before and pair.after is None:
        yield noted(f"security scheme {pair.before.name} was removed")


@rule(on=SchemePair)
def security_scheme_changed(pair: SchemePair) -> Iterator[Effect]:
    """Credentials go elsewhere or come from elsewhere: the same name stands for another scheme.

    An error where callers must show something else. Another address to get a token from is a warning, as tokens are
    shown the same way; so is a token of any issuer that became one of a named issuer.
    """
    if not (pair.before and pair.after):
        return
    before, after = pair.before, pair.after
    old, new = shown(before), shown(after)
    if old != new:
        proof = _with_scheme(pair.frame.before, pair)
        yield narrower(f"security scheme {before.name}: {spell_change(_said(before), _said(after))}", proof)
        return
    if _said(before) != _said(after):
        told = spell_change(_said(before), _said(after))
        yield noted(f"security scheme {before.name}: {told}", severity="warning")
    if before.scopes != after.scopes:
        gone = [name for name, _ in before.scopes if name not in dict(after.scopes)]
        told = f"scopes {', '.join(gone)} are gone" if gone else "its scopes are listed otherwise"
        yield noted(f"security scheme {before.name}: {told}", detail="scopes")
    if before.deprecated != after.deprecated:
        told = "deprecated now" if after.deprecated else "no longer deprecated"
        yield noted(f"security scheme {before.name} is {told}", detail="deprecated")
    if before.doc != after.doc:
        yield noted(f"security scheme {before.name} is described otherwise", detail="description")


def _said(scheme: SecurityScheme) -> dict[str, str]:
    named = {
        "kind": scheme.kind,
        "in": scheme.place or "",
        "name": scheme.wire_name or "",
        "scheme": scheme.scheme or "",
        "URL": scheme.url or "",
        **{f"token URL of {flow or 'the flow'}": url for flow, url in scheme.token_urls},
    }
    return {name: text for name, text in named.items() if text}


def _with_scheme(api: Api, pair: SchemePair) -> Proof | None:
    """A call of an operation that took the scheme alone, with credentials of before."""
    name = pair.before.name if pair.before else ""
    after = {one.label: one for one in pair.frame.after.operations}
    for operation in api.operations:
        for one in operation.security:
            if dict(one.schemes).keys() == {name} and operation.label in after:
                return _proof(Call(pair.frame, operation, after[operation.label]), one)
    return None


def _proof(call: Call, security: Requirement) -> Proof | None:
    return call.request("before", "credentials", "credentials", security=security)


@rule(on=RequirementPair)
def security_alternative_removed(pair: RequirementPair) -> Iterator[Effect]:
    """Credentials that were enough are not enough any more."""
    if pair.before:
        told = spell_requirement(pair.before)
        yield narrower(
            f"{told} {'are' if told.endswith('credentials') else 'is'} no longer accepted",
            _proof(pair.call, pair.before),
            detail=told,
        )


@rule(on=RequirementPair)
def security_alternative_added(pair: RequirementPair) -> Iterator[Effect]:
    """Other credentials are accepted too."""
    if pair.after:
        told = spell_requirement(pair.after)
        yield noted(f"{told} {'are' if told.endswith('credentials') else 'is'} accepted now", detail=told)
