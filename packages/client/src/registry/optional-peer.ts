/** Packages that only some users need, and install themselves: loaded when they are first used. */
import { clientError } from '../errors.ts';

/** Rejects with KafkaError `PACKAGE_MISSING`, which says what to install. */
export async function optionalPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const about = `This format needs the package ${name}: npm install ${name}`;
    throw clientError('PACKAGE_MISSING', about, error);
  }
}
