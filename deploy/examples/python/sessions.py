"""Follows who connects and disconnects: a line of JSON for each user whose number of connections changed.

    pip install -r requirements.txt
    python sessions.py KAFKA
    python sessions.py 127.0.0.1:9092

It is an ordinary consumer with a group of its own. An event may come twice, so what it does must bear that; of a
connection whose node died there is no end, so the loss of the node ends all of them, also those that are read of only
afterwards, since they are in other partitions. ../../docs/session-events.md says what may be relied on.
"""

import json
import sys
from datetime import datetime

from confluent_kafka import Consumer

TOPIC = "sluice.sessions"
SESSION = "io.sluice.session."


class Online:
    """Whose connections are where."""

    def __init__(self):
        self.users = {}  # user -> {client: (node, since)}
        self.lost = {}  # node -> when it was found dead; one entry for each node that died

    def take(self, event):
        """Returns the users for whom something changed."""
        data = event["data"]
        time = datetime.fromisoformat(event["time"].replace("Z", "+00:00"))  # as text they have no order
        if event["type"] == "io.sluice.node-lost":
            self.lost[data["node"]] = max(time, self.lost.get(data["node"], time))
            return [
                user
                for user, clients in list(self.users.items())
                for client, (node, since) in list(clients.items())
                if node == data["node"] and since <= time and self.end(user, client)
            ]
        kind = event["type"].removeprefix(SESSION)
        user, client = data["user"], data["client"]
        if kind in ("connected", "resumed"):
            if data["node"] in self.lost and time <= self.lost[data["node"]]:
                return []  # its end was read before
            clients = self.users.setdefault(user, {})
            if client not in clients:
                clients[client] = (data["node"], time)
                return [user]
        elif kind in ("disconnected", "taken-over") and self.end(user, client):
            return [user]
        return []  # seen before, or of a later version

    def end(self, user, client):
        clients = self.users.get(user, {})
        ended = clients.pop(client, None) is not None
        if not clients:
            self.users.pop(user, None)
        return ended


def main(kafka):
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "sessions-example", "auto.offset.reset": "earliest"})
    consumer.subscribe([TOPIC], on_assign=lambda *_: print("following", file=sys.stderr, flush=True))
    online = Online()
    try:
        while True:
            record = consumer.poll(1.0)
            if record is None:
                continue
            if record.error():
                print(record.error().str(), file=sys.stderr, flush=True)
                continue
            for user in online.take(json.loads(record.value())):
                print(json.dumps({"user": user, "connections": len(online.users.get(user, {}))}), flush=True)
    finally:
        consumer.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: sessions.py KAFKA")
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        pass
