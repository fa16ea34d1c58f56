"""How much a policy may be, so that reading it is bounded whatever it says."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes; depth in nested lists and mappings; nodes for each file.

    `bundle_bytes` is for a bundle as a whole; the texts in it are held to the other limits.
    """

    file_bytes: int = 1 << 20
    total_bytes: int = 8 << 20
    depth: int = 32
    nodes: int = 100_000
    files: int = 1_000
    bundle_bytes: int = 256 << 20

    def with_bytes(self, most: int) -> "Limits":
        """The same with files of up to that many bytes, and wholes that can hold one."""
        return replace(
            self,
            file_bytes=most,
            total_bytes=max(most, self.total_bytes),
            bundle_bytes=max(most, self.bundle_bytes),
        )


DEFAULT_LIMITS = Limits()
