/**
 * Machines on a network that can be broken: a network namespace for each, all on one switch, and this process's own namespace on it, too.
 *
 *     this process  .254 (clients), .253 (shared services)
 *          │ veth
 *     ┌────┴───────── bridge, in a namespace of its own ──────────────┐
 *     │ veth               │ veth                │ veth               │
 *   .1 machine 0         .2 machine 1          .3 machine 2 ...
 *
 * Owns: the namespaces, and with them all devices. They are gone after `close`, at the end of the process, or, should that be killed, as soon as another
 * process makes a lab. What is broken is silent: no packet is refused, they are lost.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mustRun, runCommand } from './run-command.ts';

const NAMESPACES = '/run/netns';
const NAME_PATTERN = /^zurau-(\d+)-/;
/** On no machine of the switch: what is sent there is lost. */
const NOBODY = '02:00:00:00:00:01';
const CLIENT_HOST = 254;
const SERVICE_HOST = 253;
/** Private networks 10.64.x.y to 10.191.x.y. */
const NETWORK_FIRST = 64;
const NETWORK_COUNT = 128;

const open = new Set<NetworkLab>();
let labCount = 0;
process.once('exit', () => {
  for (const lab of open) lab.closeNow();
});

/** A place on the switch: a namespace with one address. */
export interface Machine {
  readonly address: string;
  /** What is put in front of a command to run it there. */
  readonly launcher: readonly string[];
}

interface Member extends Machine {
  readonly namespace: string;
  /** Its end of the cable at the switch. */
  readonly port: string;
  readonly unreachable: Set<string>;
}

/** Why there can be no lab here; undefined when there can. */
export async function networkLabMissing(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  try {
    const lab = await NetworkLab.create(1);
    await lab.close();
    return undefined;
  } catch (error) {
    return `no network namespaces: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export class NetworkLab {
  /** Of this process, for shared services; the machines see it beside that of clients. */
  readonly serviceAddress: string;
  readonly machines: readonly Machine[];
  readonly #members: readonly Member[];
  readonly #switch: string;

  private constructor(switchName: string, serviceAddress: string, members: readonly Member[]) {
    this.#switch = switchName;
    this.serviceAddress = serviceAddress;
    this.#members = members;
    this.machines = members;
  }

  /** With so many machines. Rejects where namespaces are not permitted. */
  static async create(machineCount: number): Promise<NetworkLab> {
    await sweep();
    const name = `zurau-${process.pid}-${labCount++}`;
    const number = (process.pid * 7 + labCount) % (NETWORK_COUNT * 256);
    const network = `10.${NETWORK_FIRST + (number >> 8)}.${number & 255}`;
    const members = Array.from({ length: machineCount }, (_, index): Member => {
      const namespace = `${name}-${index}`;
      return {
        namespace,
        address: `${network}.${index + 1}`,
        launcher: ['nsenter', `--net=${NAMESPACES}/${namespace}`],
        port: `port${index}`,
        unreachable: new Set(),
      };
    });
    const lab = new NetworkLab(`${name}-switch`, `${network}.${SERVICE_HOST}`, members);
    open.add(lab);
    try {
      await lab.#build(`${network}.${CLIENT_HOST}`, `zl${number.toString(36)}`);
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  /** Takes a machine's cable out: nothing reaches it, and nothing gets away from it. */
  async isolate(machine: Machine): Promise<void> {
    await ip('-n', this.#switch, 'link', 'set', this.#memberOf(machine).port, 'nomaster');
  }

  /** What `from` sends to `address` is lost from now on; the other way stays open, so that what was sent arrives, and is never answered. */
  async lose(from: Machine, address: string): Promise<void> {
    const { namespace, unreachable } = this.#memberOf(from);
    unreachable.add(address);
    const where = [address, 'lladdr', NOBODY, 'dev', 'eth0', 'nud', 'permanent'];
    await ip('-n', namespace, 'neigh', 'replace', ...where);
  }

  /** Undoes what was done to a machine. */
  async heal(machine: Machine): Promise<void> {
    const { namespace, port, unreachable } = this.#memberOf(machine);
    for (const address of unreachable) {
      await ip('-n', namespace, 'neigh', 'del', address, 'dev', 'eth0');
    }
    unreachable.clear();
    await ip('-n', this.#switch, 'link', 'set', port, 'master', 'switch');
  }

  /** Idempotent. Whatever still runs there keeps its namespace until it ends, without a way out. */
  async close(): Promise<void> {
    open.delete(this);
    for (const name of this.#namespaces()) await remove(name);
  }

  /** As {@link close}, for the end of the process. */
  closeNow(): void {
    for (const name of this.#namespaces()) spawnSync('ip', ['netns', 'del', name]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #namespaces(): string[] {
    return [this.#switch, ...this.#members.map(({ namespace }) => namespace)];
  }

  #memberOf(machine: Machine): Member {
    const member = this.#members.find((each) => each === machine);
    if (member === undefined) throw new Error('a machine of another lab');
    return member;
  }

  async #build(clientAddress: string, device: string): Promise<void> {
    const { serviceAddress } = this;
    await ip('netns', 'add', this.#switch);
    await ip('-n', this.#switch, 'link', 'add', 'switch', 'type', 'bridge');
    await ip('-n', this.#switch, 'link', 'set', 'switch', 'up');
    const cable = ['link', 'add', device, 'type', 'veth', 'peer', 'name', 'outside'];
    await ip(...cable, 'netns', this.#switch);
    await ip('-n', this.#switch, 'link', 'set', 'outside', 'master', 'switch', 'up');
    await ip('addr', 'add', `${clientAddress}/24`, 'dev', device);
    await ip('addr', 'add', `${serviceAddress}/24`, 'dev', device);
    await ip('link', 'set', device, 'up');
    for (const { namespace, address, port } of this.#members) {
      await ip('netns', 'add', namespace);
      const peer = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace];
      await ip('-n', this.#switch, 'link', 'add', port, ...peer);
      await ip('-n', this.#switch, 'link', 'set', port, 'master', 'switch', 'up');
      await ip('-n', namespace, 'link', 'set', 'lo', 'up');
      await ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
      await ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    }
  }
}

/** Removes what processes have left that are no more. */
async function sweep(): Promise<void> {
  if (!existsSync(NAMESPACES)) return;
  for (const name of readdirSync(NAMESPACES)) {
    const pid = NAME_PATTERN.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await remove(name);
  }
}

async function ip(...args: string[]): Promise<void> {
  await mustRun('ip', args);
}

/** Whoever removes it: another process may be faster. */
async function remove(namespace: string): Promise<void> {
  await runCommand('ip', ['netns', 'del', namespace]);
}
