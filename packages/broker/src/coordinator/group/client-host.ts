/**
 * A member's host as Kafka stores and shows it: Java's text form of an address, `/127.0.0.1`, `/0:0:0:0:0:0:0:1`.
 */

/** `address` is in Node's form: IPv4, or IPv6 with `::` for zeros. */
export function clientHostOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return `/${mapped}`;
  if (!address.includes(':')) return `/${address}`;
  const [plain = '', zone] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const first = groupsOf(head);
  const last = groupsOf(tail ?? '');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  const suffix = zone === undefined ? '' : `%${zone}`;
  return `/${[...first, ...zeros, ...last].join(':')}${suffix}`;
}
