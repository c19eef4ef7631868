import type { TcpProxy } from '../../test/support/tcp-proxy.ts';
import type { Fault } from './fault.ts';

/** What can happen between servers and Redis; `links` are the relays, one of each server, or of each node of a Cluster. */
export function linkFaults(links: readonly TcpProxy[]): Fault[] {
  const outage = links.length === 1;
  return [
    {
      name: 'link to Redis cut',
      lasts: [0, 0],
      async inject() {
        for (const link of links) link.cut();
        return () => {};
      },
    },
    {
      name: 'link to Redis cut at the next reply',
      lasts: [20, 150],
      async inject() {
        for (const link of links) link.cutAtNextReply();
        return () => links.forEach((link) => link.pass());
      },
    },
    {
      name: 'link to Redis silent',
      outage,
      lasts: [500, 2_500],
      async inject(random) {
        const link = random.pick(links);
        link.stall();
        return () => link.pass();
      },
    },
    {
      name: 'replies of Redis dropped',
      outage,
      lasts: [300, 1_500],
      async inject(random) {
        const link = random.pick(links);
        link.drop('from the target');
        return () => link.pass();
      },
    },
    {
      name: 'commands to Redis dropped',
      outage,
      lasts: [300, 1_500],
      async inject(random) {
        const link = random.pick(links);
        link.drop('to the target');
        return () => link.pass();
      },
    },
    {
      name: 'replies of Redis late',
      lasts: [300, 1_500],
      async inject(random) {
        const link = random.pick(links);
        link.delay(random.between(20, 200));
        return () => link.delay(0);
      },
    },
    {
      name: 'link to Redis throttled',
      lasts: [300, 1_500],
      async inject(random) {
        const link = random.pick(links);
        link.throttle(100_000);
        return () => link.throttle(Infinity);
      },
    },
  ];
}
