"""Serves the state of an order with the position that it is of, from which a client goes on without a gap.

    pip install -r requirements.txt
    API_KEY=... python orders.py KAFKA API DATABASE [PORT]
    API_KEY=... python orders.py 127.0.0.1:9092 http://127.0.0.1:9000 orders.db 8081

`GET /state/KEY` answers {"state":{"total":..,"status":..},"position":{"epoch":"..","offset":..}}. The state is what the
records of the key add up to. The database has it, and for each partition the offset of the next record. Both change in
one transaction and are read in one statement, so the state is exactly that of the offset.

An offset means something in one log only, which the epoch names. It is asked for before the log is first read, and then
kept: should the topic be made anew, all that was read since has the old name, and a node that is given it refuses it.
"""

import json
import os
import sqlite3
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote
from urllib.request import Request, urlopen

from confluent_kafka import Consumer, KafkaException, TopicPartition

TOPIC = "sluice.default"
NAMESPACE = ""  # "orders:" for the topic of the namespace orders
SECONDS = 5

KAFKA, API, DATABASE = sys.argv[1:4]
PORT = int(sys.argv[4]) if len(sys.argv) > 4 else 8081
API_KEY = os.environ["API_KEY"]

look_again = threading.Event()  # set when a node says that the log is another one


def channel(key):
    """What Sluice knows of a key's channel: its partition, and the epoch of the partition's log."""
    url = f"{API}/api/v1/channels/{quote(NAMESPACE + key, safe='')}"
    with urlopen(Request(url, headers={"X-API-Key": API_KEY}), timeout=SECONDS) as answer:
        return json.load(answer)


def epochs(partitions):
    """The epoch of each partition. Any key tells that of its own."""
    found = {}
    for key in range(100 * partitions):
        one = channel(str(key))
        found[one["partition"]] = one["epoch"]
        if len(found) == partitions:
            return found
    sys.exit(f"Sluice knows {len(found)} of {partitions} partitions")  # it notices new ones in seconds


def assign(db, consumer):
    """Goes on where the state is. If that is nowhere in the logs of now, both begin anew."""
    names = epochs(len(consumer.list_topics(TOPIC, SECONDS).topics[TOPIC].partitions))
    log = {partition: (epoch, offset) for partition, epoch, offset in db.execute("SELECT * FROM log")}
    starts = {}
    good = log.keys() == names.keys()
    for partition, epoch in names.items():
        starts[partition], end = consumer.get_watermark_offsets(TopicPartition(TOPIC, partition), SECONDS)
        good = good and log[partition][0] == epoch and starts[partition] <= log[partition][1] <= end
    if not good:
        log = {partition: (names[partition], starts[partition]) for partition in names}
        with db:
            db.execute("DELETE FROM orders")
            db.execute("DELETE FROM log")
            db.executemany("INSERT INTO log VALUES (?, ?, ?)", [(p, *at) for p, at in log.items()])
    consumer.assign([TopicPartition(TOPIC, partition, offset) for partition, (_, offset) in log.items()])


def follow(db, consumer):
    """Takes what comes into the state, until the log may be another one."""
    while not look_again.is_set():
        with db:  # one transaction
            for record in consumer.consume(500, timeout=0.1):
                if record.error():
                    print(record.error().str(), file=sys.stderr, flush=True)
                    look_again.wait(1)
                    return
                take(db, record)
                db.execute("UPDATE log SET offset = ? WHERE partition = ?", (record.offset() + 1, record.partition()))


def take(db, record):
    try:
        key, order = record.key().decode(), json.loads(record.value())
        change = (key, order.get("amount", 0), order.get("status", ""))
    except (AttributeError, TypeError, ValueError):
        return  # no key, no value, not JSON or no object: not an order
    db.execute(
        "INSERT INTO orders VALUES (?, ?, ?) ON CONFLICT (key)"
        " DO UPDATE SET total = total + excluded.total, status = excluded.status",
        change,
    )


class State(BaseHTTPRequestHandler):
    def do_GET(self):
        if not self.path.startswith("/state/"):
            return self.send_error(404)
        key = unquote(self.path.removeprefix("/state/"))  # your session says who may see it
        try:
            now = channel(key)
        except OSError as e:
            return self.send_error(503, "Sluice does not answer", str(e))
        with closing(sqlite3.connect(DATABASE)) as db:
            row = db.execute(
                "SELECT offset, total, status FROM log LEFT JOIN orders ON key = ? WHERE partition = ? AND epoch = ?",
                (key, now["partition"], now["epoch"]),
            ).fetchone()
        if row is None:  # the state is of another log; the client asks again
            look_again.set()
            return self.send_error(503, "no state of this log yet")
        offset, total, status = row
        state = {"total": total or 0, "status": status or ""}
        answer = json.dumps({"state": state, "position": {"epoch": now["epoch"], "offset": offset}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def main():
    db = sqlite3.connect(DATABASE)
    db.execute("PRAGMA journal_mode = WAL")  # who reads does not wait for who writes
    db.execute("CREATE TABLE IF NOT EXISTS orders (key TEXT PRIMARY KEY, total INTEGER, status TEXT)")
    db.execute("CREATE TABLE IF NOT EXISTS log (partition INTEGER PRIMARY KEY, epoch TEXT, offset INTEGER)")
    server = ThreadingHTTPServer(("127.0.0.1", PORT), State)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    while True:
        look_again.clear()
        consumer = Consumer(
            {
                "bootstrap.servers": KAFKA,
                "group.id": "none",  # it must have one, and uses none: the offsets are in the database
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
            }
        )
        try:
            assign(db, consumer)
            follow(db, consumer)
        finally:
            consumer.close()


if __name__ == "__main__":
    main()
