/** Commands that take several names: one that fails keeps no other from its turn. */

/** Several names failed: says all that went wrong, under the code of the first. */
class SeveralFailures extends Error {
  override readonly name = 'SeveralFailures';
  readonly code: string | undefined;

  constructor(failures: readonly Error[]) {
    const text = failures.map(({ message }) => message).join('\n');
    super(text, { cause: new AggregateError(failures, text) });
    const [first] = failures;
    const code = first !== undefined && 'code' in first ? first.code : undefined;
    this.code = typeof code === 'string' ? code : undefined;
  }
}

/** In order, one after another. Rejects at the end with what failed, if anything did. What has no code is a bug and ends it at once. */
export async function forEachName(
  names: readonly string[],
  run: (name: string) => Promise<void>,
): Promise<void> {
  const failures: Error[] = [];
  for (const name of new Set(names)) {
    try {
      await run(name);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first !== undefined) throw failures.length === 1 ? first : new SeveralFailures(failures);
}
