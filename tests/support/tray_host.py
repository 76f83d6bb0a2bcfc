"""Stand-in for a desktop's tray and notices on the session bus: prints a JSON line for each icon, tip and notice.

It keeps to the interfaces org.kde.StatusNotifierWatcher and org.freedesktop.Notifications, and draws nothing.
"""

import json
import os
import sys

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_call, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.low_level import Message

_WATCHER, _NOTICES = "org.kde.StatusNotifierWatcher", "org.freedesktop.Notifications"
_ANSWERS = {
    "Get": ("v", (("b", True),)),  # a host is registered
    "GetCapabilities": ("as", (["body"],)),
    "GetServerInformation": ("ssss", ("stand-in", "nobody", "1", "1.2")),
    "Notify": ("u", (1,)),
}
_LOOK_S = 0.3


def tell(what: str, *said: object) -> None:
    sys.stdout.write(f"{json.dumps([what, *said])}\n")
    sys.stdout.flush()


def answer(connection: DBusConnection, call: Message) -> str | None:
    """Answers one call. Gives who registered an icon by it."""
    member = call.header.fields[HeaderFields.member]
    if member == "RegisterStatusNotifierItem":
        connection.send(new_method_return(call))
        return str(call.header.fields[HeaderFields.sender])
    if member == "Notify":
        tell("notice", call.body[3], call.body[4])
    known = _ANSWERS.get(member)
    connection.send(
        new_method_return(call, *known) if known else new_error(call, "org.freedesktop.DBus.Error.UnknownMethod")
    )
    return None


def tip(connection: DBusConnection, owner: str) -> str:
    """The tool tip of an icon, as it is now; "" once its program is gone."""
    properties = DBusAddress("/StatusNotifierItem", bus_name=owner, interface="org.freedesktop.DBus.Properties")
    call = new_method_call(properties, "Get", "ss", ("org.kde.StatusNotifierItem", "ToolTip"))
    reply = connection.send_and_get_reply(call, timeout=5)
    return str(reply.body[0][1][2]) if reply.header.message_type is MessageType.method_return else ""


def main() -> None:
    connection = open_dbus_connection(os.environ["DBUS_SESSION_BUS_ADDRESS"])
    for name in (_WATCHER, _NOTICES):
        connection.send_and_get_reply(message_bus.RequestName(name))
    tell("ready")
    owner, last = None, ""
    while True:
        try:
            call = connection.receive(timeout=_LOOK_S)
        except TimeoutError:
            if owner and (now := tip(connection, owner)) != last:
                last = now
                tell("tip", now)
            continue
        if call.header.message_type is MessageType.method_call:
            owner = answer(connection, call) or owner


if __name__ == "__main__":
    main()
