/**
 * What a topic may be called.
 *
 * Owns: the rules. A name becomes the name of a directory, and of metrics, where `.` and `_` are the same.
 */

/** Room for `-PARTITION` in a file name of 255 bytes. */
const TOPIC_NAME_LENGTH_MAX = 249;

/** The directory of the embedded metadata store is that of a topic with this name, and Kafka keeps it for the same purpose. */
export const METADATA_TOPIC = '__cluster_metadata';

/** Why nobody can be called that; undefined for a good name. */
export function topicNameProblem(name: string): string | undefined {
  if (name === '') return 'Topic name is invalid: the empty string is not allowed';
  if (name === '.' || name === '..') return `Topic name is invalid: '${name}' is not allowed`;
  if (name.length > TOPIC_NAME_LENGTH_MAX) {
    return (
      `Topic name is invalid: the length of '${name}' is longer than ` +
      `the max allowed length ${TOPIC_NAME_LENGTH_MAX}`
    );
  }
  if (!/^[a-zA-Z0-9._-]*$/.test(name)) {
    return (
      `Topic name is invalid: '${name}' contains one or more characters other than ` +
      "ASCII alphanumerics, '.', '_' and '-'"
    );
  }
  return undefined;
}

/** Those of `names` that metrics could not tell from `name`. */
export function collidingNames(name: string, names: readonly string[]): string[] {
  if (!/[._]/.test(name)) return [];
  const unified = name.replaceAll('.', '_');
  return names.filter((other) => other !== name && other.replaceAll('.', '_') === unified);
}
