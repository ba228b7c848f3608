/**
 * A partition that a client fetches, and what it was told of it last. Lives for one request, or as long as its fetch session (KIP-227).
 */
export class FetchPartition {
  /** Empty while its id is not known to this broker. */
  topic: string;
  readonly topicId: string;
  readonly partition: number;
  fetchOffset: number;
  maxBytes: number;
  currentLeaderEpoch: number;
  /** Epoch of the last record that the client has; -1 when it does not say. */
  lastFetchedEpoch: number;
  /** Where a follower's log starts; -1 of a consumer. */
  logStartOffset: number;
  /** What the session's client heard last; -1 makes sure that it hears again. */
  sentHighWatermark = -1;
  sentLogStartOffset = -1;

  constructor(
    topic: string,
    topicId: string,
    request: {
      readonly partition: number;
      readonly fetchOffset: number;
      readonly partitionMaxBytes: number;
      readonly currentLeaderEpoch: number;
      readonly lastFetchedEpoch: number;
      readonly logStartOffset: number;
    },
  ) {
    this.topic = topic;
    this.topicId = topicId;
    this.partition = request.partition;
    this.fetchOffset = request.fetchOffset;
    this.maxBytes = request.partitionMaxBytes;
    this.currentLeaderEpoch = request.currentLeaderEpoch;
    this.lastFetchedEpoch = request.lastFetchedEpoch;
    this.logStartOffset = request.logStartOffset;
  }

  update(request: {
    readonly fetchOffset: number;
    readonly partitionMaxBytes: number;
    readonly currentLeaderEpoch: number;
    readonly lastFetchedEpoch: number;
    readonly logStartOffset: number;
  }): void {
    this.fetchOffset = request.fetchOffset;
    this.maxBytes = request.partitionMaxBytes;
    this.currentLeaderEpoch = request.currentLeaderEpoch;
    this.lastFetchedEpoch = request.lastFetchedEpoch;
    this.logStartOffset = request.logStartOffset;
  }
}
