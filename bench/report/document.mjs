import { tableOf } from './tables.mjs';
import { targetsOf } from './targets.mjs';

const HOW = `The load generator is a process of its own with raw sockets. It checks of every follower that all messages come, once and in order; a server that loses or repeats any is told of in the last column. The main figure is the CPU that the server's processes took, user and kernel, in seconds per million operations: it says how much a machine can carry, and is the least disturbed by what else runs. What followers get is measured on a server that others write to through a second one on the same Redis. The contenders have their turns in rounds, on one machine, each with a Redis of its own; figures are the median of the rounds, with the least and the most in brackets. A run in which other processes took more than 5 % of the machine is repeated up to twice, unless \`--repeats\` says otherwise, and counted as disturbed if that does not help. Each contender is first loaded until its code is compiled. Ratios can be compared between machines, absolute figures cannot; throughput and latency suffer from the load generator, Redis and both servers sharing the cores, and where others took much of the machine they say little. Of 10 messages the last 50 are those 10: the page costs less because it is shorter.`;

const RIVALS = `Apollo Server, Mercurius and Yoga are put together as their documentation says, keep a message with XADD and tell followers with PUBLISH; they have no cursors, no replay, no rights and no limits. \`ws\` and ioredis without GraphQL hands on what was published as it is. node:http reads a request and answers it, and does nothing else.`;

const WHY = `At 1,000 × 1 nothing can be shared: every message is a write, a wake-up, an execution and a frame of its own. Of the CPU of the server that delivers, a profile gives 30 % to writing to sockets and 10 % to reading what Redis says, which \`ws\` without GraphQL does as well, 20 % to making, executing and writing the event, and 17 % to collecting garbage. An event is kept cheap by plans in place of \`execute\`, by items that are parsed when they are asked for, and by wake-ups that bring the change itself, so that nothing is read. Tried, and left out since it gained nothing that could be measured: EVALSHA without ioredis' scripts, a command object and a timer of our own in place of ioredis', and one buffer for equal ids. What remains above \`ws\` is GraphQL and the order that a cursor promises.`;

/** The report as Markdown. `measured`: what was kept of each scenario, the conditions of its run with it. */
export function documentOf(scenarios, measured) {
  const kept = scenarios.filter(({ name }) => name in measured);
  const [first] = kept.map(({ name }) => measured[name].conditions);
  const { machine, node, redis, dependencies } = first;
  const packages = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
  const sections = kept.map((scenario) => {
    const { conditions, ...result } = measured[scenario.name];
    return `${tableOf(scenario, result)}\n\n${runsOf(scenario, conditions)}`;
  });
  return [
    '# Performance',
    'Made by `npm run bench -- --write-docs`.',
    '## How it is measured',
    HOW,
    RIVALS,
    `Measured on ${machine}; Node ${node}, Redis ${redis}; ${packages.join(', ')}.`,
    '## Targets',
    targetsOf(measured),
    WHY,
    '## Results',
    ...sections,
    '',
  ].join('\n\n');
}

function runsOf({ name, once, hasLength }, { day, rounds, seconds }) {
  if (once === true) return `\`${name}\`, ${day}, one run.`;
  return `\`${name}\`, ${day}, ${rounds} rounds${hasLength === true ? '' : ` of ${seconds} s`}.`;
}
