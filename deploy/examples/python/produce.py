"""Produces one record with confluent-kafka, as any Python service would; Sluice is not involved.

    pip install -r requirements.txt
    python produce.py KAFKA KEY JSON [--topic TOPIC] [--partitioner NAME]
    python produce.py 127.0.0.1:9092 news '{"n":2}'

KAFKA is the address that `sluice up` prints ("Kafka is at ..."). KEY is the key part of the channel: `news` for the
channel news, `42` for orders:42.

librdkafka, which does the work here, puts keys into partitions by CRC32, and Kafka's Java clients by murmur2. A
namespace of Sluice expects one of them; with the other one nothing arrives. So either say `murmur2_random` here, as
below, or set `partitioner: crc32` in the namespace and leave the line out (`--partitioner consistent_random`).

Prints where the record went. Exit codes: 0 when Kafka has it, 1 when not, 2 when the arguments make no sense.
"""

import argparse
import json
import sys

from confluent_kafka import Producer

SECONDS = 10  # long enough for a broker to answer, short enough to notice a wrong address


def main():
    args = arguments()
    producer = Producer(
        {
            "bootstrap.servers": args.kafka,
            "partitioner": args.partitioner,  # the line that decides whether anything arrives
            "message.timeout.ms": SECONDS * 1000,
            "log_level": 2,  # not a line for every attempt to connect; the outcome is told below
        }
    )
    outcome = {}
    producer.produce(
        args.topic,
        key=args.key,
        value=args.json,
        on_delivery=lambda error, message: outcome.update(error=error, message=message),
    )
    producer.flush(SECONDS + 1)
    error = outcome.get("error")
    if error or not outcome:
        sys.exit(f"not produced: {error.str() if error else 'no answer'} (is Kafka at {args.kafka}?)")
    message = outcome["message"]
    print(f"produced topic={message.topic()} partition={message.partition()} offset={message.offset()}")


def arguments():
    parser = argparse.ArgumentParser(description="Produce one record.")
    parser.add_argument("kafka", metavar="KAFKA", help="HOST:PORT")
    parser.add_argument("key", metavar="KEY")
    parser.add_argument("json", metavar="JSON", type=checked)
    parser.add_argument("--topic", default="sluice.default")
    parser.add_argument("--partitioner", default="murmur2_random")
    return parser.parse_args()


def checked(text):
    try:
        json.loads(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(f"not JSON: {e}") from e
    return text


if __name__ == "__main__":
    main()
