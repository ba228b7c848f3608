/** From errno and Node's stream errors to {@link NetworkErrorCode}: the one table for it. */
import { NetworkError, type NetworkErrorCode } from '../network.ts';

const CODES: Readonly<Record<string, NetworkErrorCode>> = {
  EADDRINUSE: 'ADDRESS_IN_USE',
  EACCES: 'ACCESS_DENIED',
  EPERM: 'ACCESS_DENIED',
  ECONNREFUSED: 'REFUSED',
  ECONNRESET: 'RESET',
  ECONNABORTED: 'RESET',
  EPIPE: 'RESET',
  ETIMEDOUT: 'TIMED_OUT',
  EADDRNOTAVAIL: 'UNREACHABLE',
  EAFNOSUPPORT: 'UNREACHABLE',
  EHOSTDOWN: 'UNREACHABLE',
  EHOSTUNREACH: 'UNREACHABLE',
  ENETDOWN: 'UNREACHABLE',
  ENETUNREACH: 'UNREACHABLE',
  ENOTFOUND: 'NAME_NOT_FOUND',
  EAI_AGAIN: 'NAME_NOT_FOUND',
  EAI_FAIL: 'NAME_NOT_FOUND',
  EAI_NODATA: 'NAME_NOT_FOUND',
  EAI_NONAME: 'NAME_NOT_FOUND',
  ECANCELED: 'CLOSED',
  ERR_STREAM_DESTROYED: 'CLOSED',
  ERR_SOCKET_CLOSED: 'CLOSED',
};

/** `context` says what failed, "connect to broker-1:9092". */
export function networkErrorFrom(cause: Error, context: string): NetworkError {
  const errno = (cause as NodeJS.ErrnoException).code;
  const code = (errno === undefined ? undefined : (CODES[errno] ?? tlsCode(errno))) ?? 'IO';
  // A connect that tried several addresses fails with an AggregateError: an empty message and one
  // error for each.
  const detail =
    cause instanceof AggregateError
      ? cause.errors.map((error: unknown) => (error as Error).message).join('; ')
      : cause.message;
  return new NetworkError(code, `cannot ${context}: ${detail}`, { cause });
}

/**
 * OpenSSL's protocol errors and alerts begin with `ERR_SSL_`, Node's own with `ERR_TLS_`; what it has against
 * a certificate is a name like `CERT_HAS_EXPIRED`.
 */
function tlsCode(code: string): NetworkErrorCode | undefined {
  const isTls =
    /^ERR_(SSL|TLS|OSSL)_|CERT|CRL|ISSUER|SIGNATURE|^INVALID_(CA|PURPOSE)|^PATH_LENGTH|^HOSTNAME|^EPROTO$/.test(
      code,
    );
  return isTls ? 'TLS_FAILED' : undefined;
}
