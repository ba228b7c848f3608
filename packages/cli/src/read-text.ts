/** Reads a file that the command line names. */
import { UsageError } from './usage-error.ts';

/** As UTF-8. Rejects with UsageError when there is no such file. */
export async function readText(path: string): Promise<string> {
  const { DiskError, nodePlatform } = await import('@zurau/platform');
  try {
    return nodePlatform().disk.readFileSync(path).toString('utf8');
  } catch (error) {
    if (error instanceof DiskError && error.code === 'NOT_FOUND') {
      throw new UsageError(`There is no file ${path}.`);
    }
    throw error;
  }
}
