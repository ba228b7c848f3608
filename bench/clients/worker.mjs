/**
 * One client in one process: measures one row, prints what it measured as JSON. Started by bench/clients.mjs.
 *
 * Processor time is that of the process, threads of native code included; the event loop is watched for delays.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { makeRecords } from './records.mjs';

const job = JSON.parse(process.argv[2]);
const driver = await import(`./drivers/${job.client}.mjs`);
const result = await (job.kind === 'produce' ? produce() : consume());
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);

/** What happened between `start` and `stop`. */
function meter() {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  return (recordCount) => {
    const seconds = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    delay.disable();
    return {
      recordsPerSecond: recordCount / seconds,
      cpuPerMillion: (user + system) / recordCount,
      peakRssMb: process.resourceUsage().maxRSS / 1024,
      loopDelayP99Ms: delay.percentile(99) / 1e6,
    };
  };
}

async function produce() {
  const producer = await driver.openProducer(job);
  const records = makeRecords(job.sizeBytes);
  let next = 0;
  const take = (count) => {
    const taken = [];
    for (let index = 0; index < count; index++) taken.push(records[next++ % records.length]);
    return taken;
  };
  const shapes = {
    awaited: { callers: 1, perCall: 1 },
    single: { callers: 2000, perCall: 1 },
    many: { callers: 32, perCall: job.perCall },
  };
  const { callers, perCall } = shapes[job.mode];
  const call =
    job.mode === 'many'
      ? () => producer.sendMany(take(perCall))
      : () => producer.sendOne(records[next++ % records.length]);
  const run = async (ms) => {
    const latencies = [];
    const stop = meter();
    const until = performance.now() + ms;
    const caller = async () => {
      for (;;) {
        const sentAt = performance.now();
        if (sentAt >= until) return;
        await call();
        latencies.push(performance.now() - sentAt);
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return { ...stop(latencies.length * perCall), ...quantiles(latencies) };
  };
  await run(job.warmUpMs);
  const measured = await run(job.measureMs);
  // Taking leave is not measured, and not waited for longer than it takes.
  await Promise.race([producer.close(), new Promise((resolve) => setTimeout(resolve, 2000))]);
  return measured;
}

async function consume() {
  let count = 0;
  let byteCount = 0;
  let stop;
  let skipped = 0;
  const finished = new Promise((resolve) => {
    void driver
      .consume(job, (key, value) => {
        count += 1;
        byteCount += key.length + value.length;
        // The first records only start the clock: joining the group is not what is measured.
        if (stop === undefined && count >= job.skip) {
          skipped = count;
          stop = meter();
        }
        if (count === job.recordCount) resolve(stop(count - skipped));
      })
      .catch((error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      });
  });
  const measured = await finished;
  return { ...measured, megabytesPerSecond: (byteCount / count / 1e6) * measured.recordsPerSecond };
}

function quantiles(values) {
  const sorted = values.sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}
