#!/usr/bin/env bash
# Replaces the broker on each machine by another that serves the same data, one machine after the other, while clients go on: a rolling upgrade, the migration from
# Apache Kafka 3.9 to Zurau, or back.
#
#   docs/operating/replace-brokers.sh kafka zurau  broker1 broker2 broker3
#
# The first two arguments are systemd units: what is stopped, and what is started instead. The others are machines. Both units have to be configured with the same
# broker.id, log.dirs, zookeeper.connect, listeners and inter.broker.protocol.version (3.9). No machine is touched while anything in the cluster is under-replicated.
#
#   BOOTSTRAP_SERVERS   brokers of the cluster, several of them   (default: each machine, port 9092)
#   KAFKA_TOPICS        Kafka's tool for topics                   (default: kafka-topics.sh)
#   REMOTE              runs a command on a machine               (default: ssh)
#   WAIT_SECONDS        how long replicas may take to catch up    (default: 600)
set -euo pipefail

if [ "$#" -lt 3 ]; then
  sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
old=$1
new=$2
shift 2

REMOTE=${REMOTE:-ssh}
KAFKA_TOPICS=${KAFKA_TOPICS:-kafka-topics.sh}
WAIT_SECONDS=${WAIT_SECONDS:-600}
if [ -z "${BOOTSTRAP_SERVERS:-}" ]; then
  BOOTSTRAP_SERVERS=$(printf '%s:9092,' "$@")
  BOOTSTRAP_SERVERS=${BOOTSTRAP_SERVERS%,}
fi

# Nothing is printed for a cluster that is whole; an answer that did not come is no answer.
all_in_sync() {
  local behind
  behind=$($KAFKA_TOPICS --bootstrap-server "$BOOTSTRAP_SERVERS" --describe --under-replicated-partitions) || return 1
  [ -z "$behind" ]
}

wait_until_in_sync() {
  local deadline=$((SECONDS + WAIT_SECONDS))
  until all_in_sync; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "partitions are still under-replicated after $WAIT_SECONDS s; nothing more is touched" >&2
      exit 1
    fi
    sleep 1
  done
}

for machine in "$@"; do
  wait_until_in_sync
  echo "$machine: stopping $old"
  $REMOTE "$machine" systemctl stop "$old"
  echo "$machine: starting $new"
  $REMOTE "$machine" systemctl start "$new"
done
wait_until_in_sync
echo "done: $new runs on $# machines"
