import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes one topic of every kind that a log can hold: all codecs, idempotent and transactional data (committed, aborted, open), headers, tombstones, timestamps of
 * both types, keys to compact.
 *
 *   java -cp 'libs/*' SwapWriter.java BOOTSTRAP_SERVERS PREFIX [transactions]
 */
public class SwapWriter {
    private static final int RECORDS = 400;
    private final String servers;
    private final String prefix;

    private SwapWriter(String servers, String prefix) {
        this.servers = servers;
        this.prefix = prefix;
    }

    public static void main(String[] args) throws Exception {
        SwapWriter writer = new SwapWriter(args[0], args[1]);
        writer.createTopics();
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) writer.writeCodec(codec);
        writer.writeAppendTime();
        writer.writeCompacted();
        if (args.length > 2) writer.writeTransactions();
        // An open transaction must stay open, and its producer's threads must not keep us.
        System.exit(0);
    }

    private void createTopics() throws Exception {
        Collection<NewTopic> topics = new ArrayList<>();
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) topics.add(topic(codec, 2, Map.of()));
        topics.add(topic("append-time", 1, Map.of("message.timestamp.type", "LogAppendTime")));
        topics.add(topic("compacted", 1, Map.of("cleanup.policy", "compact", "min.cleanable.dirty.ratio", "0.01")));
        topics.add(topic("transactions", 1, Map.of()));
        try (Admin admin = Admin.create(properties(Map.of()))) {
            admin.createTopics(topics).all().get();
        }
    }

    private NewTopic topic(String name, int partitions, Map<String, String> configs) {
        Map<String, String> all = new HashMap<>(configs);
        all.put("segment.bytes", "16384");
        all.put("index.interval.bytes", "512");
        return new NewTopic(prefix + name, partitions, (short) 1).configs(all);
    }

    /** Some with idempotence, some without; headers, nulls and tombstones among them. */
    private void writeCodec(String codec) throws Exception {
        boolean idempotent = codec.equals("none") || codec.equals("zstd");
        Map<String, String> settings = Map.of("compression.type", codec, "enable.idempotence", String.valueOf(idempotent));
        try (KafkaProducer<String, String> producer = producer(settings)) {
            for (int i = 0; i < RECORDS; i++) {
                String value = i % 17 == 0 ? null : "value-" + i + "-" + "x".repeat(i % 300);
                String key = i % 13 == 0 ? null : "key-" + i;
                // Timestamps go back now and then.
                long timestamp = System.currentTimeMillis() - (i % 5) * 1000L;
                ProducerRecord<String, String> record =
                    new ProducerRecord<>(prefix + codec, i % 2, timestamp, key, value);
                if (i % 7 == 0) record.headers().add("header", "h".getBytes(StandardCharsets.UTF_8)).add("null", null);
                producer.send(record);
                if (i % 10 == 9) producer.flush();
            }
        }
    }

    private void writeAppendTime() throws Exception {
        try (KafkaProducer<String, String> producer = producer(Map.of("compression.type", "lz4"))) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(prefix + "append-time", "key", "value-" + i));
                if (i % 10 == 9) producer.flush();
            }
        }
    }

    private void writeCompacted() throws Exception {
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            for (int i = 0; i < 3 * RECORDS; i++) {
                String value = i % 11 == 0 ? null : "v".repeat(60) + i;
                producer.send(new ProducerRecord<>(prefix + "compacted", "key-" + i % 50, value));
                if (i % 5 == 4) producer.flush();
            }
        }
    }

    private void writeTransactions() throws Exception {
        String topic = prefix + "transactions";
        KafkaProducer<String, String> first = transactional(prefix + "first");
        KafkaProducer<String, String> second = transactional(prefix + "second");
        first.initTransactions();
        second.initTransactions();
        for (int i = 0; i < 40; i++) {
            first.beginTransaction();
            second.beginTransaction();
            for (int j = 0; j < 5; j++) {
                first.send(new ProducerRecord<>(topic, "first-" + i, "x".repeat(50 * j)));
                second.send(new ProducerRecord<>(topic, "second-" + i, "y".repeat(50 * j)));
            }
            first.flush();
            second.flush();
            Map<TopicPartition, OffsetAndMetadata> offsets =
                Map.of(new TopicPartition(prefix + "none", 0), new OffsetAndMetadata(i, "at " + i));
            if (i % 4 == 0) first.sendOffsetsToTransaction(offsets, new org.apache.kafka.clients.consumer.ConsumerGroupMetadata("swap-group"));
            if (i % 3 == 0) first.abortTransaction();
            else first.commitTransaction();
            if (i % 5 == 0) second.abortTransaction();
            else second.commitTransaction();
        }
        first.beginTransaction();
        first.send(new ProducerRecord<>(topic, "open", "never finished")).get();
    }

    private KafkaProducer<String, String> transactional(String id) {
        return producer(Map.of("transactional.id", id, "transaction.timeout.ms", "800000"));
    }

    private KafkaProducer<String, String> producer(Map<String, String> settings) {
        return new KafkaProducer<>(properties(settings), new StringSerializer(), new StringSerializer());
    }

    private Properties properties(Map<String, String> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.put("bootstrap.servers", servers);
        return properties;
    }
}
