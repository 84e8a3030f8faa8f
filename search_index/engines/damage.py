"""Damaged files of an index can fail in any way; all of them mean the same: rebuild."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from search_index.engines.seam import IndexUnavailable

NOT_THE_INDEX = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENFILE}
"""Failures of the machine, which a rebuild would not cure."""


@contextmanager
def damage_is_unavailable() -> Iterator[None]:
    """Around what reads or writes files of the index, and nothing else: a mistake elsewhere is a mistake."""
    try:
        yield
    except (IndexUnavailable, MemoryError):
        raise
    except OSError as error:
        if error.errno in NOT_THE_INDEX:
            raise
        raise IndexUnavailable(f"the index cannot be read: {error}") from error
    except Exception as error:
        raise IndexUnavailable(f"the index is broken: {error!r}") from error
