import { type Platform, simulatedPlatform } from '@zurau/platform';
import { describe, expect, it } from 'vitest';
import type { KafkaError } from '../../errors.ts';
import type { SaslMechanism } from './mechanism.ts';
import { type OauthToken, OauthTokenSource } from './oauth-token-source.ts';
import { saslMechanism, saslSetting, type SaslConfig } from './sasl-config.ts';

/** A world whose nonce is the one of the RFCs' examples. */
function platform(nonce = 'rOprNGfwEbeRWgbNEkqO'): Platform {
  const { clock, timers, disk, network, random } = simulatedPlatform(1);
  const fixed = {
    float: () => random.float(),
    int: (bound: number) => random.int(bound),
    bytes: () => Buffer.from(nonce, 'base64'),
    uuid: () => random.uuid(),
  };
  return { clock, timers, disk, network, random: fixed };
}

/** Holds a conversation; returns what the client said, and the error that ended it. */
async function converse(
  mechanism: SaslMechanism,
  ...answers: string[]
): Promise<{ said: string[]; error?: KafkaError }> {
  const said: string[] = [];
  const broker = { host: 'broker', port: 9092 };
  const conversation = mechanism.converse({ broker, signal: undefined });
  try {
    let step = await conversation.next();
    while (step.done !== true) {
      said.push(Buffer.from(step.value).toString());
      step = await conversation.next(Buffer.from(answers.shift() ?? ''));
    }
    return { said };
  } catch (error) {
    return { said, error: error as KafkaError };
  }
}

const scram: SaslConfig = { mechanism: 'SCRAM-SHA-256', username: 'user', password: 'pencil' };
const NONCE = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const FIRST = `r=${NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
const PROOF = `c=biws,r=${NONCE},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`;

describe('SCRAM', () => {
  it('says what RFC 7677 says', async () => {
    const { said, error } = await converse(
      saslMechanism(scram, platform()),
      FIRST,
      'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    );
    expect(error).toBeUndefined();
    expect(said).toEqual(['n,,n=user,r=rOprNGfwEbeRWgbNEkqO', PROOF]);
  });

  it('escapes names, and names delegation tokens for what they are', async () => {
    const config = { ...scram, username: 'a=b,c', tokenAuth: true } as const;
    const { said } = await converse(saslMechanism(config, platform()), 'e=unknown-user');
    expect(said).toEqual(['n,,n=a=3Db=2Cc,r=rOprNGfwEbeRWgbNEkqO,tokenauth=true']);
  });

  it('normalises when it is told to', async () => {
    const config = { ...scram, username: 'Ⅸ' } as const;
    const { said: as } = await converse(saslMechanism(config, platform()), 'e=x');
    expect(as[0]).toContain('n=Ⅸ,');
    const { said } = await converse(
      saslMechanism({ ...config, saslprep: true }, platform()),
      'e=x',
    );
    expect(said[0]).toContain('n=IX,');
  });

  it.each([
    [
      'a wrong signature',
      [FIRST, `v=${Buffer.alloc(32).toString('base64')}`],
      /signature is wrong/,
    ],
    ['an error', [FIRST, 'e=invalid-proof'], /says invalid-proof/],
    ['another nonce', [FIRST.replace('r=rOpr', 'r=xOpr')], /did not go on with our nonce/],
    ['no nonce of its own', ['r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096'], /did not go on/],
    ['too few iterations', [FIRST.replace('4096', '4095')], /4095 iterations/],
    ['too many iterations', [FIRST.replace('4096', '1000001')], /1000001 iterations/],
    ['nonsense', ['hello'], /malformed/],
    ['nonsense at the end', [FIRST, 'hello'], /malformed/],
  ])('does not trust a broker with %s', async (_, answers, message) => {
    const { error } = await converse(saslMechanism(scram, platform()), ...answers);
    expect(error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED', retriable: false });
    expect(error?.message).toMatch(message);
  });
});

it('PLAIN sends name and password of the moment', async () => {
  const password = (): Promise<string> => Promise.resolve('pä');
  const config: SaslConfig = { mechanism: 'PLAIN', username: 'user', password };
  expect((await converse(saslMechanism(config, platform()))).said).toEqual(['\0user\0pä']);
});

describe('OAUTHBEARER', () => {
  const withToken = (token: OauthToken): SaslMechanism =>
    saslMechanism({ mechanism: 'OAUTHBEARER', tokenProvider: () => token }, platform());

  it('sends token and extensions', async () => {
    const token = { value: 'a.b.c', extensions: { traceId: '123' } };
    const { said } = await converse(withToken(token));
    expect(said).toEqual(['n,,\x01auth=Bearer a.b.c\x01traceId=123\x01\x01']);
  });

  it('hears what the broker has against the token', async () => {
    const { said, error } = await converse(
      withToken({ value: 'abc' }),
      '{"status":"invalid_token"}',
    );
    expect(said[1]).toBe('\x01');
    expect(error?.message).toContain('invalid_token');
  });

  it.each([
    { value: 'a\x01b' },
    { value: 'abc', extensions: { auth: 'x' } },
    { value: 'abc', extensions: { 'a-b': 'x' } },
    { value: 'abc', extensions: { ab: 'x\x01y' } },
  ])('does not send %j', async (token) => {
    const { said, error } = await converse(withToken(token));
    expect(said).toEqual([]);
    expect(error?.code).toBe('SASL_AUTHENTICATION_FAILED');
  });
});

describe('a token', () => {
  it('is asked for once, renewed in time, and used to its end while the provider fails', async () => {
    const world = simulatedPlatform(1);
    const { clock, simulation } = world;
    let calls = 0;
    let fails = false;
    const source = new OauthTokenSource(world, () => {
      calls += 1;
      if (fails) throw new Error('no answer');
      return { value: `token-${calls}`, expiresAtMs: clock.now() + 1_000 };
    });
    const values = await Promise.all([source.current(), source.current()]);
    expect(values.map(({ value }) => value)).toEqual(['token-1', 'token-1']);
    await simulation.runFor(700);
    expect((await source.current()).value).toBe('token-1');
    await simulation.runFor(150);
    expect((await source.current()).value).toBe('token-2');
    fails = true;
    await simulation.runFor(900);
    expect((await source.current()).value).toBe('token-2');
    await simulation.runFor(200);
    await expect(source.current()).rejects.toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE' });
  });

  it('must be one', async () => {
    const world = simulatedPlatform(1);
    const source = new OauthTokenSource(world, () => 'abc' as unknown as OauthToken);
    await expect(source.current()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('the setting', () => {
  it.each([
    [{ mechanism: 'PLAIN', username: 'u', password: 'p' }, undefined],
    [{ mechanism: 'AWS', converse: () => {} }, undefined],
    [{ mechanism: 'scram-sha-256', username: 'u', password: 'p' }, /did you mean SCRAM-SHA-256/],
    [
      { mechanism: 'PLAIN', user: 'u', password: 'p' },
      /no "user" for PLAIN; it takes username, password/,
    ],
    [{ mechanism: 'PLAIN', username: 'u' }, /needs password \(string or function\)/],
    [{ mechanism: 'OAUTHBEARER' }, /needs tokenProvider/],
    ['PLAIN', /must be an object/],
  ])('%j', (value, problem) => {
    const found = saslSetting.check(value);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
  });
});
