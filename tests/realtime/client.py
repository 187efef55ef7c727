"""A client of Talkify's sockets, as somebody writes one in Python with the package websockets.

It reads what to do from standard input, {"address", "refused": [address], "conversation_id", "client_id"}, and writes what it saw to
standard output.
"""

import json
import sys

from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

asked = json.load(sys.stdin)


def refused(address):
    try:
        with connect(address):
            return {"opened": True}
    except InvalidStatus as refusal:
        return {"status": refusal.response.status_code, "body": refusal.response.body.decode()}


def frames(socket):
    """Answers and events in the order of their coming."""
    while True:
        frame = json.loads(socket.recv(timeout=30))
        yield from frame["events"] if frame["type"] == "events" else [frame]


saw = {"refusals": [refused(address) for address in asked["refused"]]}
with connect(asked["address"]) as socket:
    coming = frames(socket)
    socket.send(json.dumps({"action": "ping", "request_id": "from Python"}))
    saw["pong"] = next(frame for frame in coming if frame["type"] == "answer")
    message = {"action": "send_message", "request_id": "2", "conversation_id": asked["conversation_id"],
               "client_id": asked["client_id"], "type": "text", "text": "Grüße aus Python 🐍"}
    socket.send(json.dumps(message))
    # The event may come before the answer.
    while not {"sent", "event"} <= saw.keys():
        frame = next(coming)
        if frame["type"] == "answer":
            saw["sent"] = frame
        elif frame["type"] == "message.created":
            saw["event"] = frame
saw["closed_with"] = socket.protocol.close_code
json.dump(saw, sys.stdout)
