/**
 * What a user installs: the exact packages that each of ours depends on at run time. A new one is a decision, made
 * here in plain sight.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Per package: what it needs, and what it uses when it is there. */
const RUNTIME_DEPENDENCIES: Record<string, { required: string[]; optional: string[] }> = {
  platform: { required: [], optional: [] },
  protocol: {
    required: ['@node-rs/crc32', 'lz4-napi', 'snappy'],
    optional: ['@hpcc-js/wasm-zstd'],
  },
  log: { required: ['@zurau/platform', '@zurau/protocol'], optional: [] },
  client: {
    required: ['@mongodb-js/saslprep', '@zurau/platform', '@zurau/protocol'],
    optional: [],
  },
  zookeeper: { required: ['@zurau/platform'], optional: [] },
  broker: {
    required: [
      '@zurau/client',
      '@zurau/log',
      '@zurau/platform',
      '@zurau/protocol',
      '@zurau/zookeeper',
      'pino',
      'pino-pretty',
    ],
    optional: [],
  },
  // Its bundle holds the others' code, so it needs their native addons itself.
  cli: {
    required: [
      '@node-rs/crc32',
      '@zurau/broker',
      '@zurau/client',
      '@zurau/log',
      '@zurau/platform',
      'commander',
      'lz4-napi',
      'pino-pretty',
      'snappy',
    ],
    optional: ['@hpcc-js/wasm-zstd'],
  },
};

/** Per package: libraries it works with when its user has installed them. */
const OPTIONAL_PEERS: Record<string, string[]> = { client: ['ajv', 'avsc', 'protobufjs'] };

/** The scripts that npm runs when someone installs a package from the registry. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly bundleDependencies?: readonly string[];
  readonly scripts?: Record<string, string>;
}

function manifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
}

const directories = readdirSync(join(ROOT, 'packages'));

test('every package is listed here', () => {
  expect(directories.toSorted()).toEqual(Object.keys(RUNTIME_DEPENDENCIES).toSorted());
});

describe.each(directories)('packages/%s', (directory) => {
  const found = manifest(join(ROOT, 'packages', directory));

  test('depends on exactly these', () => {
    expect({
      required: Object.keys(found.dependencies ?? {}).toSorted(),
      optional: Object.keys(found.optionalDependencies ?? {}).toSorted(),
    }).toEqual(RUNTIME_DEPENDENCIES[directory]);
    // What a user may bring along: a package that is there only for one of many uses, and never installed by us.
    expect(Object.keys(found.peerDependencies ?? {}).toSorted()).toEqual(
      OPTIONAL_PEERS[directory] ?? [],
    );
    expect(found.bundleDependencies).toBeUndefined();
  });

  test("wants the other packages of ours in exactly the workspace's version", () => {
    const { version } = manifest(ROOT);
    expect(found.version).toBe(version);
    for (const [name, range] of Object.entries(found.dependencies ?? {})) {
      if (name.startsWith('@zurau/')) expect(`${name} ${range}`).toBe(`${name} ${version}`);
    }
  });
});

test('nothing that a user installs runs a script while it is installed', () => {
  const installed = installedRuntimePackages();
  // The walk went somewhere: direct, indirect, and a prebuilt binary of this platform.
  expect([...installed.keys()].join(' ')).toMatch(/\bpino\b.*sonic-boom/);
  expect([...installed.keys()].join(' ')).toMatch(/@node-rs\/crc32-\w+/);
  const offenders: string[] = [];
  for (const [name, directory] of installed) {
    const scripts = Object.keys(manifest(directory).scripts ?? {});
    const runs = scripts.filter((script) => INSTALL_SCRIPTS.includes(script));
    // npm compiles for a binding.gyp even without a script.
    if (existsSync(join(directory, 'binding.gyp'))) runs.push('binding.gyp');
    if (runs.length > 0) offenders.push(`${name}: ${runs.join(', ')}`);
  }
  expect(offenders).toEqual([]);
});

/** Name and directory of all that the packages need at run time, directly or not, as far as it is installed. */
function installedRuntimePackages(): Map<string, string> {
  const installed = new Map<string, string>();
  const visit = (directory: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = manifest(directory);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const target = findInstalled(name, directory);
      // Optional ones are built for other platforms.
      if (target === undefined && name in optionalDependencies) continue;
      if (target === undefined)
        throw new Error(`${name}, needed by ${directory}, is not installed`);
      if (installed.has(`${name} in ${target}`)) continue;
      installed.set(`${name} in ${target}`, target);
      visit(target);
    }
  };
  for (const directory of directories) visit(join(ROOT, 'packages', directory));
  return installed;
}

function findInstalled(name: string, from: string): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const candidate = join(directory, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (directory === ROOT || directory === dirname(directory)) return undefined;
  }
}
