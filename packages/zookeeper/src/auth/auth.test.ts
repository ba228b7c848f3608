import { expect, test } from 'vitest';
import { DigestMd5Exchange } from './digest-md5.ts';
import { digestAclId, digestCredentials } from './digest.ts';

test('the digest scheme: clear text for the session, a hash for the ACL', () => {
  expect(digestCredentials('super', 'secret').data.toString()).toBe('super:secret');
  // As ZooKeeper's DigestAuthenticationProvider prints it.
  expect(digestAclId('super', 'admin')).toBe('super:xQJmxLMiHGwaqBvst5y6rkB6HQs=');
});

const challenge = Buffer.from(
  'realm="zk-sasl-md5",nonce="yR1mVt5k",charset=utf-8,algorithm=md5-sess,qop="auth"',
);

test('DIGEST-MD5: an answer to the challenge, and the server has to prove itself', () => {
  const exchange = new DigestMd5Exchange({ username: 'bob', password: 'b"s secret' }, 'c0ffee');
  expect(exchange.begin().length).toBe(0);
  const answer = exchange.answer(challenge)?.toString() ?? '';
  expect(answer).toContain('username="bob"');
  expect(answer).toContain('digest-uri="zookeeper/zk-sasl-md5"');
  expect(answer).toMatch(/response=[0-9a-f]{32}/);
  expect(() => exchange.answer(Buffer.from('rspauth=0123456789abcdef0123456789abcdef'))).toThrow(
    expect.objectContaining({ code: 'AUTH_FAILED' }),
  );
});

test.each([
  ['no nonce', 'realm="r",algorithm=md5-sess'],
  ['another algorithm', 'realm="r",nonce="n",algorithm=sha256'],
  ['encryption', 'realm="r",nonce="n",algorithm=md5-sess,qop="auth-conf"'],
  ['no challenge at all', '\u0000\u0001'],
])('DIGEST-MD5: %s is refused', (_, text) => {
  const exchange = new DigestMd5Exchange({ username: 'u', password: 'p' }, 'c');
  expect(() => exchange.answer(Buffer.from(text))).toThrow(
    expect.objectContaining({ code: 'AUTH_FAILED' }),
  );
});
