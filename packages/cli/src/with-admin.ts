/** Runs a command with an admin client, and closes it whatever happens. */
import type { Admin } from '@zurau/client';
import type { Io } from './io.ts';
import { type ClusterOptions, clientConfig } from './options.ts';

/** Fails at once when no broker can be reached, instead of trying for as long as `--timeout` says. */
export async function withAdmin<T>(
  io: Io,
  options: ClusterOptions,
  run: (admin: Admin) => Promise<T>,
): Promise<T> {
  const client = await import('@zurau/client');
  const admin = new client.Admin(clientConfig(io, options));
  try {
    await admin.connect();
    return await run(admin);
  } finally {
    await admin.close();
  }
}
