"""An OpenAPI document as a page can show it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Property:
    """One field of a body or an answer."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Body:
    """What is sent, or what comes back."""

    name: str
    type: str
    description: str
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Answered:
    """One status and what comes with it."""

    status: str
    body: Body | None


@dataclass(frozen=True)
class Operation:
    """One address and method."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    request: Body | None
    answers: tuple[Answered, ...]


def described(schema: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Every operation of an OpenAPI document, in its order."""
    return tuple(_operations(schema))


def _operations(schema: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                yield Operation(
                    id=operation["operationId"],
                    method=method.upper(),
                    path=path,
                    summary=operation.get("summary", ""),
                    description=operation.get("description", ""),
                    request=_body(schema, operation.get("requestBody")),
                    answers=tuple(
                        Answered(str(status), _body(schema, answer))
                        for status, answer in operation["responses"].items()
                    ),
                )


def _body(schema: Mapping[str, Any], holder: Mapping[str, Any] | None) -> Body | None:
    content = (holder or {}).get("content", {}).get("application/json")
    if not content:
        return None
    described = content["schema"]
    inner = _resolved(schema, described.get("items", described))
    properties = tuple(
        Property(name, _type_of(value), value.get("description", ""))
        for name, value in inner.get("properties", {}).items()
    )
    return Body(inner.get("title", ""), _type_of(described), inner.get("description", ""), properties)


def _resolved(schema: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = value.get("$ref")
    if not reference:
        return value
    resolved: Mapping[str, Any] = schema["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return resolved


def _type_of(value: Mapping[str, Any]) -> str:
    """A type in a few words: `list of Finding`, `string or null`."""
    if "$ref" in value:
        return str(value["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_type_of(choice) for choice in value["anyOf"]))
    if "const" in value:
        return f'"{value["const"]}"'
    if "enum" in value:
        return " or ".join(f'"{choice}"' for choice in value["enum"])
    if value.get("type") == "array":
        return f"list of {_type_of(value.get('items', {}))}"
    if value.get("type") == "object" and isinstance(value.get("additionalProperties"), dict):
        return f"map of {_type_of(value['additionalProperties'])}"
    return str(value.get("type", "any"))
