/** The topics of the metadata cache, as the group coordinator looks at them. */
import type { KnownTopic, TopicDirectory } from '../coordinator/group/consumer/topic-directory.ts';
import type { MetadataCache, TopicMetadata } from './metadata-cache.ts';

export class MetadataTopics implements TopicDirectory {
  readonly #metadata: MetadataCache;

  constructor(metadata: MetadataCache) {
    this.#metadata = metadata;
  }

  byName(name: string): KnownTopic | undefined {
    return knownTopic(this.#metadata.topic(name));
  }

  byId(id: string): KnownTopic | undefined {
    return knownTopic(this.#metadata.topicById(id));
  }

  names(): string[] {
    return this.#metadata.topicNames();
  }
}

function knownTopic(topic: TopicMetadata | undefined): KnownTopic | undefined {
  return topic && { id: topic.id, name: topic.name, partitionCount: topic.partitions.size };
}
