/**
 * Which file may import which: the arrows of ARCHITECTURE.md as rules.
 *
 *     cli -> client, broker, log, platform    broker -> log, client, zookeeper, protocol, platform    log, client -> protocol, platform    zookeeper -> platform
 */

/** Our packages, and the packages of ours that each may import. */
const ARROWS = {
  platform: [],
  protocol: [],
  log: ['protocol', 'platform'],
  client: ['protocol', 'platform'],
  zookeeper: ['platform'],
  broker: ['log', 'client', 'zookeeper', 'protocol', 'platform'],
  cli: ['client', 'broker', 'log', 'platform'],
};

const TEST_FILES = '\\.test\\.ts$|/fixtures/|/conformance/|/test/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'An import circle hides which of its files depends on which. Types alone may: they are gone at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(ARROWS).map(([from, allowed]) => ({
      name: `arrows-of-${from}`,
      comment: `${from} may import ${allowed.join(', ') || 'no package of ours'}.`,
      severity: 'error',
      from: { path: `^packages/${from}/`, pathNot: TEST_FILES },
      to: { path: '^(packages|testkit)/', pathNot: `^packages/(${[from, ...allowed].join('|')})/` },
    })),
    {
      name: 'nobody-imports-the-outermost',
      comment: 'cli, testkit, bench and test stand outside: nothing depends on them.',
      severity: 'error',
      from: { path: '^packages/(platform|protocol|log|client|zookeeper|broker)/' },
      to: { path: '^(packages/cli|testkit|bench|test|examples)/' },
    },
    {
      name: 'through-the-front-door',
      comment:
        "Another package is imported by its name, not by a path into its files; the client's network layer has a name of its own.",
      severity: 'error',
      from: { path: '^(packages/[^/]+|testkit)/' },
      to: {
        path: '^(packages/[^/]+|testkit)/',
        pathNot: ['^$1/', '/src/index\\.ts$', '^packages/client/src/network/index\\.ts$'],
      },
    },
    {
      name: 'index-is-for-outsiders',
      comment: "Inside a package files import each other, never the package's index.",
      severity: 'error',
      from: { path: '^(packages/[^/]+|testkit)/src/', pathNot: TEST_FILES },
      to: { path: '^$1/src/index\\.ts$' },
    },
    {
      name: 'the-engine-knows-no-door',
      comment: "KafkaJS's API stands on the client's engine; nothing of the engine depends on it.",
      severity: 'error',
      from: { path: '^packages/client/src/(?!kafkajs/)' },
      to: { path: '^packages/client/src/kafkajs/' },
    },
    {
      name: 'only-index-re-exports',
      comment:
        "A name has one home and one door: `export ... from` stands in src/index.ts alone, in the generated list of messages, and in the client's other entries: its network layer, schema registries, KafkaJS's API.",
      severity: 'error',
      from: {
        path: '^(packages/[^/]+|testkit)/',
        pathNot: '/src/((messages|network|registry|kafkajs)/)?index\\.ts$',
      },
      to: { path: '^(packages|testkit)/', dependencyTypes: ['export'] },
    },
    {
      name: 'no-test-code-in-products',
      comment: 'Tests and their fixtures are not shipped.',
      severity: 'error',
      from: { path: '^packages/', pathNot: TEST_FILES },
      to: { path: '\\.test\\.ts$|/fixtures/' },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'What a package imports stands in its own package.json.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: TEST_FILES },
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
    {
      name: 'no-dev-dependencies-in-products',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: TEST_FILES },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'protocol-is-pure',
      comment: 'No disk, no network: protocol is bytes in, bytes out.',
      severity: 'error',
      from: { path: '^packages/protocol/src/', pathNot: TEST_FILES },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(zlib|module|buffer)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@zurau/source', 'import', 'require', 'node', 'default'],
      extensions: ['.ts', '.mts', '.mjs', '.js', '.cjs', '.json'],
    },
    tsConfig: { fileName: 'tsconfig.base.json' },
  },
};
