/** The cluster's topics, as a consumer group needs them. A port: the broker implements it on its metadata cache. */

export interface KnownTopic {
  readonly id: string;
  readonly name: string;
  readonly partitionCount: number;
}

export interface TopicDirectory {
  byName(name: string): KnownTopic | undefined;
  byId(id: string): KnownTopic | undefined;
  /** Of all topics, internal ones included. */
  names(): string[];
}
