"""A bare HTTPS server in a process of its own: answers yes, and writes the moment at which each message was whole.

usage: python server.py SERVER.pem DELAY_MS        first line: the port; then monotonic nanoseconds, one line a message.
DELAY_MS is the time each direction takes: a wire with a length, one way.
"""

import socket
import ssl
import sys
import threading
import time

ANSWER = b'{"success": true}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def serve(line: ssl.SSLSocket) -> None:
    got = b""
    while True:
        while b"\r\n\r\n" not in got:
            more = line.recv(65536)
            if not more:
                return
            got += more
        head, _, got = got.partition(b"\r\n\r\n")
        length = next(
            (int(row.split(b":")[1]) for row in head.lower().split(b"\r\n") if row[:15] == b"content-length:"), 0
        )
        while len(got) < length:
            got += line.recv(65536)
        now, got = time.monotonic_ns(), got[length:]
        if head.startswith(b"POST"):
            sys.stdout.write(f"{now}\n")
            sys.stdout.flush()
        line.sendall(EMPTY if head.startswith(b"HEAD") else HEAD + ANSWER)


def greet(line: socket.socket, context: ssl.SSLContext) -> None:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        serve(context.wrap_socket(line, server_side=True))
    except OSError:
        line.close()


def relay(source: socket.socket, target: socket.socket, delay_s: float, begins: float) -> None:
    """Carries bytes one way, each piece so much later, as if none had been sent before the moment `begins`."""
    pieces: list[tuple[float, bytes]] = []
    ready = threading.Condition()

    def deliver() -> None:
        while True:
            with ready:
                ready.wait_for(lambda: bool(pieces))
                due, piece = pieces.pop(0)
            time.sleep(max(0.0, due - time.monotonic()))  # the delay itself is what this relay is for
            if not piece:
                target.close()
                return
            try:
                target.sendall(piece)
            except OSError:
                return

    threading.Thread(target=deliver, daemon=True).start()
    piece = b"-"
    while piece:
        try:
            piece = source.recv(65536)
        except OSError:
            piece = b""
        with ready:
            pieces.append((max(time.monotonic(), begins) + delay_s, piece))
            ready.notify()


def far_away(port: int, delay_s: float) -> int:
    """A port whose every byte takes so long to and from another one.

    It accepts at once: what is sent over a new connection waits for the round trip that its handshake would take.
    """
    outer = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            near, _ = outer.accept()
            far = socket.create_connection(("127.0.0.1", port))
            for line in (near, far):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            begins = time.monotonic() + 2 * delay_s
            for pair in ((near, far), (far, near)):
                threading.Thread(target=relay, args=(*pair, delay_s, begins), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return int(outer.getsockname()[1])


def main() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    listener = socket.create_server(("127.0.0.1", 0), backlog=200)
    port = listener.getsockname()[1]
    delay_s = float(sys.argv[2]) / 1000
    sys.stdout.write(f"{far_away(port, delay_s) if delay_s else port}\n")
    sys.stdout.flush()
    while True:
        line, _ = listener.accept()
        threading.Thread(target=greet, args=(line, context), daemon=True).start()


main()
