"""A real D-Bus of one test's own, and hands that give signals on it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={home}/bus</listen><servicedir>{home}/services</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""


class Bus:
    """A bus in `home` on which nothing is started by itself but what `home`/services allows."""

    def __init__(self, home: Path, env: Mapping[str, str]) -> None:
        config = home / "bus.conf"
        config.write_text(_CONFIG.format(home=home))
        self.process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def give(self, sender: str, *signals: tuple[str, str, str | None, tuple[Any, ...]]) -> None:
        """Gives signals in this order as the owner of a name: interface, member, signature, body."""
        from jeepney import DBusAddress, new_signal  # noqa: PLC0415 - Linux only
        from jeepney.bus_messages import message_bus  # noqa: PLC0415 - Linux only
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - Linux only

        with closing(open_dbus_connection(self.address)) as connection:
            if sender:
                connection.send_and_get_reply(message_bus.RequestName(sender))
            for interface, member, signature, body in signals:
                connection.send(new_signal(DBusAddress("/some/where", interface=interface), member, signature, body))
            connection.send_and_get_reply(message_bus.GetId())  # what came before it is through

    def hang(self) -> None:
        """It keeps its connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def end(self) -> None:
        self.process.kill()  # SIGKILL ends a stopped process too
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def bus() -> Iterator[Bus]:
    """A bus for one test. Skips where there is no daemon, and fails on CI: there it belongs to the machine."""
    if shutil.which("dbus-daemon") is None:
        reason = "needs a real bus: apt-get install dbus-daemon"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="ctd") as home:  # short: a socket's path has at most 107 letters
        (Path(home) / "services").mkdir()
        made = Bus(Path(home), {"PATH": os.environ["PATH"]})
        try:
            yield made
        finally:
            made.end()
