/** The `ssl` setting: what it may be, and the options that it stands for. */
import type { TlsOptions } from '@zurau/platform';
import { nearestName } from '../config/nearest-name.ts';
import type { Setting } from '../config/settings.ts';

/** Typed so that a name which the platform does not take, or one that is missing here, does not compile. */
const NAMES: Readonly<Record<keyof TlsOptions, true>> = {
  ALPNProtocols: true,
  ca: true,
  cert: true,
  checkServerIdentity: true,
  ciphers: true,
  crl: true,
  ecdhCurve: true,
  key: true,
  maxVersion: true,
  minVersion: true,
  passphrase: true,
  pfx: true,
  rejectUnauthorized: true,
  secureContext: true,
  servername: true,
  sigalgs: true,
};

/** What `ssl` takes. */
export const tlsOptionNames: readonly string[] = Object.keys(NAMES);

export const tlsSetting: Setting<boolean | TlsOptions> = {
  defaultValue: false,
  check: (value) => {
    if (typeof value === 'boolean') return undefined;
    if (typeof value !== 'object' || value === null) return "must be true, false or TLS's options";
    const stranger = Object.keys(value).find((name) => !(name in NAMES));
    if (stranger === undefined) return undefined;
    const nearest = nearestName(stranger, Object.keys(NAMES));
    return `has no "${stranger}"${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  },
};

/** Of a checked setting; undefined without TLS. */
export function tlsOptionsOf(ssl: boolean | TlsOptions): TlsOptions | undefined {
  if (ssl === false) return undefined;
  return ssl === true ? {} : ssl;
}
