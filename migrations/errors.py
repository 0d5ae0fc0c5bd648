"""Why a store is not opened or not migrated, in words that say what to do."""


class MigrationRefused(Exception):
    """The store and this program do not fit together."""


class UnmigratedStore(MigrationRefused):
    """Tables are missing."""

    def __init__(self, where: str, missing: tuple[str, ...]) -> None:
        super().__init__(f"{where} lacks {', '.join(missing)}: run `candour migrate`")


class NewerStore(MigrationRefused):
    """The store was migrated by a later version of the program."""

    def __init__(self, where: str, unknown: tuple[str, ...]) -> None:
        super().__init__(
            f"{where} was migrated by a newer Candour ({', '.join(unknown)}): upgrade the program"
        )


class AlteredMigration(MigrationRefused):
    """A migration that was applied is no longer the file that was applied."""

    def __init__(self, where: str, name: str) -> None:
        super().__init__(
            f"{name} was changed after it was applied to {where}:"
            " restore the file, and put the change into a new migration"
        )


class ForeignStore(MigrationRefused):
    """Something else lives at the address, or what lives there is damaged."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where} is no usable Candour store: {why}")
