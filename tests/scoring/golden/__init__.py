"""Golden cases: facts as they are told, and what the source that is named says of them."""
