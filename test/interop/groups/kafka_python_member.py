"""A member of a consumer group, with kafka-python: tells on standard output of each generation that it is in, and of each record.

    kafka_python_member.py <bootstrap> <group> <topic> <session timeout ms> <assignors, by comma>
"""

import json
import os
import signal
import sys

from kafka import KafkaConsumer
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

ASSIGNORS = {
    assignor.name: assignor
    for assignor in (RangePartitionAssignor, RoundRobinPartitionAssignor, CooperativeStickyAssignor)
}


def tell(**event):
    os.write(1, (json.dumps(event) + "\n").encode())


def main():
    bootstrap, group, topic, session_timeout_ms, assignors = sys.argv[1:]
    running = True

    def stop(*_):
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        session_timeout_ms=int(session_timeout_ms),
        heartbeat_interval_ms=500,
        max_poll_interval_ms=20_000,
        auto_commit_interval_ms=500,
        partition_assignment_strategy=[ASSIGNORS[name] for name in assignors.split(",")],
    )
    told = None
    while running:
        polled = consumer.poll(timeout_ms=200)
        generation = consumer._coordinator.generation_if_stable()
        if generation is not None and (generation.generation_id, generation.member_id) != told:
            told = (generation.generation_id, generation.member_id)
            tell(event="generation", generation=told[0], member=told[1])
        for partition, records in polled.items():
            for record in records:
                tell(
                    event="record",
                    partition=record.partition,
                    offset=record.offset,
                    key=record.key.decode(),
                    value=record.value.decode(),
                )
    consumer.close()


main()
