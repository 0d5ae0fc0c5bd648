"""How large a request may be, and that what is uploaded never touches a disk."""

import io
from typing import IO

from flask import Request

from service.estimating.apart import LIMITS

# A body this long is no statement about a programme; longer ones are files (1 MiB).
LARGEST_BODY = 1024 * 1024
# A file of raw outcomes, and what is said beside it.
LARGEST_UPLOAD = LIMITS.packed + LARGEST_BODY
# A file, a token, and each role and option of a design: no form of ours has more parts.
MOST_PARTS = 100


class RequestInMemory(Request):
    """Keeps uploaded files in memory: outcomes of people are not left in temporary files."""

    max_form_parts = MOST_PARTS

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


def take_a_file(asked: Request) -> None:
    """Lets this request be as large as a file; to be called before anything of it is read."""
    asked.max_content_length = LARGEST_UPLOAD
