/**
 * What decoding and compressing records may throw, as errors of the log: what is wrong with the records is told apart from what is wrong here.
 */
import { CompressionError, DecodeError, ErrorCode, loadCodecs } from '@zurau/protocol';
import { LogError } from './log-error.ts';

/** Runs `run`; records that it cannot read are a LogError with `unreadableCode`. */
export function withCodecErrors<Result>(unreadableCode: number, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof CompressionError)) throw error;
    throw new LogError(codeOf(error, unreadableCode), error.message, [], { cause: error });
  }
}

function codeOf(error: DecodeError | CompressionError, unreadableCode: number): number {
  if (error instanceof DecodeError) return unreadableCode;
  switch (error.kind) {
    case 'CORRUPT':
    case 'TOO_LARGE':
      return unreadableCode;
    case 'UNAVAILABLE':
      return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
    case 'NOT_LOADED':
      // Clients try again, and it will be there.
      void loadCodecs();
      return ErrorCode.REQUEST_TIMED_OUT;
  }
}
