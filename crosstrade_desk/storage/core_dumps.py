"""A program that crashes may leave its memory in a file, and the key is in it."""

from contextlib import suppress


def forbid_core_dumps() -> None:
    """Keeps this process, and those it starts, from leaving core files. Harmless when repeated.

    Windows has no such limit, and nothing happens there. A crash reporter of the system (systemd-coredump) is handed
    the memory whatever the limit; the limit tells it not to keep any.
    """
    try:
        import resource  # noqa: PLC0415 - POSIX only
    except ImportError:
        return
    with suppress(OSError, ValueError):  # a sandbox that forbids the call
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
