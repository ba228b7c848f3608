"""Python client implementations of the official Kafka tests/kafkatest clients."""
