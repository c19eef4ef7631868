import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerNode } from '../topologies/server-node.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Fault } from './fault.ts';

/** What can happen to a server, and to its connections with clients. */
export function serverFaults(servers: readonly ServerNode[], recorder: Recorder): Fault[] {
  const outage = servers.length === 1;
  const restart = async (server: ServerNode): Promise<void> => {
    const askedAt = recorder.now();
    const { code } = await server.end();
    recorder.record({ kind: 'shutdown', server: server.index, askedAt, code });
    await server.begin();
  };
  return [
    {
      name: 'server killed',
      outage,
      lasts: [0, 0],
      async inject(random) {
        await random.pick(servers).crash();
        return () => {};
      },
    },
    {
      name: 'server paused',
      outage,
      lasts: [500, 2_000],
      async inject(random) {
        const { process } = random.pick(servers);
        process.pause();
        return () => process.resume();
      },
    },
    {
      name: 'rolling restart',
      outage,
      lasts: [0, 0],
      async inject() {
        for (const server of servers) await restart(server);
        return () => {};
      },
    },
    {
      // What was accepted is still to be answered when the server is asked to end.
      name: 'restart while its store is slow',
      outage,
      lasts: [0, 0],
      async inject(random) {
        const server = random.pick(servers);
        server.store?.delay(1_500);
        await sleep(1_200);
        await restart(server);
        server.store?.delay(0);
        return () => {};
      },
    },
    {
      name: 'clients cut',
      lasts: [0, 0],
      async inject() {
        for (const { clients } of servers) clients.cut();
        return () => {};
      },
    },
    {
      name: 'answers to clients dropped',
      outage,
      lasts: [300, 1_500],
      async inject(random) {
        const { clients } = random.pick(servers);
        clients.drop('from the target');
        return () => clients.pass();
      },
    },
    {
      name: 'requests of clients dropped',
      outage,
      lasts: [300, 1_500],
      async inject(random) {
        const { clients } = random.pick(servers);
        clients.drop('to the target');
        return () => clients.pass();
      },
    },
    {
      name: 'clients cut at the next answer',
      lasts: [50, 200],
      async inject() {
        for (const { clients } of servers) clients.cutAtNextReply();
        return () => servers.forEach(({ clients }) => clients.pass());
      },
    },
    {
      name: 'clients throttled',
      lasts: [300, 1_000],
      async inject(random) {
        const { clients } = random.pick(servers);
        clients.throttle(50_000);
        return () => clients.throttle(Infinity);
      },
    },
  ];
}
