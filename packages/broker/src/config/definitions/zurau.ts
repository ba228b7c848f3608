/** Configs that Kafka does not have. All start with `zurau.`, and there should be few. */
export const zurauDefinitions = {
  'zurau.data.in.memory': {
    type: 'boolean',
    default: 'false',
    importance: 'high',
    supported: false,
    doc: 'Keep logs and metadata in memory: nothing is written to log.dirs, and everything is gone when the broker stops.',
  },
  'zurau.zookeeper.sasl.username': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'User by which the broker proves itself to ZooKeeper with SASL DIGEST-MD5; what Kafka reads from the `Client` section of a JAAS file.',
  },
  'zurau.zookeeper.sasl.password': {
    type: 'password',
    default: null,
    importance: 'medium',
    doc: 'Password of zurau.zookeeper.sasl.username.',
  },
} as const;
