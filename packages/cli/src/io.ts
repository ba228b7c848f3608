/**
 * The process as commands see it: streams, environment, interrupts. Commands touch nothing else of it, so that they can run in a test.
 */
import { styleText } from 'node:util';

export interface Io {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back at each SIGINT and SIGTERM until the returned function is called. Without it they end the process. */
  onInterrupt(callback: (signal: string) => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onInterrupt(callback) {
      process.on('SIGINT', callback);
      process.on('SIGTERM', callback);
      return () => {
        process.off('SIGINT', callback);
        process.off('SIGTERM', callback);
      };
    },
    exit: (code) => process.exit(code),
  };
}

/** Writes; resolves when the stream takes more. Resolves false when its reader is gone (`| head`). */
export function write(stream: NodeJS.WritableStream, data: string | Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    if (!stream.writable) {
      resolve(false);
      return;
    }
    stream.write(data, (error) => {
      if (error === null || error === undefined) resolve(true);
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') resolve(false);
      else reject(error);
    });
  });
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Colours only for people: on a terminal, and where NO_COLOR is not set. */
export function styled(
  io: Io,
  stream: { readonly isTTY?: boolean },
  style: Style,
  text: string,
): string {
  return stream.isTTY === true && !io.env['NO_COLOR'] ? styleText(style, text) : text;
}
