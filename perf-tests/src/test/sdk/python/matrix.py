"""What an application does with the Python SDK, in one encoding.

    python matrix.py EDGE API KEY SECRET ENCODING
    python matrix.py 127.0.0.1:8000 http://127.0.0.1:9000 key secret protobuf

Prints "ok BEHAVIOUR" or "failed BEHAVIOUR: WHY" for each. Exit code 0 when all are ok.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.request

from centrifuge import Client, ClientEventHandler, ReplyError, SubscriptionEventHandler

LIMIT = 15
EDGE, API, KEY, SECRET, ENCODING = sys.argv[1:]
BINARY = ENCODING == "protobuf"


class Network:
    """A network that can be cut."""

    def __init__(self):
        self.writers = set()
        self.server = None

    async def start(self):
        self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def accept(self, reader, writer):
        host, port = EDGE.rsplit(":", 1)
        node_reader, node_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(self.carry(reader, node_writer), self.carry(node_reader, writer))

    async def carry(self, reader, writer):
        self.writers.add(writer)
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass  # cut
        finally:
            self.writers.discard(writer)
            writer.close()

    def cut(self):
        for writer in list(self.writers):
            writer.transport.abort()


def token(seconds=300, channels=()):
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    now = int(time.time())
    claims = {"sub": "ann", "iat": now, "exp": now + seconds}
    if channels:
        claims["channels"] = list(channels)
    body = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    return (body + b"." + part(hmac.digest(SECRET.encode(), body, hashlib.sha256))).decode()


def post(channel, data):
    request = urllib.request.Request(
        f"{API}/api/publish",
        json.dumps({"channel": channel, "data": data}).encode(),
        {"X-API-Key": KEY, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=LIMIT) as response:
        answer = json.load(response)
    if "error" in answer:
        raise AssertionError(f"publish: {answer}")


async def produce(channel, data):
    """As a service does."""
    await asyncio.to_thread(post, channel, data)


def sent(data):
    return json.dumps(data).encode() if BINARY else data


def value(data):
    return json.loads(data) if isinstance(data, bytes) else data


class Events(ClientEventHandler):
    def __init__(self):
        self.disconnected = asyncio.Queue()
        self.subscribed = asyncio.Queue()
        self.publications = asyncio.Queue()

    async def on_disconnected(self, ctx):
        self.disconnected.put_nowait(ctx.code)

    async def on_subscribed(self, ctx):
        self.subscribed.put_nowait(ctx.channel)

    async def on_publication(self, ctx):
        self.publications.put_nowait((ctx.channel, value(ctx.pub.data)))


class Heard(SubscriptionEventHandler):
    def __init__(self):
        self.subscribed = asyncio.Queue()
        self.publications = asyncio.Queue()

    async def on_subscribed(self, ctx):
        self.subscribed.put_nowait(ctx)

    async def on_publication(self, ctx):
        self.publications.put_nowait(ctx.pub)

    async def expect(self, values):
        for expected in values:
            publication = await asyncio.wait_for(self.publications.get(), LIMIT)
            equal(value(publication.data), expected)


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r}, not {expected!r}")


async def refused(awaitable, code):
    try:
        await awaitable
    except ReplyError as e:
        equal(e.code, code)
        return
    raise AssertionError(f"no error {code}")


class Application:
    def __init__(self, network, port):
        self.network = network
        self.port = port
        self.clients = []

    def client(self, **options):
        options.setdefault("token", token())
        client = Client(
            f"ws://127.0.0.1:{self.port}/connection/websocket",
            use_protobuf=BINARY,
            min_reconnect_delay=0.05,
            max_reconnect_delay=0.5,
            proxy=None,
            **options,
        )
        self.clients.append(client)
        return client

    async def subscribed(self, channel, **options):
        client = self.client(**options)
        heard = Heard()
        subscription = client.new_subscription(channel, events=heard)
        await client.connect()
        await subscription.subscribe()
        await asyncio.wait_for(heard.subscribed.get(), LIMIT)
        return client, subscription, heard

    async def leave(self):
        for client in self.clients:
            await client.disconnect()
        self.clients.clear()

    async def subscribe_and_hear(self, channel):
        _, _, heard = await self.subscribed(channel)
        await produce(channel, {"n": "ü€😀"})
        await heard.expect([{"n": "ü€😀"}])

    async def publish(self, channel):
        _, subscription, heard = await self.subscribed(channel)
        await subscription.publish(sent({"said": True}))
        publication = await asyncio.wait_for(heard.publications.get(), LIMIT)
        equal(value(publication.data), {"said": True})
        equal(publication.info.user, "ann")

    async def cut_and_recover(self, channel):
        _, _, heard = await self.subscribed(channel)
        self.network.cut()
        for i in range(1, 21):
            await produce(channel, i)
        again = await asyncio.wait_for(heard.subscribed.get(), LIMIT)
        equal((again.was_recovering, again.recovered), (True, True))
        await produce(channel, 21)
        await heard.expect(range(1, 22))

    async def newest_value_on_subscribe(self, channel):
        channel = f"state:{channel}"
        _, _, witness = await self.subscribed(channel)
        await produce(channel, 1)
        await produce(channel, 2)
        await witness.expect([1, 2])  # the node has it
        _, _, heard = await self.subscribed(channel)
        await heard.expect([2])
        await produce(channel, 3)
        await heard.expect([3])

    async def unsubscribe_and_come_back(self, channel):
        _, subscription, heard = await self.subscribed(channel)
        await subscription.unsubscribe()
        await subscription.subscribe()
        await asyncio.wait_for(heard.subscribed.get(), LIMIT)
        await produce(channel, 1)
        await heard.expect([1])

    async def server_side_subscriptions(self, channel):
        events = Events()
        client = self.client(token=token(channels=[channel]), events=events)
        await client.connect()
        equal(await asyncio.wait_for(events.subscribed.get(), LIMIT), channel)
        await produce(channel, 1)
        equal(await asyncio.wait_for(events.publications.get(), LIMIT), (channel, 1))

    async def expired_token(self, channel):
        asked = []

        async def fresh():
            asked.append(1)
            return token()

        await self.subscribed(channel, token=token(-60), get_token=fresh)
        equal(len(asked), 1)

    async def invalid_token(self, _):
        events = Events()
        await self.client(token=token() + "x", events=events).connect()
        equal(await asyncio.wait_for(events.disconnected.get(), LIMIT), 3500)

    async def what_is_not_offered(self, channel):
        client, subscription, _ = await self.subscribed(channel)
        await refused(client.rpc("m", sent({})), 108)
        await refused(subscription.presence(), 108)


async def main():
    network = Network()
    application = Application(network, await network.start())
    failed = 0
    for behaviour in (
        "subscribe_and_hear",
        "publish",
        "cut_and_recover",
        "newest_value_on_subscribe",
        "unsubscribe_and_come_back",
        "server_side_subscriptions",
        "expired_token",
        "invalid_token",
        "what_is_not_offered",
    ):
        name = behaviour.replace("_", " ").replace("server side", "server-side")
        try:
            await getattr(application, behaviour)(f"python-{ENCODING}-{behaviour}")
            print(f"ok {name}", flush=True)
        except Exception as e:  # whatever it is, it is told
            failed += 1
            print(f"failed {name}: {type(e).__name__} {e}", flush=True)
        await application.leave()
    network.server.close()
    network.cut()
    return 1 if failed else 0


sys.exit(asyncio.run(main()))
