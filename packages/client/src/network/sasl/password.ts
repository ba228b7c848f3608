/** The password of a configuration: a text, or a function that knows the one of today. */
import { clientError } from '../../errors.ts';
import type { Credentials } from './sasl-config.ts';

/** Rejects with KafkaError: `CREDENTIALS_UNAVAILABLE` when the function fails, `INVALID_ARGUMENT` when it returns no text. */
export async function currentPassword({ password }: Credentials): Promise<string> {
  if (typeof password === 'string') return password;
  const current = await callProvider('The function that provides the password', password);
  if (typeof current !== 'string') {
    throw clientError('INVALID_ARGUMENT', 'The function that provides the password gave no text.');
  }
  return current;
}

/** Calls a function of the user's; what it throws becomes a retriable KafkaError. */
export async function callProvider<T>(what: string, provider: () => T | Promise<T>): Promise<T> {
  try {
    return await provider();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw clientError('CREDENTIALS_UNAVAILABLE', `${what} failed: ${why}`, error);
  }
}
