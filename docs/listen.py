"""Listens on a WebSocket and prints each frame on a line of its own (RFC 6455, without what a Talkify client does not need).

    python3 docs/listen.py URL [--count N] [--send FRAME]

It ends after N frames, when the other side closes, or with Ctrl-C. Only Python is needed.
"""
import argparse
import base64
import os
import socket
import ssl
import struct
import urllib.parse


def connect(url):
    """Opens the socket; what is read after the handshake goes with it."""
    parts = urllib.parse.urlsplit(url)
    secure = parts.scheme == "wss"
    stream = socket.create_connection((parts.hostname, parts.port or (443 if secure else 80)), timeout=60)
    if secure:
        stream = ssl.create_default_context().wrap_socket(stream, server_hostname=parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    key = base64.b64encode(os.urandom(16)).decode()
    stream.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    reader = stream.makefile("rb")
    status = reader.readline().decode().strip()
    while reader.readline().strip():
        pass
    if " 101 " not in f"{status} ":
        raise SystemExit(f"no socket: {status}")
    return stream, reader


def send(stream, opcode, payload):
    """Sends one frame; a client masks what it sends."""
    mask = os.urandom(4)
    length = len(payload)
    head = bytes([0x80 | opcode])
    if length < 126:
        head += bytes([0x80 | length])
    else:
        head += bytes([0x80 | 126]) + struct.pack("!H", length)
    stream.sendall(head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)))


def receive(reader):
    """One frame: its opcode, whether it is the last of its message, and what is in it."""
    first, second = reader.read(2)
    length = second & 0x7F
    if length == 126:
        (length,) = struct.unpack("!H", reader.read(2))
    elif length == 127:
        (length,) = struct.unpack("!Q", reader.read(8))
    return first & 0x0F, bool(first & 0x80), reader.read(length)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("url")
    arguments.add_argument("--count", type=int)
    arguments.add_argument("--send")
    arguments = arguments.parse_args()
    stream, reader = connect(arguments.url)
    print("connected", flush=True)
    if arguments.send:
        send(stream, 0x1, arguments.send.encode())
    seen, message = 0, b""
    while arguments.count is None or seen < arguments.count:
        opcode, last, payload = receive(reader)
        if opcode == 0x8:
            break
        if opcode == 0x9:
            send(stream, 0xA, payload)
        elif opcode in (0x0, 0x1):
            message += payload
            if last:
                print(message.decode(), flush=True)
                seen, message = seen + 1, b""
    send(stream, 0x8, struct.pack("!H", 1000))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
