/**
 * The text that says where an ensemble is: `host1:2181,host2:2181,[::1]:2181/chroot`, as ZooKeeper's own clients and Kafka's `zookeeper.connect` have it.
 *
 * Owns: its grammar.
 */
import { checkPath } from './paths.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

export interface ConnectString {
  readonly servers: readonly ServerAddress[];
  /** Empty, or the path of the node that is the root for this client. */
  readonly chroot: string;
}

const PORT_DEFAULT = 2181;

/** The text is not of the form that a connect string has. */
export class ConnectStringError extends Error {
  constructor(text: string, problem: string) {
    super(`"${text}" does not say where ZooKeeper is: ${problem}`);
    this.name = 'ConnectStringError';
  }
}

/** Throws {@link ConnectStringError}. */
export function parseConnectString(text: string): ConnectString {
  const slash = text.indexOf('/');
  const hosts = slash < 0 ? text : text.slice(0, slash);
  const chroot = slash < 0 ? '' : text.slice(slash);
  const servers = hosts
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => parseServer(text, part));
  if (servers.length === 0) throw new ConnectStringError(text, 'there is no host in it');
  if (chroot === '' || chroot === '/') return { servers, chroot: '' };
  try {
    checkPath(chroot);
  } catch {
    throw new ConnectStringError(text, `${chroot} is not a path`);
  }
  return { servers, chroot };
}

function parseServer(text: string, part: string): ServerAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(part);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? PORT_DEFAULT);
  if (host === undefined || port === 0 || port > 65_535) {
    throw new ConnectStringError(text, `"${part}" is not host:port`);
  }
  return { host, port };
}
