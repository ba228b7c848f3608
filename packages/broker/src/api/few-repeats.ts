/** Names that a request gives more than once: Kafka answers each time, and so does Zurau, within reason. */

/** A few bytes of request must not become ever so many copies of a long answer. */
const REPEATS_MAX = 100;

/** What is named, in its order; repetitions beyond {@link REPEATS_MAX} in all left out. */
export function withFewRepeats<T extends string | number>(named: readonly T[]): T[] {
  const seen = new Set<T>();
  let repeats = 0;
  return named.filter((name) => {
    if (seen.has(name)) return ++repeats <= REPEATS_MAX;
    seen.add(name);
    return true;
  });
}
