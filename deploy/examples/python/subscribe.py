"""Subscribes to a channel with the Python SDK of the Centrifuge family, unchanged. It runs until it is ended.

    pip install -r requirements.txt
    python subscribe.py URL TOKEN CHANNEL
    python subscribe.py ws://127.0.0.1:8000/connection/websocket "$(../../../sluice token --user me)" news

Each publication is a line of JSON. The SDK reconnects by itself and recovers by position.
"""

import asyncio
import json
import sys

from centrifuge import Client, ClientEventHandler, SubscriptionEventHandler


class Connection(ClientEventHandler):
    def __init__(self):
        self.ended = asyncio.Event()

    async def on_disconnected(self, ctx):  # for good; a cut is on_connecting
        print(f"disconnected code={ctx.code} reason={ctx.reason}", file=sys.stderr)
        self.ended.set()


class News(SubscriptionEventHandler):
    async def on_subscribed(self, ctx):
        print(f"subscribed recovered={ctx.recovered}", file=sys.stderr, flush=True)

    async def on_publication(self, ctx):
        print(json.dumps(ctx.pub.data), flush=True)


async def main(url, token, channel):
    connection = Connection()
    # A program that outlives its token gives `get_token=` instead, which is asked for each next one.
    client = Client(url, token=token, events=connection)
    subscription = client.new_subscription(channel, events=News())
    await client.connect()
    await subscription.subscribe()
    await connection.ended.wait()


if len(sys.argv) != 4:
    sys.exit("usage: subscribe.py URL TOKEN CHANNEL")
asyncio.run(main(*sys.argv[1:]))
