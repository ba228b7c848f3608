/** KafkaJS's `sasl` setting as the engine's. */
import type { SaslConfig } from '../network/sasl/sasl-config.ts';
import type { SaslContext, SaslConversation } from '../network/sasl/mechanism.ts';
import { KafkaJSNonRetriableError, KafkaJSSASLAuthenticationError } from './errors.ts';
import type { Logger } from './logger.ts';

export interface OauthbearerProviderResponse {
  value: string;
}

type SASLMechanismOptionsMap = {
  plain: { username: string; password: string };
  'scram-sha-256': { username: string; password: string };
  'scram-sha-512': { username: string; password: string };
  aws: {
    authorizationIdentity: string;
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  };
  oauthbearer: { oauthBearerProvider: () => Promise<OauthbearerProviderResponse> };
};

export type SASLMechanism = keyof SASLMechanismOptionsMap;
type SASLMechanismOptions<T> = T extends SASLMechanism
  ? { mechanism: T } & SASLMechanismOptionsMap[T]
  : never;
export type SASLOptions = SASLMechanismOptions<SASLMechanism>;

/** A mechanism of the application's own: it is given a function that sends one message and waits for the broker's. */
export type Mechanism = {
  mechanism: string;
  authenticationProvider: (args: AuthenticationProviderArgs) => Authenticator;
};

export type Authenticator = { authenticate: () => Promise<void> };

export type AuthenticationProviderArgs = {
  host: string;
  port: number;
  logger: Logger;
  saslAuthenticate: <ParseResult>(
    args: SaslAuthenticateArgs<ParseResult>,
  ) => Promise<ParseResult | void>;
};

export type SaslAuthenticateArgs<ParseResult> = {
  request: SaslAuthenticationRequest;
  response?: SaslAuthenticationResponse<ParseResult>;
};

type SaslAuthenticationRequest = { encode: () => Buffer | Promise<Buffer> };

type SaslAuthenticationResponse<ParseResult> = {
  decode: (rawResponse: Buffer) => Buffer | Promise<Buffer>;
  parse: (data: Buffer) => ParseResult;
};

export function saslOf(
  sasl: SASLOptions | Mechanism | undefined,
  logger: Logger,
): SaslConfig | undefined {
  if (sasl === undefined) return undefined;
  if ('authenticationProvider' in sasl) return ownMechanism(sasl, logger);
  // Names are not told apart by case.
  const named = { ...sasl, mechanism: sasl.mechanism.toLowerCase() } as SASLOptions;
  switch (named.mechanism) {
    case 'plain':
      return { mechanism: 'PLAIN', username: named.username, password: named.password };
    case 'scram-sha-256':
      return { mechanism: 'SCRAM-SHA-256', username: named.username, password: named.password };
    case 'scram-sha-512':
      return { mechanism: 'SCRAM-SHA-512', username: named.username, password: named.password };
    case 'oauthbearer':
      return { mechanism: 'OAUTHBEARER', tokenProvider: named.oauthBearerProvider };
    case 'aws':
      return awsMechanism(named);
    default:
      throw new KafkaJSSASLAuthenticationError(
        `SASL ${sasl.mechanism} mechanism is not supported by the client`,
      );
  }
}

/** The AWS mechanism of some managed services: identity and keys in one message. */
function awsMechanism(keys: SASLMechanismOptionsMap['aws']): SaslConfig {
  const { authorizationIdentity, accessKeyId, secretAccessKey, sessionToken = '' } = keys;
  return {
    mechanism: 'AWS',
    *converse() {
      const fields = [authorizationIdentity, accessKeyId, secretAccessKey, sessionToken];
      yield Buffer.from(fields.join('\0'));
    },
  };
}

/** Turns a mechanism that calls into one that is called: each message it sends is what the conversation yields next. */
function ownMechanism(
  { mechanism, authenticationProvider }: Mechanism,
  logger: Logger,
): SaslConfig {
  return {
    mechanism: mechanism.toUpperCase(),
    converse: ({ broker }: SaslContext) => conversation(authenticationProvider, broker, logger),
  };
}

type Step =
  | { readonly kind: 'send'; readonly bytes: Buffer; readonly answer: (raw: Buffer) => void }
  | { readonly kind: 'done'; readonly failure: Error | undefined };

async function* conversation(
  provider: Mechanism['authenticationProvider'],
  { host, port }: SaslContext['broker'],
  logger: Logger,
): SaslConversation {
  let next: (step: Step) => void = () => {};
  let step = new Promise<Step>((resolve) => (next = resolve));
  const saslAuthenticate = async <ParseResult>({
    request,
    response,
  }: SaslAuthenticateArgs<ParseResult>): Promise<ParseResult | void> => {
    const encoded = await request.encode();
    const raw = await new Promise<Buffer>((answer) => {
      // KafkaJS's messages bring their length along; the engine writes it itself.
      next({ kind: 'send', bytes: encoded.subarray(LENGTH_BYTES), answer });
    });
    if (response === undefined) return;
    const sized = Buffer.alloc(LENGTH_BYTES + raw.length);
    sized.writeInt32BE(raw.length);
    raw.copy(sized, LENGTH_BYTES);
    return response.parse(await response.decode(sized));
  };
  const authenticator: Partial<Authenticator> = provider({ host, port, logger, saslAuthenticate });
  if (typeof authenticator.authenticate !== 'function') {
    throw new KafkaJSNonRetriableError('An authenticationProvider must give { authenticate }');
  }
  const authenticate = async (): Promise<void> => {
    let failure: Error | undefined;
    try {
      await authenticator.authenticate?.();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    next({ kind: 'done', failure });
  };
  void authenticate();
  for (;;) {
    const taken = await step;
    if (taken.kind === 'done') {
      if (taken.failure !== undefined) throw taken.failure;
      return;
    }
    step = new Promise<Step>((resolve) => (next = resolve));
    taken.answer(yield taken.bytes);
  }
}

const LENGTH_BYTES = 4;
