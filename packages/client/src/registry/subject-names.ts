/** Under which subject the schema of a key or value is registered: Confluent's three strategies, or any function. */
import { clientError } from '../errors.ts';

export interface SubjectContext {
  readonly topic: string;
  readonly part: 'key' | 'value';
  /** Full name of the record or message; undefined for schemas without a name. */
  readonly recordName: string | undefined;
}

export type SubjectNameStrategy =
  'topic' | 'record' | 'topic-record' | ((of: SubjectContext) => string);

/** Throws KafkaError `INVALID_ARGUMENT` when the strategy needs a name that the schema does not have. */
export function subjectName(strategy: SubjectNameStrategy, of: SubjectContext): string {
  if (typeof strategy === 'function') return strategy(of);
  if (strategy === 'topic') return `${of.topic}-${of.part}`;
  if (of.recordName === undefined) {
    const about = `The subject strategy "${strategy}" needs a schema with a name`;
    throw clientError('INVALID_ARGUMENT', `${about}; that of topic ${of.topic} has none.`);
  }
  return strategy === 'record' ? of.recordName : `${of.topic}-${of.recordName}`;
}
