"""The stable types of problem: each with its name in the address, its status and its meaning."""

from dataclasses import dataclass

TYPE_PREFIX = "/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """One stable type of problem: its name in the address, its status, and what it means."""

    slug: str
    status: int
    title: str
    meaning: str


BAD_REQUEST = Kind(
    "bad-request",
    400,
    "The request cannot be read",
    "Malformed JSON, or a header that is not well formed.",
)
SIGN_IN_NEEDED = Kind(
    "sign-in-needed",
    401,
    "Sign in first",
    "The bearer token is missing, unknown, expired or revoked.",
)
NOT_ALLOWED = Kind(
    "not-allowed",
    403,
    "Your function does not permit this",
    "Each token serves exactly one function; another function may do this.",
)
NOT_FOUND = Kind(
    "not-found", 404, "There is nothing here", "No such address, or no such thing at it."
)
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed",
    405,
    "This address does not take that method",
    "The Allow header lists the methods it takes.",
)
NOT_ACCEPTABLE = Kind(
    "not-acceptable",
    406,
    "That format is not offered here",
    "Ask for JSON, or CSV where there is a table.",
)
MOVE_REFUSED = Kind(
    "move-refused",
    409,
    "The programme's state does not permit this event",
    "`open_moves` names the events that are possible now.",
)
ALREADY_RECORDED = Kind(
    "already-recorded",
    409,
    "The same data stand in the programme already",
    "`event_id` names the outcome that was estimated from them. Correct it, or withdraw it first.",
)
CONFLICT = Kind(
    "conflict", 409, "Somebody else was writing at the same moment", "Nothing was saved; try again."
)
STALE = Kind(
    "stale",
    412,
    "The programme has moved on",
    "If-Match names an older version; the ETag header has the current one.",
)
TOO_LARGE = Kind(
    "too-large",
    413,
    "The request is too large",
    "A body may have 1 MiB at most, and a file of raw outcomes 4 MiB.",
)
MEDIA_TYPE = Kind(
    "media-type",
    415,
    "That media type is not read here",
    "Send application/json, or multipart/form-data where a file is taken.",
)
INVALID = Kind(
    "invalid",
    422,
    "The request says something that cannot be accepted",
    "`errors` names each field, its problem and what would be accepted.",
)
PERSONAL_DATA = Kind(
    "personal-data",
    422,
    "The file holds what looks like personal data",
    "`errors` names the columns. Nothing was kept: take them out, and send the file again.",
)
TOO_MUCH = Kind(
    "too-much-to-estimate",
    422,
    "That takes more time or memory than one estimate may",
    "Add up or average what belongs together, so that there are fewer rows.",
)
KEY_REUSED = Kind(
    "idempotency-key-reused",
    422,
    "That Idempotency-Key was used for a different request",
    "A key belongs to one request; take a new one for another.",
)
INTERNAL = Kind(
    "internal",
    500,
    "Something went wrong on our side",
    "`id` finds the entry in the service's log.",
)
UNAVAILABLE = Kind(
    "unavailable",
    503,
    "The service cannot answer now",
    "Its database cannot be reached or is not up to date; try again.",
)
OTHER = Kind("other", 400, "The request was refused", "The status says how.")

KINDS: tuple[Kind, ...] = (
    BAD_REQUEST, SIGN_IN_NEEDED, NOT_ALLOWED, NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE,
    MOVE_REFUSED, ALREADY_RECORDED, CONFLICT, STALE, TOO_LARGE, MEDIA_TYPE, INVALID, PERSONAL_DATA,
    TOO_MUCH, KEY_REUSED, INTERNAL, UNAVAILABLE, OTHER,
)  # fmt: skip
