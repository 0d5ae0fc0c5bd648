"""Which addresses and logs belong to the peer lane: the one list that walls and filters share."""

# Every address of the peer lane, for programs and for people, is one of these or below it.
PEER_PATHS = ("/v1/lessons", "/lessons", "/peers")
SHARED_LOG = "candour"
# Not a child of the shared log: what is said here must not reach its handlers.
PEER_LOG = "candour-peer"


def is_peer_path(path: str) -> bool:
    """Whether an address belongs to the peer lane, whether or not anything answers there."""
    return any(path == root or path.startswith(root + "/") for root in PEER_PATHS)
