#!/bin/sh
# Produces one record with kcat; Sluice is not involved.
#
#   ./produce.sh KAFKA KEY JSON [TOPIC]
#
# kcat puts keys into partitions by CRC32, as all of the librdkafka family, hence the -X. In a namespace with
# `partitioner: crc32` leave it out. With Kafka's own tools, which are Java and need no such line:
#
#   printf 'news\t{"n":1}\n' | kafka-console-producer.sh --bootstrap-server 127.0.0.1:9092 \
#     --topic sluice.default --property parse.key=true
set -eu

[ $# -ge 3 ] || { echo "usage: produce.sh KAFKA KEY JSON [TOPIC]" >&2; exit 2; }
printf '%s\t%s\n' "$2" "$3" |
  kcat -P -b "$1" -t "${4:-sluice.default}" -K '	' -X partitioner=murmur2_random -X message.timeout.ms=10000
