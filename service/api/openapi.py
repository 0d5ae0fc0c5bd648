"""The OpenAPI 3.1 description: made from the same schemas that read the requests."""

from http import HTTPStatus
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask, Response
from flask_smorest.utils import prepare_response
from marshmallow import Schema
from werkzeug.exceptions import HTTPException

from service.problems import PROBLEM_JSON, of_http
from service.schemas.builder import OneOf
from service.schemas.documents import ProblemSchema
from service.schemas.estimates import JsonText
from service.schemas.strict import (
    Choice,
    Count,
    Day,
    Identifier,
    Instant,
    Number,
    Scalar,
    Strict,
    StrictSchema,
    Text,
    Truth,
    Whole,
)

SINGLE_VALUES: tuple[type[Strict], ...] = (
    Choice, Count, Day, Identifier, Instant, JsonText, Number, Scalar, Text, Truth, Whole,
)  # fmt: skip
DESCRIPTION = """Log a programme's life, read grades with their reasons, replay the past.

Every token serves exactly one function; every answer names it in the header Candour-Function.
Every POST honours Idempotency-Key; writes honour If-Match; reads carry an ETag."""


class Converter(OpenAPIConverter):
    """Knows the one shape marshmallow has no word for: an object that is one of several."""

    def schema2jsonschema(self, schema: Schema | type[Schema]) -> dict[str, Any]:
        """The JSON Schema of a schema."""
        if not isinstance(schema, OneOf):
            described: dict[str, Any] = super().schema2jsonschema(schema)
            strict = {"additionalProperties": False} if isinstance(schema, StrictSchema) else {}
            return described | strict
        references = {
            word: self.resolve_nested_schema(variant) for word, variant in schema.variants.items()
        }
        return {
            "oneOf": list(references.values()),
            "discriminator": {
                "propertyName": schema.discriminator,
                "mapping": {word: found["$ref"] for word, found in references.items()},
            },
        }


class Plugin(MarshmallowPlugin):
    """The marshmallow plugin with our converter."""

    Converter = Converter


class Api(flask_smorest.Api):
    """flask-smorest, with problems for errors."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = "Problem"

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Makes the framework's refusals problems like all others."""
        return of_http(error).response()

    def _register_responses(self) -> None:
        """Every error is one response; the names are those flask-smorest refers to."""
        refusals = [status.name for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST]
        for name in (self.DEFAULT_ERROR_RESPONSE_NAME, *refusals):
            problem = {"description": "A problem (RFC 9457)", "schema": ProblemSchema}
            prepare_response(problem, self.spec, PROBLEM_JSON)
            self.spec.components.response(name, problem, lazy=True)


def describe(app: Flask) -> Api:
    """The description of an app; blueprints registered with it appear at /openapi.json."""
    app.config.update(
        API_TITLE="Candour",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION},
            "security": [{"bearer": []}],
        },
    )
    api = Api(spec_kwargs={"marshmallow_plugin": Plugin()})
    for field in SINGLE_VALUES:
        api.register_field(field, *field.json)
    api.init_app(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    return api
