import { expect, it } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';

it.each([
  ['broker:9093', 'broker', 9093],
  ['broker', 'broker', 9092],
  [' 10.0.0.1:1 ', '10.0.0.1', 1],
  ['[::1]:9092', '::1', 9092],
  ['[fe80::1%eth0]', 'fe80::1%eth0', 9092],
])('reads %s', (text, host, port) => {
  expect(parseAddress(text)).toEqual({ host, port });
  expect(parseAddress(formatAddress({ host, port }))).toEqual({ host, port });
});

it.each(['', ':9092', 'a:b', 'a:0', 'a:65536', '::1', '[::1', 'http://broker:9092'])(
  'refuses "%s"',
  (text) => {
    expect(() => parseAddress(text)).toThrow(/host:port/);
  },
);
