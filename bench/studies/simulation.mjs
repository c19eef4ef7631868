import { parseArgs } from 'node:util';

/**
 * What arithmetic does not tell of many servers: how watchers come back who were all cut at once, and how far the busiest
 * of a hundred nodes is from the average. Simulated, with costs that were measured; `--seed` (1) repeats a run.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      /** Milliseconds of a server's processor for a WebSocket, its token and a subscription that is at its end. */
      cost: { type: 'string', default: '0.5' },
    },
  });
  const cost = Number(values.cost);
  console.log(
    '| cut at once | come back | all are back, s | longest wait for an answer, s | tries given up |\n|---|---|---|---|---|',
  );
  for (const { what, ...cut } of CUTS) {
    for (const { how, wait } of WAITS) {
      const { backMs, waitMs, givenUp } = storm({
        ...cut,
        cost,
        wait,
        random: randomOf(Number(values.seed)),
      });
      console.log(
        `| ${what} | ${how} | ${(backMs / 1_000).toFixed(1)} | ${(waitMs / 1_000).toFixed(1)} | ${givenUp} |`,
      );
    }
  }
  console.log('\n| sessions in use | activity | busiest of 100 nodes, to the average |\n|---|---|---|');
  for (const sessions of [10_000, 100_000, 1_000_000]) {
    for (const { what, weight } of ACTIVITIES) {
      console.log(
        `| ${sessions.toLocaleString('en')} | ${what} | ${imbalance(sessions, weight, randomOf(Number(values.seed))).toFixed(2)} |`,
      );
    }
  }
}

const CUTS = [
  { what: '1 of 100 servers, 10,000 watchers', comers: 10_000, servers: 99, load: 0.5 },
  { what: '1 of 2 servers, 10,000 watchers', comers: 10_000, servers: 1, load: 0.5 },
  { what: 'all 1,000,000 watchers of 100 servers', comers: 1_000_000, servers: 100, load: 0.5 },
  { what: 'the same, while the servers are at 80 %', comers: 1_000_000, servers: 100, load: 0.8 },
];

/** Milliseconds until the nth try, from 0. */
const WAITS = [
  { how: 'at once', wait: () => 0 },
  { how: 'after a second', wait: () => 1_000 },
  { how: 'as this client does', wait: (tries, random) => random() * Math.min(10_000, 250 * 2 ** tries) },
  { how: 'over ten seconds', wait: (_tries, random) => random() * 10_000 },
  { how: 'over thirty seconds', wait: (_tries, random) => random() * 30_000 },
];

/** Of one session, by its rank among them from 1. */
const ACTIVITIES = [
  { what: 'all alike', weight: () => 1 },
  { what: 'as the words of a language (Zipf)', weight: (rank) => 1 / rank },
  { what: 'one in a thousand a hundred times as active', weight: (rank) => (rank % 1_000 === 1 ? 100 : 1) },
];

/** A client waits so long for its acknowledgement, then tries again. */
const PATIENCE_MS = 10_000;
const STEP_MS = 10;

/**
 * One server stands for all, since they are given the comers in turn. What it does for a client that has left is a third
 * of the whole: the connection was made, and nobody answers it.
 */
function storm({ comers, servers, load, cost, wait, random }) {
  const clients = Math.ceil(comers / servers);
  const arrivals = Array.from({ length: clients }, () => ({ at: wait(0, random), tries: 0 }));
  const queue = [];
  let [now, back, backMs, waitMs, givenUp, budget] = [0, 0, 0, 0, 0, 0];
  arrivals.sort((a, b) => a.at - b.at);
  let soonest = arrivals;
  while (back < clients) {
    let come = 0;
    while (come < soonest.length && soonest[come].at <= now) come++;
    for (const client of soonest.slice(0, come)) queue.push(client);
    const later = [];
    budget = Math.min(STEP_MS, budget + STEP_MS * (1 - load));
    while (queue.length > 0 && budget > 0) {
      const client = queue.shift();
      const waited = now - client.at;
      if (waited > PATIENCE_MS) {
        budget -= cost / 3;
        givenUp++;
        later.push({ at: now + wait(client.tries + 1, random), tries: client.tries + 1 });
      } else {
        budget -= cost;
        back++;
        backMs = now;
        waitMs = Math.max(waitMs, waited);
      }
    }
    soonest = soonest.slice(come);
    if (later.length > 0) soonest = [...soonest, ...later].sort((a, b) => a.at - b.at);
    now += STEP_MS;
    if (now > 600_000) return { backMs: Infinity, waitMs, givenUp: givenUp * servers };
  }
  return { backMs, waitMs, givenUp: givenUp * servers };
}

/** Sessions are on nodes by the hash of their ids, which has nothing to do with how active they are. */
function imbalance(sessions, weight, random) {
  const nodes = new Float64Array(100);
  let sum = 0;
  for (let rank = 1; rank <= sessions; rank++) {
    const share = weight(rank);
    nodes[Math.floor(random() * nodes.length)] += share;
    sum += share;
  }
  return Math.max(...nodes) / (sum / nodes.length);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
