"""The one place where the headers of every HTML page are set."""

from flask import Flask, Response

# Nothing inline, nothing from elsewhere, no script at all (there is none to run).
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cache-Control", "no-store"),
)


def set_page_headers(response: Response) -> Response:
    """Hardens every HTML answer; a header set on purpose by the view stays."""
    if response.mimetype == "text/html":
        for name, value in HEADERS:
            response.headers.setdefault(name, value)
    return response


def guard_pages_of(app: Flask) -> None:
    app.after_request(set_page_headers)
