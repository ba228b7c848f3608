"""A member of a group of the consumer protocol (KIP-848), with the librdkafka that confluent-kafka brings: tells on standard output of its
member id, and of each record.

    librdkafka_member.py <bootstrap> <group> <topic>
"""

import json
import os
import signal
import sys

from confluent_kafka import Consumer


def tell(**event):
    os.write(1, (json.dumps(event) + "\n").encode())


def main():
    bootstrap, group, topic = sys.argv[1:]
    running = True

    def stop(*_):
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "group.protocol": "consumer",
            "auto.offset.reset": "earliest",
            "auto.commit.interval.ms": 500,
            "enable.auto.offset.store": False,
        }
    )
    told = None
    consumer.subscribe([topic])
    while running:
        record = consumer.poll(0.2)
        member = consumer.memberid()
        if member and member != told:
            told = member
            tell(event="member", member=member)
        if record is None or record.error():
            continue
        tell(
            event="record",
            partition=record.partition(),
            offset=record.offset(),
            key=record.key().decode(),
            value=record.value().decode(),
        )
        consumer.store_offsets(record)
    consumer.close()


main()
