/** Turns a missing program into a skip with a printed reason, or into a failure where everything has to be there (CI). */
export async function unmetRequirement(
  suite: string,
  checks: readonly (() => Promise<string | undefined>)[],
): Promise<string | undefined> {
  for (const check of checks) {
    const reason = await check();
    if (reason === undefined) continue;
    if (process.env['ZURAU_REQUIRE_ALL'] === '1') throw new Error(`${suite}: ${reason}`);
    process.stdout.write(`SKIPPED ${suite}: ${reason}\n`);
    return reason;
  }
  return undefined;
}
