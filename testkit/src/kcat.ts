/** kcat, the command line of librdkafka. */
import type { CommandOptions, CommandResult } from './run-command.ts';
import { mustRun, runCommand } from './run-command.ts';

/** Why kcat cannot run here; undefined when it can. */
export async function kcatMissing(): Promise<string | undefined> {
  const result = await runCommand('kcat', ['-V']).catch(() => undefined);
  return result?.status === 0 ? undefined : 'kcat is not on the PATH (apt-get install kcat)';
}

export function kcat(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return mustRun('kcat', args, { timeoutMs: 120_000, ...options });
}
