/**
 * What brokers, controllers and transactional producers say: bodies of the APIs that consumers and producers without transactions never use.
 */

const TRANSACTIONS = ['tx-0', 'tx-1', 'tx-2'];
const BROKERS = [0, 0, 0, 1, 7];
/** The first controller of a broker has epoch 1. */
const CONTROLLER_EPOCHS = [1, 1, 1, 0, 2, 50];
const STATES = ['Ongoing', 'Empty', 'PrepareCommit', 'CompleteAbort', 'Asleep'];

/** By API name: a body for a version of it. `draw` picks what the rest of the corpus is about. */
export function bodiesBetweenBrokers(random, draw) {
  const { topic, topicId, partition, partitions, group, some } = draw;
  const broker = () => random.pick(BROKERS);
  const brokers = () => random.pick([[0], [0], [0, 1], [1, 0], []]);
  const epoch = () => random.pick([0, 0, 1, 2, 5]);
  const brokerEpoch = () => random.pick([-1, -1, 0, 1, 30, 1_000_000]);
  const transaction = () => random.pick(TRANSACTIONS);
  const producer = () => ({ producerId: random.int(20), producerEpoch: random.int(2) });
  const orderHeader = (version, isKRaftVersionMin) => ({
    controllerId: broker(),
    ...(version >= isKRaftVersionMin ? { isKRaftController: random.chance(5) } : {}),
    controllerEpoch: random.pick(CONTROLLER_EPOCHS),
    brokerEpoch: brokerEpoch(),
  });
  const topicsOfTransaction = () => some(() => ({ name: topic(), partitions: partitions() }));
  const topicIndexes = () => some(() => ({ name: topic(), partitionIndexes: partitions() }));
  return {
    LeaderAndIsr: (version) => ({
      ...orderHeader(version, 7),
      type: random.int(2),
      topicStates: some(() => ({
        topicName: topic(),
        topicId: topicId(),
        partitionStates: some(() => ({
          partitionIndex: partition(),
          controllerEpoch: 1,
          leader: random.pick([0, 0, 1, -1]),
          leaderEpoch: epoch(),
          isr: brokers(),
          partitionEpoch: epoch(),
          replicas: brokers(),
          addingReplicas: random.pick([[], [], [1]]),
          removingReplicas: random.pick([[], [], [1]]),
          isNew: random.chance(50),
          ...(version >= 6 ? { leaderRecoveryState: random.int(2) } : {}),
        })),
      })),
      liveLeaders: some(() => ({ brokerId: broker(), hostName: '127.0.0.1', port: 9 })),
    }),
    StopReplica: (version) => ({
      ...orderHeader(version, 4),
      topicStates: some(() => ({
        topicName: topic(),
        partitionStates: some(() => ({
          partitionIndex: partition(),
          leaderEpoch: random.pick([-2, -1, 0, 1, 5]),
          deletePartition: random.chance(30),
        })),
      })),
    }),
    UpdateMetadata: (version) => ({
      ...orderHeader(version, 8),
      ...(version >= 8 ? { type: random.int(2) } : {}),
      topicStates: some(() => ({
        topicName: topic(),
        topicId: topicId(),
        partitionStates: some(() => ({
          partitionIndex: partition(),
          controllerEpoch: 1,
          leader: random.pick([0, 0, 1, -1, -2]),
          leaderEpoch: epoch(),
          isr: brokers(),
          zkVersion: epoch(),
          replicas: brokers(),
          offlineReplicas: [],
        })),
      })),
      liveBrokers: some(() => ({
        id: broker(),
        endpoints: some(
          () => ({
            port: 9,
            host: '127.0.0.1',
            listener: random.pick(['PLAINTEXT', 'OTHER']),
            securityProtocol: random.int(4),
          }),
          2,
        ),
        rack: random.pick([null, 'r1']),
      })),
    }),
    ControlledShutdown: (version) => ({
      brokerId: broker(),
      ...(version >= 2 ? { brokerEpoch: brokerEpoch() } : {}),
    }),
    AlterPartition: (version) => ({
      brokerId: broker(),
      brokerEpoch: brokerEpoch(),
      topics: some(() => ({
        ...(version >= 2 ? { topicId: topicId() } : { topicName: topic() }),
        partitions: some(() => ({
          partitionIndex: partition(),
          leaderEpoch: epoch(),
          ...(version >= 3
            ? { newIsrWithEpochs: brokers().map((brokerId) => ({ brokerId, brokerEpoch: -1 })) }
            : { newIsr: brokers() }),
          ...(version >= 1 ? { leaderRecoveryState: random.int(2) } : {}),
          partitionEpoch: epoch(),
        })),
      })),
    }),
    AllocateProducerIds: () => ({ brokerId: broker(), brokerEpoch: brokerEpoch() }),
    AlterPartitionReassignments: (version) => ({
      timeoutMs: 100,
      ...(version >= 1 ? { allowReplicationFactorChange: random.chance(50) } : {}),
      topics: some(() => ({
        name: topic(),
        partitions: some(() => ({
          partitionIndex: partition(),
          replicas: random.chance(30) ? null : brokers(),
        })),
      })),
    }),
    ListPartitionReassignments: () => ({
      timeoutMs: 100,
      topics: random.chance(50) ? null : topicIndexes(),
    }),
    AddPartitionsToTxn: (version) =>
      version >= 4
        ? {
            transactions: some(() => ({
              transactionalId: transaction(),
              ...producer(),
              verifyOnly: random.chance(50),
              topics: topicsOfTransaction(),
            })),
          }
        : {
            v3AndBelowTransactionalId: transaction(),
            v3AndBelowProducerId: random.int(20),
            v3AndBelowProducerEpoch: random.int(2),
            v3AndBelowTopics: topicsOfTransaction(),
          },
    AddOffsetsToTxn: () => ({ transactionalId: transaction(), ...producer(), groupId: group() }),
    EndTxn: () => ({
      transactionalId: transaction(),
      ...producer(),
      committed: random.chance(50),
    }),
    WriteTxnMarkers: () => ({
      markers: some(() => ({
        ...producer(),
        transactionResult: random.chance(50),
        topics: some(() => ({
          name: random.chance(10) ? '__consumer_offsets' : topic(),
          partitionIndexes: partitions(),
        })),
        coordinatorEpoch: epoch(),
      })),
    }),
    TxnOffsetCommit: (version) => ({
      transactionalId: transaction(),
      groupId: group(),
      ...producer(),
      ...(version >= 3 ? { generationId: random.pick([-1, -1, 0, 1]), memberId: '' } : {}),
      topics: some(() => ({
        name: topic(),
        partitions: some(() => ({
          partitionIndex: partition(),
          committedOffset: random.int(1000),
          committedMetadata: 'm',
        })),
      })),
    }),
    InitProducerId: (version) => ({
      transactionalId: random.chance(50) ? null : transaction(),
      transactionTimeoutMs: 1000,
      ...(version >= 3 && random.chance(50)
        ? producer()
        : version >= 3
          ? { producerId: -1, producerEpoch: -1 }
          : {}),
    }),
    DescribeTransactions: () => ({ transactionalIds: some(transaction) }),
    ListTransactions: (version) => ({
      stateFilters: random.chance(50) ? [] : some(() => random.pick(STATES)),
      producerIdFilters: random.chance(70) ? [] : some(() => random.int(20)),
      ...(version >= 1 ? { durationFilter: random.pick([-1, 0, 1000]) } : {}),
      ...(version >= 2
        ? { transactionalIdPattern: random.pick([null, 'tx-.*', '((a+)+)+b']) }
        : {}),
    }),
    OffsetForLeaderEpoch: (version) => ({
      ...(version >= 3 ? { replicaId: random.pick([-1, -1, -2, 0, 1]) } : {}),
      topics: some(() => ({
        topic: topic(),
        partitions: some(() => ({
          partition: partition(),
          ...(version >= 2 ? { currentLeaderEpoch: random.pick([-1, -1, 0, 1]) } : {}),
          leaderEpoch: random.int(3),
        })),
      })),
    }),
  };
}
