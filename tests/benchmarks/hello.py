"""The baseline: the same web framework saying hello."""

from flask import Flask


def create_hello() -> Flask:
    """An application of one route that answers a small JSON object."""
    app = Flask("hello")
    app.post("/hello")(lambda: {"hello": "world"})
    return app


app = create_hello()
