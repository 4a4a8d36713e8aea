"""Follows a post and an inbox with python-socketio. Prints each acknowledgement and event as a line of JSON; ends with its input."""
import json
import sys
import threading

import socketio

url, token, post_id, cursor, transport = sys.argv[1:6]


printing = threading.Lock()


def say(kind, data):
    with printing:
        print(json.dumps([kind, data]), flush=True)


client = socketio.Client(reconnection=True, reconnection_delay=0.2, reconnection_delay_max=1)


@client.event
def connect():
    say("connect", client.transport())
    # A language without `undefined` sends null for what is not given.
    client.emit("subscribe-post", (post_id, {"cursor": cursor} if cursor else None), callback=lambda answer: say("ack", answer))
    client.emit("subscribe", (None, None), callback=lambda answer: say("ack", answer))
    client.emit("subscribe-post", ("not-an-id", None))


@client.event
def connect_error(data):
    say("connect_error", data)


@client.on("*")
def any_event(event, data=None):
    say(event, data)


client.connect(url, auth={"token": token}, socketio_path="/notifications/socket.io", transports=[transport] if transport else None)
threading.Thread(target=client.wait, daemon=True).start()
sys.stdin.read()
client.disconnect()
