import { setTimeout as sleep } from 'node:timers/promises';
import { check, type Violation } from './checker/check.ts';
import { PROMISES } from './checker/promises.ts';
import type { HistoryEvent } from './history/event.ts';
import { Recorder } from './history/recorder.ts';
import { watchMemory, type MemoryWatch } from './memory.ts';
import { strike } from './nemesis/nemesis.ts';
import { randomOf } from './nemesis/random.ts';
import { scheduleOf } from './nemesis/schedule.ts';
import { TOPOLOGIES, type TopologyName } from './topologies/start.ts';
import type { Topology } from './topologies/topology.ts';
import { readWholeLog } from './workload/query-reader.ts';
import { Tokens } from './workload/tokens.ts';
import { makeSessions, Workload, type WorkloadOptions } from './workload/workload.ts';
import type { World } from './workload/world.ts';

export interface RunOptions extends WorkloadOptions {
  readonly topology: TopologyName;
  /** How many servers, where there can be more than one. */
  readonly servers: number;
  readonly durable: boolean;
  /** For how long faults are injected. */
  readonly seconds: number;
  readonly seed: number;
  /** Hears what the nemesis does. */
  readonly tell?: ((line: string) => void) | undefined;
  /** Only faults whose name holds this. */
  readonly only?: string | undefined;
}

export interface Run {
  readonly topology: string;
  readonly seed: number;
  readonly events: readonly HistoryEvent[];
  readonly violations: readonly Violation[];
}

/** Tokens of users end at every multiple of so many seconds, all at once. */
const TOKENS_LAST_S = 10;

/** Rates and numbers are no subject of the lab: its users ask for much. */
const GENEROUS = {
  LIMIT_USER_RATE: '0',
  LIMIT_SUBSCRIPTIONS_PER_USER: '100000',
  LIMIT_SOCKETS_PER_USER: '100000',
};

/** One seed: starts everything, lets faults happen to it, heals, drains, reads, and judges. */
export async function run(options: RunOptions): Promise<Run> {
  const recorder = new Recorder();
  const random = randomOf(options.seed);
  const tokens = new Tokens(TOKENS_LAST_S);
  const topology = await TOPOLOGIES[options.topology](recorder, {
    servers: options.servers,
    durable: options.durable,
    env: { ...GENEROUS, ...tokens.env },
  });
  try {
    const endpoints = topology.servers.map(({ endpoint }) => endpoint);
    // The workload's own chances must not change what the seed lets happen.
    const clients = { recorder, tokens, endpoints, random: randomOf(options.seed + 1) };
    const sessions = await makeSessions(clients, options.sessions);
    const world: World = { ...clients, sessions };
    await census(topology, recorder, 'before');
    const memory = await watchMemory(topology, recorder);
    await afflict(options, world, topology, random, memory);
    await census(topology, recorder, 'afterwards');
    const { memoryAfterwardsBytes } = { ...PROMISES, ...topology.promises };
    await memory.lookAfterwards(memoryAfterwardsBytes, 5_000);
    await shutDown(topology, recorder);
  } finally {
    await topology.stop();
  }
  const violations = check(recorder.events, { ...PROMISES, ...topology.promises });
  return { topology: topology.name, seed: options.seed, events: recorder.events, violations };
}

async function afflict(
  { seconds, only, tell = () => {}, ...load }: RunOptions,
  world: World,
  topology: Topology,
  random: ReturnType<typeof randomOf>,
  memory: MemoryWatch,
): Promise<void> {
  const { recorder, sessions } = world;
  const workload = new Workload(world, load);
  workload.start();
  try {
    const end = Date.now() + seconds * 1_000;
    const faults = topology.faults.filter(({ name }) => only === undefined || name.includes(only));
    await strike(scheduleOf(faults, seconds * 1_000, random), recorder, () => Date.now() > end, tell);
    recorder.record({ kind: 'healed' });
    await sleep(SERVED_AGAIN_MS);
    await workload.calm();
    await workload.stopWriting();
    for (const { index } of topology.servers) {
      await Promise.all(sessions.map(({ id }) => readWholeLog(world, id, index)));
    }
    await caughtUp(workload, recorder, topology.promises.catchUpMs ?? PROMISES.catchUpMs);
    recorder.record({ kind: 'settled' });
  } finally {
    memory.stop();
    await workload.stop();
  }
}

/** Writes go on for so long after healing, so that there is service to be found. */
const SERVED_AGAIN_MS = 1_000;

/** Waits until every subscriber is where the log ends, or until none may still be on its way. */
async function caughtUp(workload: Workload, recorder: Recorder, most: number): Promise<void> {
  const ends = new Map(
    recorder.events
      .filter((event) => event.kind === 'reading')
      .map(({ session, entries }) => [session, entries.at(-1)?.cursor]),
  );
  const end = Date.now() + most + 1_000;
  const isThere = ({ session, cursor }: Workload['subscribers'][number]): boolean =>
    ends.get(session) === undefined || ends.get(session) === cursor;
  while (Date.now() < end && !workload.subscribers.every(isThere)) await sleep(20);
}

/** What is held while nobody is connected; afterwards it may take a moment until the last has gone. */
async function census(topology: Topology, recorder: Recorder, phase: 'before' | 'afterwards'): Promise<void> {
  const before = new Map(
    recorder.events.filter((event) => event.kind === 'census').map(({ what, count }) => [what, count]),
  );
  // Connections that clients keep for the next request are not the servers' to close.
  for (const { clients } of topology.servers) clients.cut();
  let counts = await counted(topology);
  const end = Date.now() + 5_000;
  const isBack = (): boolean => [...counts].every(([what, count]) => count <= (before.get(what) ?? Infinity));
  while (phase === 'afterwards' && Date.now() < end && !isBack()) {
    await sleep(50);
    counts = await counted(topology);
  }
  for (const [what, count] of counts) recorder.record({ kind: 'census', phase, what, count });
}

/** A node that was under fault a moment ago may refuse once or twice. */
async function counted(topology: Topology): Promise<ReadonlyMap<string, number>> {
  for (let tries = 1; ; tries++) {
    try {
      return await topology.census();
    } catch (error) {
      if (tries === 20) throw error;
      await sleep(200);
    }
  }
}

async function shutDown({ servers }: Topology, recorder: Recorder): Promise<void> {
  await Promise.all(
    servers.map(async ({ index, process }) => {
      const askedAt = recorder.now();
      const { code } = await process.terminate();
      recorder.record({ kind: 'shutdown', server: index, askedAt, code });
    }),
  );
}
