/** The built client, as a CommonJS program for KafkaJS sees it: `require` of a module without top-level await. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it("KafkaJS's API can be required, with all that KafkaJS exports", () => {
  const program = `
    const door = require('@zurau/client/kafkajs');
    const missing = Object.keys(require('kafkajs')).filter((name) => !(name in door));
    console.log(JSON.stringify({ kafka: typeof door.Kafka, missing }));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
    ...{ cwd: ROOT, encoding: 'utf8' },
  });
  expect(stderr).not.toContain('Error');
  expect(JSON.parse(stdout)).toEqual({ kafka: 'function', missing: [] });
});
