/**
 * The keys `zookeeper.ssl.*` as options of a TLS connection.
 *
 * Owns: what they mean, and which stores of keys and certificates can be read: PEM, and PKCS12 for the broker's own key. Java's own format cannot.
 */
import type { Disk, TlsOptions } from '@zurau/platform';
import type { BrokerConfig } from './config/broker-config.ts';
import { ConfigError } from './config/config-error.ts';

type TlsVersion = NonNullable<TlsOptions['minVersion']>;

const VERSIONS: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** Undefined when TLS is not asked for. Throws ConfigError, and DiskError for a file that cannot be read. */
export function zooKeeperTls(config: BrokerConfig, disk: Disk): TlsOptions | undefined {
  if (!config.get('zookeeper.ssl.client.enable')) return undefined;
  const checksName = config.get('zookeeper.ssl.endpoint.identification.algorithm') !== '';
  return {
    ...versions(config),
    ...trustStore(config, disk),
    ...keyStore(config, disk),
    ...(checksName ? {} : { checkServerIdentity: () => undefined }),
  };
}

function versions(config: BrokerConfig): TlsOptions {
  const enabled = config.get('zookeeper.ssl.enabled.protocols') ?? [
    config.get('zookeeper.ssl.protocol'),
  ];
  const known = VERSIONS.filter((version) => enabled.includes(version));
  const [minVersion, maxVersion] = [known[0], known.at(-1)];
  if (minVersion === undefined || maxVersion === undefined) {
    const key = 'zookeeper.ssl.enabled.protocols';
    throw new ConfigError(`${key}: ${enabled.join(',')} is none of ${VERSIONS.join(', ')}`, key);
  }
  return { minVersion, maxVersion };
}

function trustStore(config: BrokerConfig, disk: Disk): TlsOptions {
  const key = 'zookeeper.ssl.truststore.location';
  const path = config.get(key);
  if (path === null) return {};
  const type = storeType(path, config.get('zookeeper.ssl.truststore.type'));
  if (type !== 'PEM') {
    throw new ConfigError(
      `${key}: a trust store of type ${type} cannot be read; export its certificates as PEM (keytool -exportcert -rfc)`,
      key,
    );
  }
  return { ca: disk.readFileSync(path) };
}

function keyStore(config: BrokerConfig, disk: Disk): TlsOptions {
  const key = 'zookeeper.ssl.keystore.location';
  const path = config.get(key);
  if (path === null) return {};
  const type = storeType(path, config.get('zookeeper.ssl.keystore.type'));
  const password = config.get('zookeeper.ssl.keystore.password');
  const passphrase = password === null ? {} : { passphrase: password };
  const content = disk.readFileSync(path);
  if (type === 'PEM') return { key: content, cert: content, ...passphrase };
  if (type === 'PKCS12') return { pfx: content, ...passphrase };
  throw new ConfigError(
    `${key}: a key store of type ${type} cannot be read; convert it with keytool -importkeystore -deststoretype pkcs12`,
    key,
  );
}

/** As ZooKeeper's own client has it: by the file's extension unless it is said. */
function storeType(path: string, type: string | null): string {
  if (type !== null && type !== '') return type.toUpperCase();
  if (path.endsWith('.pem')) return 'PEM';
  return path.endsWith('.p12') ? 'PKCS12' : 'JKS';
}
