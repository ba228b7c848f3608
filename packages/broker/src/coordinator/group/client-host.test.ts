import { expect, test } from 'vitest';
import { clientHostOf } from './client-host.ts';

test.each([
  ['127.0.0.1', '/127.0.0.1'],
  ['::ffff:10.1.2.3', '/10.1.2.3'],
  ['::1', '/0:0:0:0:0:0:0:1'],
  ['::', '/0:0:0:0:0:0:0:0'],
  ['fe80::1:2%eth0', '/fe80:0:0:0:0:0:1:2%eth0'],
  ['2001:db8:0:1:2:3:4:5', '/2001:db8:0:1:2:3:4:5'],
])('%s is shown as Java shows it', (address, shown) => {
  expect(clientHostOf(address)).toBe(shown);
});
