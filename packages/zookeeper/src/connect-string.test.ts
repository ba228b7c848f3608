import { expect, test } from 'vitest';
import { ConnectStringError, parseConnectString } from './connect-string.ts';

test.each([
  ['localhost:2181', [['localhost', 2181]], ''],
  ['a', [['a', 2181]], ''],
  [
    'a:1, b:2 ,c',
    [
      ['a', 1],
      ['b', 2],
      ['c', 2181],
    ],
    '',
  ],
  [
    'a:1,b:2/kafka',
    [
      ['a', 1],
      ['b', 2],
    ],
    '/kafka',
  ],
  ['a/kafka/one', [['a', 2181]], '/kafka/one'],
  ['a:1/', [['a', 1]], ''],
  [
    '[::1]:2182,[fe80::1]/x',
    [
      ['::1', 2182],
      ['fe80::1', 2181],
    ],
    '/x',
  ],
] as const)('%s', (text, servers, chroot) => {
  expect(parseConnectString(text)).toEqual({
    servers: servers.map(([host, port]) => ({ host, port })),
    chroot,
  });
});

test.each(['', ',', '/kafka', 'a:b', 'a:0', 'a:99999', 'a:1/x/', 'a:1/x//y', '::1:2181'])(
  '%j is refused',
  (text) => {
    expect(() => parseConnectString(text)).toThrow(ConnectStringError);
  },
);
