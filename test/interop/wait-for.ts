/** Waiting for what other processes do. */

/** Resolves when `attempt` does not throw, and gives no false, any more; rejects with its last error after `limitMs`. */
export async function waitFor(attempt: () => unknown, limitMs = 60_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    let problem: unknown;
    try {
      if ((await attempt()) !== false) return;
      problem = new Error(`it did not happen within ${limitMs} ms`);
    } catch (error) {
      problem = error;
    }
    if (performance.now() > deadline) throw problem;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
