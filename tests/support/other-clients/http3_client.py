# Asks for paths over HTTP/3, each by a stream of its own on one connection: http3_client.py <https url> <bearer token> <path>...
# Prints a line of JSON for each piece that comes: {"path", "status"}, {"path", "text"}.
import asyncio
import json
import ssl
import sys
from urllib.parse import urlparse

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.paths = {}

    def get(self, authority, path, token):
        stream = self._quic.get_next_available_stream_id()
        self.paths[stream] = path
        headers = [(":method", "GET"), (":scheme", "https"), (":authority", authority), (":path", path), ("authorization", f"Bearer {token}")]
        self.http.send_headers(stream, [(name.encode(), value.encode()) for name, value in headers], end_stream=True)
        self.transmit()

    def quic_event_received(self, event):
        for received in self.http.handle_event(event):
            if isinstance(received, HeadersReceived):
                self.say(received.stream_id, status=int(dict(received.headers)[b":status"]))
            elif isinstance(received, DataReceived) and received.data:
                self.say(received.stream_id, text=received.data.decode())

    def say(self, stream, **what):
        print(json.dumps({"path": self.paths[stream], **what}), flush=True)


async def main(url, token, *paths):
    at = urlparse(url)
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, verify_mode=ssl.CERT_NONE)
    async with connect(at.hostname, at.port, configuration=configuration, create_protocol=Client) as client:
        for path in paths:
            client.get(at.netloc, path, token)
        # Until what has started it ends it.
        await asyncio.Future()


asyncio.run(main(*sys.argv[1:]))
