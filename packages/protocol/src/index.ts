export { ErrorCode, errorName, isRetriable, type ErrorName } from './errors/error-code.ts';
export { errorMessage } from './errors/error-message.ts';
export { DecodeError, EncodeError } from './errors/decode-error.ts';
