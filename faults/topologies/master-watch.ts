import type { Redis } from 'ioredis';
import type { Recorder } from '../history/recorder.ts';
import { connectTo } from './connection.ts';

const COMMAND_MS = 500;

/** How the history calls it that another master serves, whoever was the cause: a busy machine can be. */
export const FAILOVER_SEEN = 'another master serves';

/** Told of each change of a master. */
export interface MasterWatch {
  stop(): void;
}

/** Records each failover that happens, until all nodes follow the new master; then what is lost is lost. */
export function failoverRecorder(recorder: Recorder, recovered: () => Promise<void>): () => void {
  const record = (phase: 'injected' | 'healed'): void =>
    recorder.record({ kind: 'fault', name: FAILOVER_SEEN, phase, lossy: true, outage: false });
  return () => {
    record('injected');
    void recovered().then(() => record('healed'));
  };
}

/**
 * What the first of the Sentinels says: the one that leads tells of the replica that it has promoted, but calls it the
 * master only when the others follow it, which can be seconds later.
 */
export function watchSentinels(ports: readonly number[], onSwitch: () => void): MasterWatch {
  const clients = ports.map((port) => connectTo(port, COMMAND_MS));
  let known = '';
  for (const client of clients) {
    client.on('message', (channel: string, message: string) => {
      const words = message.split(' ');
      const master = (channel === '+promoted-slave' ? words.slice(2, 4) : words.slice(3, 5)).join(' ');
      if (master === known) return;
      known = master;
      onSwitch();
    });
    void client.subscribe('+promoted-slave', '+switch-master').catch(() => undefined);
  }
  return {
    stop() {
      for (const client of clients) client.disconnect();
    },
  };
}

const LOOK_MS = 200;

/** What nodes of a Cluster say of who has slots, five times a second. */
export function watchCluster(ports: readonly number[], onSwitch: () => void): MasterWatch {
  const clients = ports.map((port) => connectTo(port, COMMAND_MS));
  let known: string | null = null;
  const look = async (): Promise<void> => {
    const answers = await Promise.all(clients.map((client) => mastersIn(client)));
    // The newest view is that of the highest epochs; nodes that do not answer have none.
    const newest = answers
      .filter((view) => view !== null)
      .toSorted((one, other) => other.epochs - one.epochs)[0];
    if (newest === undefined || newest.masters === known) return;
    if (known !== null) onSwitch();
    known = newest.masters;
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      for (const client of clients) client.disconnect();
    },
  };
}

async function mastersIn(
  client: Redis,
): Promise<{ readonly masters: string; readonly epochs: number } | null> {
  const text = await client.call('CLUSTER', 'NODES').catch(() => null);
  if (typeof text !== 'string') return null;
  const masters = text
    .split('\n')
    .map((line) => line.split(' '))
    .filter((words) => words[2]?.includes('master') === true && words.length > 8);
  return {
    masters: masters
      .map(([id = '']) => id)
      .toSorted((one, other) => (one < other ? -1 : 1))
      .join(' '),
    epochs: masters.reduce((sum, words) => sum + Number(words[6]), 0),
  };
}
